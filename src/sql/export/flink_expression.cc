// Bound expressions as Flink writes them. Types are known, so that conversions are explicit.
#include <algorithm>
#include <cstdio>

#include "base/time_format.h"
#include "sql/export/flink_writer.h"
#include "sql/function.h"

namespace wr::sql::flink {
namespace {

constexpr const char* division_note =
    "A division by zero, a text that is no number and a value that does not fit its type end a "
    "Flink job; the application sends the row to error_stream and goes on.";
constexpr const char* format_note =
    "A text that does not fit its format becomes NULL; the application sends its row to "
    "error_stream.";

base::Timestamp moment(int64_t ms) {
    return base::Timestamp{std::chrono::milliseconds{ms}};
}

std::string decimal_text(int64_t unscaled, int32_t scale) {
    std::string digits = std::to_string(unscaled < 0 ? -unscaled : unscaled);
    if (scale > 0) {
        const auto places = static_cast<size_t>(scale);
        if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
        digits.insert(digits.size() - places, ".");
    }
    return (unscaled < 0 ? "-" : "") + digits;
}

std::string approximate_text(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    std::string out = text;
    return out.find_first_of("eE") == std::string::npos ? out + "E0" : out;
}

Exported<std::string> literal(const BoundExpr& expr) {
    if (expr.literal.null) return "CAST(NULL AS " + type_text(expr.type) + ")";
    const int64_t value = expr.literal.i;
    switch (expr.type.kind) {
        case TypeKind::Boolean:
            return std::string(value != 0 ? "TRUE" : "FALSE");
        case TypeKind::Decimal:
            return decimal_text(value, expr.type.scale);
        case TypeKind::Real:
        case TypeKind::Double:
            return approximate_text(expr.literal.d);
        case TypeKind::Char:
        case TypeKind::VarChar:
            return literal_text(expr.text);
        case TypeKind::Date:
            return "DATE '" + base::format_sql_timestamp(moment(value)).substr(0, 10) + "'";
        case TypeKind::Time:
            return "TIME '" + base::format_sql_timestamp(moment(value)).substr(11, 8) + "'";
        case TypeKind::Timestamp:
            return "TIMESTAMP '" + base::format_sql_timestamp(moment(value)) + "'";
        case TypeKind::Interval:
            return interval_text(value);
        default:
            if (expr.type.is_integer()) return std::to_string(value);
            return refuse("a literal of the type " + expr.type.to_text());
    }
}

/// Milliseconds since 1970.
std::string ms_of(const std::string& timestamp) {
    return "(CAST(TIMESTAMPDIFF(SECOND, TIMESTAMP '1970-01-01 00:00:00', " + timestamp +
           ") AS BIGINT) * 1000 + CAST(DATE_FORMAT(" + timestamp + ", 'SSS') AS BIGINT))";
}

std::string timestamp_of(const std::string& ms) {
    return "CAST(TO_TIMESTAMP_LTZ(" + ms + ", 3) AS TIMESTAMP(3))";
}

class Writer {
public:
    Writer(const Block& below, Notes& notes) : below_(below), notes_(notes) {}

    Exported<std::string> write(const BoundExpr& expr) {
        switch (expr.op) {
            case Op::Column:
                return below_.columns[expr.column];
            case Op::Rowtime:
                if (below_.rowtime.empty())
                    return refuse("ROWTIME of rows that have none in Flink");
                return below_.rowtime;
            case Op::Literal:
                return literal(expr);
            case Op::Add:
                return arithmetic(expr, "+");
            case Op::Subtract:
                return arithmetic(expr, "-");
            case Op::Multiply:
                return arithmetic(expr, "*");
            case Op::Divide:
                return arithmetic(expr, "/");
            case Op::Negate: {
                WR_TRY(const std::string operand, write(*expr.args[0]));
                return "(- " + operand + ")";
            }
            case Op::Cast:
                return cast(*expr.args[0], expr.type);
            case Op::Call:
                return call(expr);
            case Op::Case:
                return case_of(expr);
            case Op::Record:
            case Op::Field:
                return refuse("a log parser");
            default:
                return logic(expr);
        }
    }

private:
    Exported<std::vector<std::string>> arguments(const BoundExpr& expr) {
        std::vector<std::string> texts;
        for (const auto& arg : expr.args) {
            WR_TRY(std::string text, write(*arg));
            texts.push_back(std::move(text));
        }
        return texts;
    }

