// What both engines mean the same by. Where they differ by intent, the other side says it in more
// words: whole division, rounding half away from zero, STEP.
#include "expressions.h"

namespace wr::oracle {
namespace {

const char* const words[] = {
    "", "a", "Shadowfax", "Rocinante", "b%", "äöü", "  pad ", "A_b", "10", "x'y"};
const char* const moments[] = {"1970-01-01 00:00:00.000",
                               "2018-03-18 03:14:15.926",
                               "2016-02-29 23:59:59.999",
                               "2000-12-31 12:00:00.500",
                               "1969-07-20 20:17:40.000",
                               "2038-01-19 03:14:08.001"};
const char* const days[] = {"1970-01-01", "2018-03-18", "2016-02-29", "1969-07-20"};
const char* const units[] = {"SECOND", "MINUTE", "HOUR", "DAY"};

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
}

Expression same(Kind kind, const std::string& text) {
    return {kind, text, text};
}

/// f(a, b), or a form with %1 and %2.
Expression form(Kind kind,
                const std::string& ours,
                const std::string& theirs,
                const std::vector<Expression>& args) {
    const auto fill = [&](const std::string& pattern, bool mine) {
        std::string out;
        for (size_t i = 0; i < pattern.size(); ++i) {
            if (pattern[i] != '%' || i + 1 == pattern.size() || pattern[i + 1] < '1' ||
                pattern[i + 1] > '4') {
                out += pattern[i];
                continue;
            }
            const Expression& arg = args[static_cast<size_t>(pattern[++i] - '1')];
            out += mine ? arg.ours : arg.theirs;
        }
        return out;
    };
    return {kind, fill(ours, true), fill(theirs, false)};
}

Expression form(Kind kind, const std::string& both, const std::vector<Expression>& args) {
    return form(kind, both, both, args);
}

}  // namespace

const char* our_type(Kind kind) {
    switch (kind) {
        case Kind::Whole:
            return "BIGINT";
        case Kind::Double:
            return "DOUBLE";
        case Kind::Decimal:
            return "DECIMAL(18, 6)";
        case Kind::Text:
            return "VARCHAR(1000)";
        case Kind::Truth:
            return "BOOLEAN";
        case Kind::Moment:
            return "TIMESTAMP";
        case Kind::Day:
            return "DATE";
    }
    return "";
}

std::string their_text(const Expression& expression) {
    if (expression.kind == Kind::Moment)
        return "strftime(" + expression.theirs + ", '%Y-%m-%d %H:%M:%S.%g')";
    if (expression.kind == Kind::Decimal)
        return "CAST(CAST(" + expression.theirs + " AS DECIMAL(18, 6)) AS VARCHAR)";
    return "CAST(" + expression.theirs + " AS VARCHAR)";
}

const std::vector<Column>& columns() {
    static const std::vector<Column> list = {
        {"i", Kind::Whole, "INTEGER", "INTEGER"},
        {"j", Kind::Whole, "INTEGER", "INTEGER"},
        {"b", Kind::Whole, "BIGINT", "BIGINT"},
        {"d", Kind::Double, "DOUBLE", "DOUBLE"},
        {"e", Kind::Double, "DOUBLE", "DOUBLE"},
        {"m", Kind::Decimal, "DECIMAL(6, 2)", "DECIMAL(6, 2)"},
        {"s", Kind::Text, "VARCHAR(16)", "VARCHAR"},
        {"t", Kind::Text, "VARCHAR(16)", "VARCHAR"},
        {"o", Kind::Truth, "BOOLEAN", "BOOLEAN"},
        {"ts", Kind::Moment, "TIMESTAMP", "TIMESTAMP"},
        {"dt", Kind::Day, "DATE", "DATE"},
    };
    return list;
}

uint64_t Generator::next() {
    // xorshift64*
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 2685821657736338717ULL) >> 16;
}

std::string Generator::value(const Column& column, bool json) {
    switch (column.kind) {
        case Kind::Whole: {
            constexpr int64_t numbers[] = {0, 1, -1, 2, 7, -13, 100, 999, 65536, -40000};
            return std::to_string(numbers[below(10)]);
        }
        case Kind::Double: {
            const char* const numbers[] = {
                "0.5", "-2.5", "1.25", "3.0", "-0.125", "1000.75", "2.5"};
            return numbers[below(7)];
        }
        case Kind::Decimal: {
            const char* const numbers[] = {"0.00", "1.25", "-7.50", "99.99", "-0.05", "1234.56"};
            return numbers[below(6)];
        }
        case Kind::Text: {
            const std::string word = words[below(10)];
            return json ? "\"" + word + "\"" : quoted(word);
        }
        case Kind::Truth:
            return one_in(2) ? "true" : "false";
        case Kind::Moment: {
            const std::string text = moments[below(6)];
            return json ? "\"" + text + "\"" : quoted(text);
        }
        case Kind::Day: {
            const std::string text = days[below(4)];
            return json ? "\"" + text + "\"" : quoted(text);
        }
    }
    return "";
}

