// One walk over the tokens with a frame per parenthesis; edits are applied to the text at the end.
#include "services/athena/engine/translate.h"

#include <algorithm>
#include <set>

#include "services/athena/engine/functions.h"
#include "services/athena/engine/select_items.h"

namespace wr::athena {
namespace {

struct Edit {
    size_t begin;
    size_t end;
    std::string text;
};

/// What is open between two parentheses.
struct Frame {
    std::string function;  ///< upper case, when it holds a call's arguments
    bool in_from = false;
    bool expects_table = false;
    bool in_select_list = false;
    size_t item_begin = 0;
    int item_index = 0;
};

bool ends_select_list(const Token& token) {
    for (const char* word : {"FROM",
                             "WHERE",
                             "GROUP",
                             "HAVING",
                             "ORDER",
                             "LIMIT",
                             "OFFSET",
                             "UNION",
                             "EXCEPT",
                             "INTERSECT",
                             "FETCH",
                             "WINDOW",
                             ";"})
        if (token.is(word)) return true;
    return token.kind == TokenKind::End;
}

bool is_keyword_before_parenthesis(const Token& token) {
    for (const char* word :
         {"IN",        "EXISTS", "AND",    "OR",      "NOT",  "SELECT",   "FROM",  "WHERE",
          "AS",        "BY",     "ON",     "USING",   "OVER", "UNION",    "ALL",   "EXCEPT",
          "INTERSECT", "JOIN",   "VALUES", "WHEN",    "THEN", "ELSE",     "CASE",  "ANY",
          "SOME",      "HAVING", "LIMIT",  "BETWEEN", "LIKE", "DISTINCT", "FILTER"})
        if (token.is(word)) return true;
    return false;
}

class Translator {
public:
    Translator(std::string_view text,
               std::vector<Token> tokens,
               const std::string& session_database,
               const std::function<bool(const TableName&)>& has_table)
        : text_(text),
          tokens_(std::move(tokens)),
          session_database_(to_lower(session_database)),
          has_table_(has_table) {}

    SqlResult<Translation> run() {
        WR_TRY_VOID(check_start());
        find_common_tables();
        frames_.emplace_back();
        for (at_ = 0; at_ < tokens_.size(); ++at_) WR_TRY_VOID(step());
        if (frames_.size() != 1) return mismatched(tokens_.back());
        return Translation{edited(), std::move(tables_)};
    }

private:
    const Token& now() const { return tokens_[at_]; }
    const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    Frame& top() { return frames_.back(); }

    static base::Failure<SqlError> fail(const Token& at, const char* kind, std::string message) {
        const std::string place =
            "line " + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
        return {SqlError{kind + place + std::move(message), at.line, at.column}};
    }

    base::Failure<SqlError> mismatched(const Token& at) const {
        const std::string found = at.kind == TokenKind::End
                                      ? "<EOF>"
                                      : std::string(text_.substr(at.begin, at.end - at.begin));
        return fail(at, "", "mismatched input '" + found + "'");
    }

    SqlResult<void> check_start() const {
        const Token& first = tokens_.front();
        for (const char* word : {"SELECT", "WITH", "VALUES", "("})
            if (first.is(word)) return {};
        for (const char* word : {"INSERT",
                                 "UPDATE",
                                 "DELETE",
                                 "MERGE",
                                 "ALTER",
                                 "UNLOAD",
                                 "EXPLAIN",
                                 "OPTIMIZE",
                                 "VACUUM",
                                 "PREPARE",
                                 "EXECUTE"})
            if (first.is(word))
                return base::fail(SqlError{
                    "NOT_SUPPORTED: " + to_upper(first.text) + " statements are not supported",
                    first.line,
                    first.column});
        return mismatched(first);
    }

    /// name AS ( and name (columns) AS ( after WITH or a comma.
    void find_common_tables() {
        for (size_t i = 2; i + 1 < tokens_.size(); ++i) {
            if (!tokens_[i].is("AS") || !tokens_[i + 1].is("(")) continue;
            size_t name = i - 1;
            if (tokens_[name].is(")")) {
                while (name > 0 && !tokens_[name].is("(")) --name;
                if (name == 0) continue;
                --name;
            }
            if (tokens_[name].is_name()) common_tables_.insert(to_lower(tokens_[name].text));
        }
    }

    SqlResult<void> step() {
        const Token& token = now();
        if (token.kind == TokenKind::QuotedWord && text_[token.begin] == '`')
            return fail(token,
                        "",
                        "backquoted identifiers are not supported; use double quotes to quote "
                        "identifiers");
        if (token.is("?")) return mismatched(token);
        if (token.is(";") && next().kind != TokenKind::End) return mismatched(next());
        if (top().in_select_list && ends_select_list(token) && !is_inner_from(token)) {
            finish_item();
            top().in_select_list = false;
        }
        if (token.is("(") || token.is("[")) return open();
        if (token.is(")") || token.is("]")) return close();
        if (top().expects_table && !token.is("LATERAL")) return table();
        if (token.is("SELECT")) start_select();
        if (token.is("FROM") && !is_inner_from(token)) start_from();
        if (token.is("JOIN") && !follows_dot()) top().in_from = top().expects_table = true;
        if (token.is(",")) comma();
        if (ends_from(token)) top().in_from = false;
        if (token.kind == TokenKind::Word) rename(token);
        if (token.kind == TokenKind::String) rewrite_format(token);
        if (token.is(";")) edits_.push_back({token.begin, token.end, ""});
        return {};
    }