    Exported<std::string> logic(const BoundExpr& expr) {
        WR_TRY(const auto args, arguments(expr));
        const auto chain = [&](const char* op) {
            std::string text = "(" + args[0];
            for (size_t i = 1; i < args.size(); ++i) text += std::string(" ") + op + " " + args[i];
            return text + ")";
        };
        const auto compared = [&](const char* op) -> Exported<std::string> {
            for (const auto& arg : expr.args)
                if (arg->type.kind == TypeKind::Char && arg->op != Op::Literal)
                    return refuse("a comparison of CHAR, which ignores blanks at the end");
            return chain(op);
        };
        switch (expr.op) {
            case Op::Equal:
                return compared("=");
            case Op::NotEqual:
                return compared("<>");
            case Op::Less:
                return compared("<");
            case Op::LessOrEqual:
                return compared("<=");
            case Op::Greater:
                return compared(">");
            case Op::GreaterOrEqual:
                return compared(">=");
            case Op::And:
                return chain("AND");
            case Op::Or:
                return chain("OR");
            case Op::Not:
                return "(NOT " + args[0] + ")";
            case Op::IsNull:
                return "(" + args[0] + " IS NULL)";
            case Op::IsTrue:
                return "(" + args[0] + " IS TRUE)";
            default:
                return "(" + args[0] + " IS FALSE)";
        }
    }

    Exported<std::string> case_of(const BoundExpr& expr) {
        WR_TRY(const auto args, arguments(expr));
        std::string text = "CASE";
        for (size_t i = 0; i + 1 < args.size(); i += 2)
            text += " WHEN " + bare(args[i]) + " THEN " + bare(args[i + 1]);
        return text + " ELSE " + bare(args.back()) + " END";
    }

    Exported<std::string> arithmetic(const BoundExpr& expr, const std::string& op) {
        WR_TRY(auto args, arguments(expr));
        const Type& a = expr.args[0]->type;
        const Type& b = expr.args[1]->type;
        if (expr.op == Op::Divide && expr.type.is_exact()) notes_.insert(division_note);
        if (a.is_integer() && b.is_integer() && expr.type.is_integer()) {
            // Flink keeps the wider of both types, and wraps around in it.
            if (std::max(a.kind, b.kind) != expr.type.kind)
                args[0] = "CAST(" + bare(args[0]) + " AS " + type_text(expr.type) + ")";
            return "(" + args[0] + " " + op + " " + args[1] + ")";
        }
        const bool moments = a.is_datetime() || b.is_datetime();
        const bool numbers = a.is_numeric() && b.is_numeric();
        if (!moments && !numbers) return refuse("arithmetic of intervals");
        const std::string text = "(" + args[0] + " " + op + " " + args[1] + ")";
        if (expr.type.kind != TypeKind::Decimal) return text;
        return "CAST(" + bare(text) + " AS " + type_text(expr.type) + ")";
    }