Row Generator::row() {
    Row row{"{", "("};
    for (const auto& column : columns()) {
        const bool first = row.values.size() == 1;
        const bool null = one_in(5);
        const uint64_t seed = state_;
        const std::string json = null ? "null" : value(column, true);
        state_ = seed;
        const std::string sql = null ? "NULL" : value(column, false);
        row.json += std::string(first ? "" : ",") + "\"" + column.name + "\":" + json;
        row.values += std::string(first ? "" : ",") + sql + "::" + column.theirs;
    }
    row.json += "}";
    row.values += ")";
    return row;
}

Expression Generator::any(int depth) {
    return of(static_cast<Kind>(below(7)), depth);
}

Expression Generator::of(Kind kind, int depth) {
    if (depth <= 0 || one_in(6)) return leaf(kind);
    if (one_in(7)) return choice(kind, depth - 1);
    switch (kind) {
        case Kind::Whole:
            return whole(depth - 1);
        case Kind::Double:
            return number(depth - 1);
        case Kind::Decimal:
            return decimal(depth - 1);
        case Kind::Text:
            return text(depth - 1);
        case Kind::Truth:
            return truth(depth - 1);
        case Kind::Moment:
            return moment(depth - 1);
        case Kind::Day:
            return day(depth - 1);
    }
    return {};
}

Expression Generator::leaf(Kind kind) {
    std::vector<const Column*> fitting;
    for (const auto& column : columns())
        if (column.kind == kind) fitting.push_back(&column);
    if (!one_in(3)) {
        const std::string name = fitting[below(fitting.size())]->name;
        return {kind, "\"" + name + "\"", name};
    }
    const Column& column = *fitting.front();
    switch (kind) {
        case Kind::Double: {
            const std::string text = value(column, false) + "E0";
            return text[0] == '-' ? same(kind, "(" + text + ")") : same(kind, text);
        }
        case Kind::Moment: {
            const std::string text = "TIMESTAMP " + value(column, false);
            return same(kind, text);
        }
        case Kind::Day:
            return same(kind, "DATE " + value(column, false));
        case Kind::Truth:
            return same(kind, one_in(2) ? "TRUE" : "FALSE");
        default: {
            const std::string text = value(column, false);
            return text[0] == '-' ? same(kind, "(" + text + ")") : same(kind, text);
        }
    }
}

Expression Generator::choice(Kind kind, int depth) {
    const Expression a = of(kind, depth);
    const Expression b = of(kind, depth);
    switch (below(4)) {
        case 0:
            return form(kind, "COALESCE(%1, %2)", {a, b});
        case 1:
            return form(kind, "NULLIF(%1, %2)", {a, b});
        case 2:
            return form(kind,
                        "CASE %1 WHEN %2 THEN %3 ELSE %4 END",
                        {of(Kind::Whole, depth), of(Kind::Whole, depth), a, b});
        default:
            return form(kind, "CASE WHEN %1 THEN %2 ELSE %3 END", {of(Kind::Truth, depth), a, b});
    }
}

