// FIXED_COLUMN_LOG_PARSE and VARIABLE_COLUMN_LOG_PARSE.
#include "sql/cast.h"
#include "sql/log_parser.h"

namespace wr::sql {
namespace {

class FixedColumns final : public LogParser {
public:
    using LogParser::LogParser;

private:
    bool split(const LogLine& line, Arena&, Parts& parts) const override {
        for (size_t i = 0; i < parts.size(); ++i) {
            const LogField& field = fields()[i];
            const size_t skipped = cut_utf8(line.text, static_cast<size_t>(field.start)).size();
            // What begins after the end of the line is not there.
            if (skipped == line.text.size()) continue;
            const auto rest = line.text.substr(skipped);
            parts[i] = field.length < 0 ? rest : cut_utf8(rest, static_cast<size_t>(field.length));
        }
        return true;
    }
};

struct Separators {
    std::string delimiter;
    std::string escape;
    std::string quote;
    std::string end_quote;
};

class VariableColumns final : public LogParser {
public:
    VariableColumns(std::vector<LogField> fields, Separators separators)
        : LogParser(std::move(fields)), separators_(std::move(separators)) {}

private:
    bool split(const LogLine& line, Arena& arena, Parts& parts) const override {
        std::string_view rest = line.text;
        bool more = true;
        for (size_t i = 0; i < parts.size() && more; ++i) parts[i] = take_field(rest, arena, more);
        return true;
    }

    static bool accept(std::string_view& rest, const std::string& what) {
        if (what.empty() || !rest.starts_with(what)) return false;
        rest.remove_prefix(what.size());
        return true;
    }

    /// Up to the next delimiter that is neither escaped nor quoted; `more` tells whether one came.
    std::string_view take_field(std::string_view& rest, Arena& arena, bool& more) const {
        const auto end = rest.find(separators_.delimiter);
        const auto plain = rest.substr(0, end);
        more = end != std::string_view::npos;
        const auto free_of = [&](const std::string& mark) {
            return mark.empty() || plain.find(mark) == std::string_view::npos;
        };
        if (free_of(separators_.escape) && free_of(separators_.quote)) {
            rest.remove_prefix(more ? end + separators_.delimiter.size() : rest.size());
            return plain;
        }
        std::string field;
        bool quoted = false;
        more = false;
        while (!rest.empty()) {
            if (accept(rest, separators_.escape)) {
                const auto kept = cut_utf8(rest, 1);
                field += kept;
                rest.remove_prefix(kept.size());
            } else if (accept(rest, quoted ? separators_.end_quote : separators_.quote)) {
                quoted = !quoted;
            } else if (!quoted && accept(rest, separators_.delimiter)) {
                more = true;
                break;
            } else {
                field += rest.front();
                rest.remove_prefix(1);
            }
        }
        return arena.copy(field);
    }

    const Separators separators_;
};

}  // namespace

Compiled<LogParserPtr> make_fixed_column_log_parser(const LogArgument& columns) {
    WR_TRY(std::vector<LogField> fields, parse_log_fields(columns, true));
    return LogParserPtr(std::make_shared<FixedColumns>(std::move(fields)));
}

Compiled<LogParserPtr> make_variable_column_log_parser(const std::vector<LogArgument>& arguments) {
    std::vector<LogField> fields;
    if (arguments[0].is_number) {
        const std::string& digits = arguments[0].text;
        const size_t count = digits.size() > 6 ? 0 : std::stoul(digits);
        if (count < 1 || count > log_fields_max)
            return error_at(arguments[0].span, "the number of columns is between 1 and 1000");
        fields = numbered_fields(count);
    } else {
        WR_TRY(fields, parse_log_fields(arguments[0], false));
    }
    Separators separators;
    separators.delimiter = arguments[1].text;
    if (separators.delimiter.empty())
        return error_at(arguments[1].span, "the delimiter must not be empty");
    if (arguments.size() > 2) separators.escape = arguments[2].text;
    if (arguments.size() > 3) {
        const std::string_view quotes = arguments[3].text;
        if (count_utf8(quotes) < 1 || count_utf8(quotes) > 2)
            return error_at(
                arguments[3].span,
                "the quotes are one or two characters: the first begins, the last ends");
        separators.quote = std::string(cut_utf8(quotes, 1));
        const auto end = quotes.substr(separators.quote.size());
        separators.end_quote = end.empty() ? separators.quote : std::string(end);
    }
    return LogParserPtr(
        std::make_shared<VariableColumns>(std::move(fields), std::move(separators)));
}

}  // namespace wr::sql