    Exported<std::string> cast(const BoundExpr& from, const Type& to) {
        const Type& type = from.type;
        if (type.is_interval() && to.is_integer()) return difference(from, to);
        if (type.is_interval() || to.is_interval()) return refuse("a conversion of an interval");
        WR_TRY(const std::string text, write(from));
        if (from.op == Op::Literal && type.is_integer() && to.is_integer()) return text;
        const std::string plain = "CAST(" + bare(text) + " AS " + type_text(to) + ")";
        if (type.is_null() || type == to) return plain;
        if (type.is_numeric() && to.is_integer()) {
            if (!type.is_integer() || type.kind > to.kind) notes_.insert(division_note);
            if (type.is_integer()) return plain;
            return "CAST(ROUND(" + bare(text) + ", 0) AS " + type_text(to) + ")";
        }
        if (type.is_numeric() && to.is_numeric()) return plain;
        if (type.is_approximate() && to.is_character())
            return refuse("a conversion of " + type.to_text() + " to text");
        if (type.is_exact() && to.is_character()) return plain;
        if (type.is_character() && to.is_character()) return plain;
        if (type.kind == TypeKind::Timestamp && to.is_character()) {
            const std::string form = "DATE_FORMAT(" + bare(text) + ", 'yyyy-MM-dd HH:mm:ss";
            return "CAST(CASE WHEN DATE_FORMAT(" + bare(text) + ", 'SSS') = '000' THEN " + form +
                   "') ELSE " + form + ".SSS') END AS " + type_text(to) + ")";
        }
        if (type.kind == TypeKind::Date && to.is_character()) return plain;
        const bool reads =
            to.is_numeric() || to.kind == TypeKind::Date || to.kind == TypeKind::Timestamp;
        if (type.is_character() && reads) {
            notes_.insert(division_note);
            return "CAST(TRIM(" + bare(text) + ") AS " + type_text(to) + ")";
        }
        const bool days = type.is_datetime() && to.is_datetime() && type.kind != TypeKind::Time;
        if (days && to.kind != TypeKind::Time) return plain;
        return refuse("a conversion of " + type.to_text() + " to " + to.to_text());
    }

    /// CAST((a - b) SECOND AS BIGINT)
    Exported<std::string> difference(const BoundExpr& from, const Type& to) {
        const bool moments = from.op == Op::Subtract && from.args[0]->type.is_datetime() &&
                             from.args[1]->type.is_datetime();
        if (!moments) return refuse("a conversion of an interval");
        WR_TRY(const auto args, arguments(from));
        return "CAST(TIMESTAMPDIFF(" + std::string(time_unit_name(from.type.unit_to)) + ", " +
               bare(args[1]) + ", " + bare(args[0]) + ") AS " + type_text(to) + ")";
    }

    Exported<std::string> call(const BoundExpr& expr) {
        const std::string name(expr.function->name);
        WR_TRY(auto args, arguments(expr));
        for (auto& arg : args) arg = bare(arg);
        for (const char* same : {"ABS",
                                 "FLOOR",
                                 "CEIL",
                                 "EXP",
                                 "LN",
                                 "LOG10",
                                 "SQRT",
                                 "POWER",
                                 "LOWER",
                                 "UPPER",
                                 "INITCAP",
                                 "CHAR_LENGTH"})
            if (name == same) return name + "(" + list(args) + ")";
        if (name == "MOD") {
            notes_.insert(division_note);
            return "MOD(" + list(args) + ")";
        }
        if (name == "POW") return "POWER(" + list(args) + ")";
        if (name == "CHARACTER_LENGTH") return "CHAR_LENGTH(" + list(args) + ")";
        if (name == "||") return "(" + args[0] + " || " + args[1] + ")";
        if (name == "POSITION") return "POSITION(" + args[0] + " IN " + args[1] + ")";
        if (name.starts_with("TRIM "))
            return "TRIM(" + name.substr(5) + " " + (args.size() > 1 ? args[0] : "' '") + " FROM " +
                   args.back() + ")";
        if (name == "LIKE" || name == "SIMILAR TO")
            return "(" + args[0] + " " + name + " " + args[1] +
                   (args.size() > 2 ? " ESCAPE " + args[2] : "") + ")";
        if (name == "OVERLAY")
            return "OVERLAY(" + args[0] + " PLACING " + args[1] + " FROM " + args[2] +
                   (args.size() > 3 ? " FOR " + args[3] : "") + ")";
        if (name == "SUBSTRING") return substring(expr, args);
        if (name == "REGEX_REPLACE") return regex_replace(expr, args);
        return call_of_time(expr, name, args);
    }