Expression Generator::whole(int depth) {
    const auto one = [&](const char* ours, const char* theirs, Kind arg) {
        return form(Kind::Whole, ours, theirs, {of(arg, depth)});
    };
    const auto two = [&](const char* ours, const char* theirs) {
        return form(Kind::Whole, ours, theirs, {of(Kind::Whole, depth), of(Kind::Whole, depth)});
    };
    const std::string unit = units[below(4)];
    switch (below(13)) {
        case 0:
            return two("(%1 + %2)", "(%1::BIGINT + %2::BIGINT)");
        case 1:
            return two("(%1 - %2)", "(%1::BIGINT - %2::BIGINT)");
        case 2:
            return two("(%1 * %2)", "(%1::BIGINT * %2::BIGINT)");
        case 3:
            return two("(%1 / %2)", "(%1 // %2)");
        case 4:
            return two("MOD(%1, %2)", "(%1 % %2)");
        case 5:
            return one("ABS(%1)", "abs(%1)", Kind::Whole);
        case 6:
            return one("CHAR_LENGTH(%1)", "length(%1)", Kind::Text);
        case 7:
            return form(
                Kind::Whole, "POSITION(%1 IN %2)", {of(Kind::Text, depth), of(Kind::Text, depth)});
        case 8:
            return one("CAST(%1 AS INTEGER)", "CAST(round(%1) AS INTEGER)", Kind::Double);
        case 9: {
            const char* const parts[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE"};
            const std::string text = std::string("EXTRACT(") + parts[below(5)] + " FROM %1)";
            return form(Kind::Whole, text, {of(Kind::Moment, depth)});
        }
        case 10:
            return form(Kind::Whole,
                        "TSDIFF(%1, %2)",
                        "date_diff('millisecond', %1, %2)",
                        {of(Kind::Moment, depth), of(Kind::Moment, depth)});
        case 11:
            return one("UNIX_TIMESTAMP(%1)", "epoch_ms(%1)", Kind::Moment);
        default:
            return one("(- %1)", "(- %1::BIGINT)", Kind::Whole);
    }
}

Expression Generator::number(int depth) {
    const Expression a = of(Kind::Double, depth);
    const Expression b = of(Kind::Double, depth);
    switch (below(13)) {
        case 0:
            return form(Kind::Double, "(%1 + %2)", {a, b});
        case 1:
            return form(Kind::Double, "(%1 - %2)", {a, b});
        case 2:
            return form(Kind::Double, "(%1 * %2)", {a, b});
        case 3:
            return form(Kind::Double, "(%1 / %2)", {a, b});
        case 4:
            return form(Kind::Double, "(%1 + %2)", {a, of(Kind::Whole, depth)});
        case 5:
            return form(Kind::Double, "FLOOR(%1)", {a});
        case 6:
            return form(Kind::Double, "CEIL(%1)", {a});
        case 7:
            return form(Kind::Double, "ABS(%1)", {a});
        case 8:
            return form(Kind::Double, "SQRT(ABS(%1))", {a});
        case 9:
            return form(Kind::Double, "LN(ABS(%1) + 1E0)", {a});
        case 10:
            return form(Kind::Double, "LOG10(ABS(%1) + 1E0)", {a});
        case 11:
            return form(Kind::Double, "POWER(%1, 2)", {a});
        default:
            return form(Kind::Double, "CAST(%1 AS DOUBLE)", {of(Kind::Decimal, depth)});
    }
}

Expression Generator::decimal(int depth) {
    const Expression a = of(Kind::Decimal, depth > 1 ? 1 : 0);
    const Expression b = of(Kind::Decimal, 0);
    switch (below(6)) {
        case 0:
            return form(Kind::Decimal, "(%1 + %2)", {a, b});
        case 1:
            return form(Kind::Decimal, "(%1 - %2)", {a, b});
        case 2:
            return form(Kind::Decimal, "(%1 * %2)", {leaf(Kind::Decimal), b});
        case 3:
            return form(Kind::Decimal, "ABS(%1)", {a});
        case 4:
            return form(Kind::Decimal, "CAST(%1 AS DECIMAL(8, 1))", {b});
        default:
            return form(Kind::Decimal, "(- %1)", {a});
    }
}

Expression Generator::text(int depth) {
    const Expression a = of(Kind::Text, depth);
    switch (below(9)) {
        case 0:
            return form(Kind::Text, "(%1 || %2)", {a, of(Kind::Text, depth)});
        case 1:
            return form(Kind::Text, "UPPER(%1)", {a});
        case 2:
            return form(Kind::Text, "LOWER(%1)", {a});
        case 3: {
            const std::string from = std::to_string(1 + below(5));
            const std::string size = std::to_string(below(5));
            return form(Kind::Text, "SUBSTRING(%1 FROM " + from + " FOR " + size + ")", {a});
        }
        case 4:
            return form(Kind::Text, "TRIM(BOTH ' ' FROM %1)", "trim(%1, ' ')", {a});
        case 5:
            return form(Kind::Text, "TRIM(LEADING 'a' FROM %1)", "ltrim(%1, 'a')", {a});
        case 6:
            return form(Kind::Text, "TRIM(TRAILING 'x' FROM %1)", "rtrim(%1, 'x')", {a});
        case 7:
            return form(Kind::Text,
                        "CAST(%1 AS VARCHAR(30))",
                        "CAST(%1 AS VARCHAR)",
                        {of(Kind::Whole, depth)});
        default:
            return form(Kind::Text,
                        "TIMESTAMP_TO_CHAR('yyyy-MM-dd HH:mm:ss.SSS', %1)",
                        "strftime(%1, '%Y-%m-%d %H:%M:%S.%g')",
                        {of(Kind::Moment, depth)});
    }
}

Expression Generator::comparison(int depth) {
    constexpr Kind kinds[] = {
        Kind::Whole, Kind::Double, Kind::Decimal, Kind::Text, Kind::Moment, Kind::Day};
    const char* const operators[] = {"=", "<>", "<", "<=", ">", ">="};
    const Kind kind = kinds[below(6)];
    const Expression a = of(kind, depth);
    const Expression b = of(kind, depth);
    switch (below(5)) {
        case 0:
            return form(Kind::Truth, "(%1 BETWEEN %2 AND %3)", {a, b, of(kind, depth)});
        case 1:
            return form(Kind::Truth, "(%1 IN (%2, %3))", {a, b, of(kind, depth)});
        case 2:
            return form(Kind::Truth, "(%1 IS DISTINCT FROM %2)", {a, b});
        default:
            return form(Kind::Truth, std::string("(%1 ") + operators[below(6)] + " %2)", {a, b});
    }
}

Expression Generator::truth(int depth) {
    const Expression a = of(Kind::Truth, depth);
    const Expression b = of(Kind::Truth, depth);
    const char* const patterns[] = {"'%a%'", "'S_adow%'", "'%x'", "'b!%' ESCAPE '!'", "'A__'"};
    switch (below(10)) {
        case 0:
            return form(Kind::Truth, "(%1 AND %2)", {a, b});
        case 1:
            return form(Kind::Truth, "(%1 OR %2)", {a, b});
        case 2:
            return form(Kind::Truth, "(NOT %1)", {a});
        case 3:
            return form(Kind::Truth, "(%1 IS TRUE)", {a});
        case 4:
            return form(Kind::Truth, "(%1 IS NOT FALSE)", {a});
        case 5:
            return form(Kind::Truth, "(%1 IS UNKNOWN)", "(%1 IS NULL)", {a});
        case 6: {
            Expression like = form(Kind::Truth, "%1", {of(Kind::Text, depth)});
            const std::string pattern = patterns[below(5)];
            like.ours = "(" + like.ours + " LIKE " + pattern + ")";
            like.theirs = "(" + like.theirs + " LIKE " + pattern + ")";
            return like;
        }
        case 7:
            return form(Kind::Truth, "(%1 IS NOT NULL)", {of(static_cast<Kind>(below(7)), depth)});
        default:
            return comparison(depth);
    }
}

Expression Generator::moment(int depth) {
    const Expression a = of(Kind::Moment, depth);
    const std::string unit = units[below(4)];
    const std::string count = std::to_string(1 + below(90));
    switch (below(6)) {
        case 0:
            return form(
                Kind::Moment, "FLOOR(%1 TO " + unit + ")", "date_trunc('" + unit + "', %1)", {a});
        case 1:
            return form(Kind::Moment,
                        "STEP(%1 BY INTERVAL '" + count + "' SECOND)",
                        "time_bucket(INTERVAL " + count + " SECOND, %1, TIMESTAMP '1970-01-01')",
                        {a});
        case 2:
            return form(Kind::Moment,
                        "(%1 + INTERVAL '" + count + "' " + unit + ")",
                        "(%1 + INTERVAL " + count + " " + unit + ")",
                        {a});
        case 3:
            return form(Kind::Moment,
                        "(%1 - INTERVAL '" + count + "' " + unit + ")",
                        "(%1 - INTERVAL " + count + " " + unit + ")",
                        {a});
        case 4:
            return form(Kind::Moment,
                        "TO_TIMESTAMP(CAST(%1 AS BIGINT) * 1001)",
                        "make_timestamp(%1::BIGINT * 1001 * 1000)",
                        {leaf(Kind::Whole)});
        default:
            return form(Kind::Moment, "CAST(%1 AS TIMESTAMP)", {of(Kind::Day, depth)});
    }
}

Expression Generator::day(int depth) {
    return form(Kind::Day, "CAST(%1 AS DATE)", {of(Kind::Moment, depth)});
}

}  // namespace wr::oracle
