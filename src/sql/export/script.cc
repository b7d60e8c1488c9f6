// A walk over the syntax tree; expressions are quoted from the script.
#include "sql/export/script.h"

#include <algorithm>

#include "sql/export/function_names.h"
#include "sql/parser.h"

namespace wr::sql {
namespace {

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Where a position begins; the code's end when it lies behind.
size_t offset_of(std::string_view code, uint32_t line, uint32_t column) {
    size_t at = 0;
    for (; line > 1 && at < code.size(); --line) {
        const size_t end = code.find('\n', at);
        at = end == std::string_view::npos ? code.size() : end + 1;
    }
    while (column > 1 && at < code.size() && code[at] != '\n') {
        ++at;
        if (at == code.size() || !is_continuation(code[at])) --column;
    }
    return at;
}

size_t after(std::string_view code, size_t at) {
    if (at < code.size()) ++at;
    while (at < code.size() && is_continuation(code[at])) ++at;
    return at;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Parentheses that `text` closes but does not open, and the other way round. Quoted text does not
/// count.
std::pair<size_t, size_t> unbalanced(std::string_view text) {
    size_t closing = 0;
    size_t opening = 0;
    char quote = 0;
    for (const char c : text) {
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(') {
            ++opening;
        } else if (c == ')') {
            if (opening > 0)
                --opening;
            else
                ++closing;
        }
    }
    return {closing, opening};
}

std::string on_one_line(std::string_view text) {
    std::string out;
    char quote = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool comment = quote == 0 && (text.substr(i, 2) == "--" || text.substr(i, 2) == "//");
        if (comment) {
            while (i + 1 < text.size() && text[i + 1] != '\n') ++i;
            continue;
        }
        if (quote == 0 && is_blank(c)) {
            if (!out.empty() && out.back() != ' ') out += ' ';
            continue;
        }
        if (quote == 0 && (c == '\'' || c == '"'))
            quote = c;
        else if (c == quote)
            quote = 0;
        out += c;
    }
    return out;
}

class Describer {
public:
    explicit Describer(std::string_view code) : code_(code) {}

    PumpDescription pump(const ast::CreatePump& from) {
        PumpDescription to;
        to.name = from.name.text;
        to.writes = from.target.text;
        if (from.query) select(*from.query, to);
        return to;
    }

private:
    std::string quote(const ast::ExprPtr& expr) const {
        return expr ? text_at(code_, expr->span) : "";
    }

    template <typename Range, typename Text>
    std::string list(const Range& range, const Text& text) const {
        std::string out;
        for (const auto& one : range) {
            if (!out.empty()) out += ", ";
            out += text(one);
        }
        return out;
    }

    void table(const ast::TableRef& from, PumpDescription& to) const {
        if (from.query) {
            select(*from.query, to);
        } else if (from.function) {
            if (from.function->cursor) select(*from.function->cursor, to);
            to.steps.emplace_back(
                "function",
                from.function->name.text + "(" +
                    list(from.function->args, [&](const auto& arg) { return quote(arg); }) + ")");
        } else if (std::find(to.reads.begin(), to.reads.end(), from.name.text) == to.reads.end()) {
            to.reads.push_back(from.name.text);
        }
    }

    static const char* join_name(ast::JoinKind kind) {
        switch (kind) {
            case ast::JoinKind::Inner:
                return "join";
            case ast::JoinKind::Left:
                return "left join";
            case ast::JoinKind::Right:
                return "right join";
            case ast::JoinKind::Full:
                return "full join";
        }
        return "";
    }

    static bool moves_with_time(const ast::Expr& expr) {
        if (expr.kind == ast::ExprKind::Column)
            return !expr.path.empty() && expr.path.back().text == "ROWTIME";
        return std::any_of(expr.args.begin(), expr.args.end(), [](const auto& arg) {
            return arg && moves_with_time(*arg);
        });
    }

    void groups(const ast::Select& from, PumpDescription& to) const {
        const auto keys = [&](const auto& wanted) {
            std::string out;
            for (const auto& key : from.group_by) {
                if (!wanted(*key)) continue;
                if (!out.empty()) out += ", ";
                out += quote(key);
            }
            return out;
        };
        if (from.stagger_range) {
            to.steps.emplace_back("stagger", quote(from.stagger_range) + " from a key's first row");
            to.steps.emplace_back("by", keys([](const ast::Expr&) { return true; }));
            return;
        }
        if (from.group_by.empty()) return;
        const std::string windows = keys(moves_with_time);
        const std::string others = keys([](const auto& key) { return !moves_with_time(key); });
        if (!windows.empty()) to.steps.emplace_back("tumbling", windows);
        if (!others.empty()) to.steps.emplace_back("group by", others);
    }