    static std::string list(const std::vector<std::string>& args) {
        std::string text;
        for (const auto& arg : args) text += (text.empty() ? "" : ", ") + arg;
        return text;
    }

    static bool is_number(const BoundExpr& expr, int64_t least, int64_t most) {
        const BoundExpr& at = expr.op == Op::Cast ? *expr.args[0] : expr;
        return at.op == Op::Literal && !at.literal.null && at.type.is_integer() &&
               at.literal.i >= least && at.literal.i <= most;
    }

    Exported<std::string> substring(const BoundExpr& expr, const std::vector<std::string>& args) {
        if (expr.args[1]->type.is_character()) return refuse("SUBSTRING with a regular expression");
        if (!is_number(*expr.args[1], 1, INT64_MAX))
            return refuse("SUBSTRING from a place that is no positive number");
        return "SUBSTRING(" + args[0] + " FROM " + args[1] +
               (args.size() > 2 ? " FOR " + args[2] : "") + ")";
    }

    Exported<std::string> regex_replace(const BoundExpr& expr,
                                        const std::vector<std::string>& args) {
        const bool whole = (args.size() < 4 || is_number(*expr.args[3], 1, 1)) &&
                           (args.size() < 5 || is_number(*expr.args[4], 0, 0));
        if (!whole) return refuse("REGEX_REPLACE with a start or an occurrence");
        return "REGEXP_REPLACE(" + args[0] + ", " + args[1] + ", " + args[2] + ")";
    }

    Exported<std::string> call_of_time(const BoundExpr& expr,
                                       const std::string& name,
                                       const std::vector<std::string>& args) {
        const std::string unit = time_unit_name(expr.unit);
        if (name == "FLOOR TO" || name == "CEIL TO")
            return name.substr(0, name.find(' ')) + "(" + args[0] + " TO " + unit + ")";
        if (name == "STEP") return step(expr, args);
        if (name == "EXTRACT") {
            if (!expr.args[0]->type.is_datetime()) return refuse("EXTRACT from an interval");
            return "EXTRACT(" + unit + " FROM " + args[0] + ")";
        }
        if (name == "EXTRACT SECOND") {
            if (expr.args[0]->type.kind != TypeKind::Timestamp)
                return refuse("EXTRACT(SECOND) of anything but a TIMESTAMP");
            return "CAST(DATE_FORMAT(" + args[0] + ", 'ss.SSS') AS DECIMAL(5, 3))";
        }
        if (name == "TSDIFF") return "(" + ms_of(args[1]) + " - " + ms_of(args[0]) + ")";
        if (name == "UNIX_TIMESTAMP") return ms_of(args[0]);
        if (name == "TO_TIMESTAMP") return timestamp_of(args[0]);
        if (name == "CURRENT_ROW_TIMESTAMP") {
            if (below_.rowtime.empty()) return refuse("ROWTIME of rows that have none in Flink");
            return below_.rowtime;
        }
        for (const char* form :
             {"CHAR_TO_TIMESTAMP", "CHAR_TO_DATE", "TIMESTAMP_TO_CHAR", "DATE_TO_CHAR"})
            if (name == form) return formatted(expr, name, args);
        return refuse("the function " + name);
    }

    Exported<std::string> formatted(const BoundExpr& expr,
                                    const std::string& name,
                                    const std::vector<std::string>& args) {
        const BoundExpr& format = *expr.args[0];
        if (format.op != Op::Literal || format.literal.null)
            return refuse(name + " with a format that is no literal");
        // 12-hour and zone letters mean other things there.
        if (format.text.find_first_of("hzZXaKk'") != std::string::npos)
            return refuse(name + " with the format '" + format.text + "'");
        if (name.ends_with("TO_CHAR"))
            return "DATE_FORMAT(CAST(" + args[1] + " AS TIMESTAMP(3)), " + args[0] + ")";
        notes_.insert(format_note);
        const std::string parsed = "TO_TIMESTAMP(" + args[1] + ", " + args[0] + ")";
        return name == "CHAR_TO_DATE" ? "CAST(" + parsed + " AS DATE)" : parsed;
    }

