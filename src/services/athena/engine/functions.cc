// Presto's functions: those with another name in DuckDB, and those written as macros.
#include "services/athena/engine/functions.h"

#include <map>

#include "services/athena/engine/translate.h"

namespace wr::athena {

std::string_view duckdb_function(const std::string& presto_name) {
    static const std::map<std::string, std::string_view, std::less<>> names = {
        {"approx_distinct", "approx_count_distinct"},
        {"approx_percentile", "approx_quantile"},
        {"arbitrary", "any_value"},
        {"array_join", "wr_array_join"},
        {"cardinality", "wr_cardinality"},
        {"contains", "list_contains"},
        {"date_add", "wr_date_add"},
        {"date_format", "strftime"},
        {"date_parse", "strptime"},
        {"day_of_month", "day"},
        {"day_of_week", "isodow"},
        {"day_of_year", "dayofyear"},
        {"dow", "isodow"},
        {"doy", "dayofyear"},
        {"element_at", "wr_element_at"},
        {"from_iso8601_date", "wr_from_iso8601_date"},
        {"from_iso8601_timestamp", "wr_from_iso8601_timestamp"},
        {"from_unixtime", "to_timestamp"},
        {"is_nan", "isnan"},
        {"json_extract_scalar", "json_extract_string"},
        {"json_parse", "wr_json_parse"},
        {"json_format", "wr_json_format"},
        {"rand", "random"},
        {"random", "random"},
        {"regexp_like", "regexp_matches"},
        {"sequence", "generate_series"},
        {"split", "string_split"},
        {"to_iso8601", "wr_to_iso8601"},
        {"to_unixtime", "epoch"},
        {"truncate", "trunc"},
        {"week_of_year", "weekofyear"},
        {"year_of_week", "isoyear"},
    };
    const auto found = names.find(presto_name);
    return found == names.end() ? std::string_view() : found->second;
}

std::string duckdb_time_format(std::string_view mysql_format) {
    static const std::map<char, std::string_view> letters = {{'M', "%B"},
                                                             {'i', "%M"},
                                                             {'s', "%S"},
                                                             {'h', "%I"},
                                                             {'T', "%H:%M:%S"},
                                                             {'W', "%A"},
                                                             {'e', "%-d"},
                                                             {'c', "%-m"},
                                                             {'k', "%-H"},
                                                             {'l', "%-I"},
                                                             {'r', "%I:%M:%S %p"}};
    std::string out;
    for (size_t i = 0; i < mysql_format.size(); ++i) {
        if (mysql_format[i] != '%' || i + 1 == mysql_format.size()) {
            out += mysql_format[i];
            continue;
        }
        const char letter = mysql_format[++i];
        const auto found = letters.find(letter);
        out += found != letters.end() ? std::string(found->second) : std::string("%") + letter;
    }
    return out;
}

const std::vector<std::string>& compatibility_macros() {
    static const std::vector<std::string> macros = {
        "CREATE MACRO wr_date_add(u, n, t) AS "
        "t + CASE lower(u) WHEN 'millisecond' THEN to_milliseconds(n) "
        "WHEN 'second' THEN to_seconds(n) WHEN 'minute' THEN to_minutes(n) "
        "WHEN 'hour' THEN to_hours(n) WHEN 'day' THEN to_days(n::INTEGER) "
        "WHEN 'week' THEN to_weeks(n::INTEGER) WHEN 'month' THEN to_months(n::INTEGER) "
        "WHEN 'quarter' THEN to_months(3 * n::INTEGER) WHEN 'year' THEN to_years(n::INTEGER) "
        "ELSE error('''' || u || ''' is not a valid DATE field') END",
        "CREATE MACRO wr_from_iso8601_timestamp(s) AS CAST(s AS TIMESTAMP WITH TIME ZONE)",
        "CREATE MACRO wr_from_iso8601_date(s) AS CAST(s AS DATE)",
        "CREATE MACRO wr_to_iso8601(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%g')",
        "CREATE MACRO wr_cardinality(x) AS len(x)",
        "CREATE MACRO wr_element_at(x, i) AS x[i]",
        "CREATE MACRO wr_array_join(x, d) AS array_to_string(x, d)",
        "CREATE MACRO wr_json_parse(s) AS CAST(s AS JSON)",
        "CREATE MACRO wr_json_format(j) AS CAST(j AS VARCHAR)",
    };
    return macros;
}

}  // namespace wr::athena