    void select(const ast::Select& from, PumpDescription& to) const {
        for (size_t i = 0; i < from.unions.size(); ++i) {
            if (i > 0) to.steps.emplace_back("union all", "");
            select(*from.unions[i], to);
        }
        if (!from.values.empty()) to.steps.emplace_back("values", text_at(code_, from.span));
        if (!from.unions.empty() || !from.values.empty()) return;
        table(from.from, to);
        for (const auto& join : from.joins) {
            table(join.table, to);
            to.steps.emplace_back(
                join_name(join.kind),
                text_at(code_, join.table.span) + (join.on ? " on " + quote(join.on) : ""));
        }
        if (from.where) to.steps.emplace_back("where", quote(from.where));
        groups(from, to);
        if (from.having) to.steps.emplace_back("having", quote(from.having));
        for (const auto& window : from.windows)
            to.steps.emplace_back("window " + window.name.text, text_at(code_, window.window.span));
        to.steps.emplace_back(
            from.distinct ? "distinct" : "select",
            list(from.items, [&](const auto& item) { return text_at(code_, item.span); }));
        if (from.order_by.empty()) return;
        to.steps.emplace_back("order by", list(from.order_by, [&](const auto& item) {
                                  return quote(item.expr) + (item.descending ? " DESC" : "");
                              }));
    }

    const std::string_view code_;
};

}  // namespace

std::string text_at(std::string_view code, const SourceSpan& span) {
    size_t from = offset_of(code, span.line, span.column);
    size_t to = after(code, offset_of(code, span.end_line, span.end_column));
    auto [closing, opening] = unbalanced(code.substr(from, to - from));
    while (closing > 0 && from > 0) {
        --from;
        if (code[from] == '(')
            --closing;
        else if (!is_blank(code[from]))
            break;
    }
    while (opening > 0 && to < code.size()) {
        if (code[to] == ')')
            --opening;
        else if (!is_blank(code[to]))
            break;
        ++to;
    }
    return on_one_line(code.substr(from, to - from));
}

std::string underlined(std::string_view code, const SourceSpan& span) {
    const size_t begin = offset_of(code, span.line, 1);
    std::string line(code.substr(begin, code.find('\n', begin) - begin));
    std::replace(line.begin(), line.end(), '\t', ' ');
    while (!line.empty() && is_blank(line.back())) line.pop_back();
    const auto characters = static_cast<uint32_t>(
        std::count_if(line.begin(), line.end(), [](char c) { return !is_continuation(c); }));
    const uint32_t last = span.end_line > span.line ? std::max(characters, span.column)
                                                    : std::max(span.end_column, span.column);
    return "    " + line + "\n    " + std::string(span.column - 1, ' ') +
           std::string(last - span.column + 1, '^') + "\n";
}

std::vector<std::string> ScriptDescription::results() const {
    std::vector<std::string> written;
    std::vector<std::string> unread;
    for (const auto& pump : pumps) {
        if (std::find(written.begin(), written.end(), pump.writes) != written.end()) continue;
        written.push_back(pump.writes);
        const bool is_read = std::any_of(pumps.begin(), pumps.end(), [&](const auto& other) {
            return std::find(other.reads.begin(), other.reads.end(), pump.writes) !=
                   other.reads.end();
        });
        if (!is_read) unread.push_back(pump.writes);
    }
    return unread.empty() ? written : unread;
}

Compiled<ScriptDescription> describe_script(std::string_view code) {
    WR_TRY(const ast::Application application, parse_application(code));
    WR_TRY_VOID(check_function_names(application));
    ScriptDescription to;
    for (const auto& stream : application.streams) {
        // CREATE OR REPLACE of the same name: the last one counts.
        std::erase_if(to.streams, [&](const auto& s) { return s.name == stream.name.text; });
        auto& declared = to.streams.emplace_back();
        declared.name = stream.name.text;
        for (const auto& column : stream.columns)
            declared.columns.emplace_back(column.name.text, column.type.to_text());
    }
    Describer describer(code);
    for (const auto& pump : application.pumps) {
        std::erase_if(to.pumps, [&](const auto& p) { return p.name == pump.name.text; });
        to.pumps.push_back(describer.pump(pump));
    }
    for (const auto& pump : to.pumps)
        for (const auto& stream : pump.reads) {
            const bool created =
                std::any_of(to.streams.begin(), to.streams.end(), [&](const auto& declared) {
                    return declared.name == stream;
                });
            if (!created &&
                std::find(to.inputs.begin(), to.inputs.end(), stream) == to.inputs.end())
                to.inputs.push_back(stream);
        }
    return to;
}

}  // namespace wr::sql