    Exported<std::string> step(const BoundExpr& expr, const std::vector<std::string>& args) {
        const BoundExpr& width = *expr.args[1];
        if (width.op != Op::Literal || width.literal.null || width.literal.i <= 0)
            return refuse("STEP by anything but a constant");
        if (width.type.kind == TypeKind::IntervalMonths) return refuse("STEP by months or years");
        if (width.type.is_integer())
            return "(" + args[0] + " - MOD(" + args[0] + ", " + args[1] + "))";
        if (expr.args[0]->type.kind != TypeKind::Timestamp)
            return refuse("STEP of anything but a TIMESTAMP");
        const int64_t ms = width.literal.i;
        for (const TimeUnit unit :
             {TimeUnit::Day, TimeUnit::Hour, TimeUnit::Minute, TimeUnit::Second})
            if (ms == time_unit_ms(unit))
                return "FLOOR(" + args[0] + " TO " + time_unit_name(unit) + ")";
        const std::string value = ms_of(args[0]);
        return timestamp_of(value + " - MOD(" + value + ", " + std::to_string(ms) + ")");
    }

    const Block& below_;
    Notes& notes_;
};

}  // namespace

std::string quoted(const std::string& name) {
    std::string text = "`";
    for (const char c : name) text += c == '`' ? std::string("``") : std::string(1, c);
    return text + "`";
}

std::string literal_text(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
}

std::string type_text(const Type& type) {
    const std::string length = "(" + std::to_string(type.length) + ")";
    switch (type.kind) {
        case TypeKind::Integer:
            return "INT";
        case TypeKind::Real:
            return "FLOAT";
        case TypeKind::Char:
            return "CHAR" + length;
        case TypeKind::VarChar:
            return type.length == 0 ? "STRING" : "VARCHAR" + length;
        case TypeKind::Binary:
            return "BINARY" + length;
        case TypeKind::VarBinary:
            return "VARBINARY" + length;
        case TypeKind::Timestamp:
            return "TIMESTAMP(3)";
        case TypeKind::Null:
            return "STRING";
        default:
            return type.to_text();
    }
}

std::string interval_text(int64_t ms) {
    for (const TimeUnit unit :
         {TimeUnit::Day, TimeUnit::Hour, TimeUnit::Minute, TimeUnit::Second}) {
        const int64_t width = time_unit_ms(unit);
        if (ms % width != 0) continue;
        const int64_t count = ms / width;
        const bool wide = count > 99 || count < -99;
        const std::string sign = count < 0 ? "-" : "";
        return "INTERVAL " + sign + "'" + std::to_string(count < 0 ? -count : count) + "' " +
               time_unit_name(unit) + (wide ? "(6)" : "");
    }
    char text[40];
    const int64_t size = ms < 0 ? -ms : ms;
    std::snprintf(text,
                  sizeof text,
                  "%lld.%03d",
                  static_cast<long long>(size / 1'000),
                  static_cast<int>(size % 1'000));
    return std::string("INTERVAL ") + (ms < 0 ? "-" : "") + "'" + text + "' SECOND(9, 3)";
}

std::string bare(const std::string& text) {
    if (text.size() < 2 || text.front() != '(' || text.back() != ')') return text;
    int depth = 0;
    char quote = 0;
    for (size_t i = 0; i + 1 < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '`') {
            quote = c;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            return text;
        }
    }
    return text.substr(1, text.size() - 2);
}

Exported<std::string> expression(const BoundExpr& expr, const Block& below, Notes& notes) {
    return Writer(below, notes).write(expr);
}

}  // namespace wr::sql::flink