    /// FROM as part of EXTRACT(x FROM y) and of IS DISTINCT FROM.
    bool is_inner_from(const Token& token) const {
        if (!token.is("FROM")) return false;
        const Frame& frame = frames_.back();
        for (const char* word : {"EXTRACT", "TRIM", "SUBSTRING", "OVERLAY", "POSITION"})
            if (frame.function == word) return true;
        return at_ >= 2 && tokens_[at_ - 1].is("DISTINCT") &&
               (tokens_[at_ - 2].is("IS") || tokens_[at_ - 2].is("NOT"));
    }

    bool ends_from(const Token& token) const {
        return !token.is("FROM") && token.kind != TokenKind::End && ends_select_list(token);
    }

    bool follows_dot() const { return at_ > 0 && tokens_[at_ - 1].is("."); }

    SqlResult<void> open() {
        Frame frame;
        const bool begins_query =
            next().is("SELECT") || next().is("WITH") || next().is("VALUES") || next().is("FROM");
        if (top().expects_table) {
            // A join in parentheses.
            frame.in_from = frame.expects_table = !begins_query;
            top().expects_table = false;
        } else if (now().is("[")) {
            frame.function = "[";
        } else if (at_ > 0 && tokens_[at_ - 1].is_name() &&
                   !is_keyword_before_parenthesis(tokens_[at_ - 1])) {
            frame.function = to_upper(tokens_[at_ - 1].text);
        }
        frames_.push_back(std::move(frame));
        return {};
    }

    SqlResult<void> close() {
        if (frames_.size() == 1) return mismatched(now());
        if (top().expects_table) return mismatched(now());
        finish_item();
        frames_.pop_back();
        return {};
    }

    void start_select() {
        if (next().is("DISTINCT") || next().is("ALL")) ++at_;
        top().in_select_list = true;
        top().item_begin = at_ + 1;
        top().item_index = 0;
    }

    void start_from() {
        top().in_from = true;
        top().expects_table = true;
    }

    void comma() {
        if (top().in_select_list) {
            finish_item();
            top().item_begin = at_ + 1;
            ++top().item_index;
        } else if (top().in_from && top().function.empty()) {
            top().expects_table = true;
        }
    }

    void finish_item() {
        const Frame& frame = top();
        if (!frame.in_select_list || frame.item_begin >= at_) return;
        const std::span<const Token> item(&tokens_[frame.item_begin], at_ - frame.item_begin);
        if (select_item_is_named(item)) return;
        const size_t end = item.back().end;
        edits_.push_back({end, end, " AS \"_col" + std::to_string(frame.item_index) + "\""});
    }

    SqlResult<void> table() {
        top().expects_table = false;
        const Token& first = now();
        if (!first.is_name()) return mismatched(first);
        std::vector<std::string> parts = {to_lower(first.text)};
        const size_t begin = first.begin;
        while (next().is(".")) {
            at_ += 2;
            if (!now().is_name()) return mismatched(now());
            parts.push_back(to_lower(now().text));
        }
        if (next().is("(")) {
            if (parts.size() == 1 && (parts[0] == "unnest" || parts[0] == "table")) return {};
            return fail(first, "", "Table function '" + parts.back() + "' not registered");
        }
        if (parts.size() == 1 && common_tables_.contains(parts[0])) return {};
        if (parts.size() > 3 || (parts.size() == 3 && parts[0] != "awsdatacatalog"))
            return fail(first, "CATALOG_NOT_FOUND: ", "Catalog '" + parts[0] + "' not found");
        const TableName name{parts.size() == 1 ? session_database_ : parts[parts.size() - 2],
                             parts.back()};
        if (!has_table_(name))
            return fail(
                first,
                "TABLE_NOT_FOUND: ",
                "Table 'awsdatacatalog." + name.database + "." + name.table + "' does not exist");
        edits_.push_back(
            {begin, now().end, quote_name(name.database) + "." + quote_name(name.table)});
        if (std::find(tables_.begin(), tables_.end(), name) == tables_.end())
            tables_.push_back(name);
        return {};
    }

    void rename(const Token& token) {
        if (token.is("VARBINARY")) edits_.push_back({token.begin, token.end, "BLOB"});
        if (!next().is("(") || follows_dot()) return;
        const std::string_view name = duckdb_function(to_lower(token.text));
        if (!name.empty()) edits_.push_back({token.begin, token.end, std::string(name)});
    }

    /// The format of date_parse and date_format must be a literal for DuckDB, so it is rewritten
    /// here and not by a macro.
    void rewrite_format(const Token& token) {
        const std::string& function = top().function;
        if (function != "DATE_PARSE" && function != "DATE_FORMAT") return;
        if (at_ == 0 || !tokens_[at_ - 1].is(",")) return;
        edits_.push_back({token.begin, token.end, quote_text(duckdb_time_format(token.text))});
    }

    std::string edited() {
        std::stable_sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) {
            return a.begin < b.begin;
        });
        std::string out;
        size_t done = 0;
        for (const Edit& edit : edits_) {
            out += text_.substr(done, edit.begin - done);
            out += edit.text;
            done = edit.end;
        }
        return out += text_.substr(done);
    }

    const std::string_view text_;
    const std::vector<Token> tokens_;
    const std::string session_database_;
    const std::function<bool(const TableName&)>& has_table_;
    std::set<std::string> common_tables_;
    std::vector<Frame> frames_;
    std::vector<Edit> edits_;
    std::vector<TableName> tables_;
    size_t at_ = 0;
};

}  // namespace

SqlResult<Translation> translate(std::string_view text,
                                 const std::string& session_database,
                                 const std::function<bool(const TableName&)>& has_table) {
    auto tokens = tokenize(text);
    if (!tokens) {
        SqlError error = std::move(tokens).error();
        error.message = "line " + std::to_string(error.line) + ":" + std::to_string(error.column) +
                        ": " + error.message;
        return base::fail(std::move(error));
    }
    return Translator(text, *std::move(tokens), session_database, has_table).run();
}

}  // namespace wr::athena
