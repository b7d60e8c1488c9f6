// Times of records, by path or by column.
#include "cli/record_time.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/time_format.h"
#include "sql/decode.h"

namespace wr::cli {
namespace {

bool same_name(const std::string& a, const std::string& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

std::vector<std::string> split_path(std::string_view path) {
    if (path.starts_with("$.")) path.remove_prefix(2);
    std::vector<std::string> parts(1);
    for (const char c : path) {
        if (c == '.')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

base::Timestamp moment_of_number(double value) {
    double ms = value * 1'000;
    if (value > 1e17)
        ms = value / 1e6;
    else if (value > 1e14)
        ms = value / 1e3;
    else if (value > 1e11)
        ms = value;
    return base::Timestamp{std::chrono::milliseconds{static_cast<int64_t>(ms)}};
}

std::vector<std::string_view> csv_fields(const ShardRecord& record,
                                         const sql::InputSchema& schema,
                                         sql::Arena& arena) {
    std::vector<std::string_view> fields;
    std::string_view text = record.data;
    sql::take_csv_row(text, schema, arena, fields);
    return fields;
}

}  // namespace

std::optional<base::Timestamp> moment_of(const base::Json& value) {
    if (value.is_number()) return moment_of_number(value.as_double());
    if (!value.is_string()) return std::nullopt;
    const std::string& text = value.as_string();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc{} && end == text.data() + text.size();
    if (is_number) return moment_of_number(number);
    return base::parse_iso8601(text);
}

std::optional<RecordTime> RecordTime::parse(const std::string& spec,
                                            const sql::InputSchema& schema) {
    RecordTime time;
    time.schema_ = schema;
    time.arrival_ = spec == "arrival";
    if (time.arrival_) return time;
    const auto& columns = schema.columns;
    const auto at = std::find_if(
        columns.begin(), columns.end(), [&](const auto& c) { return same_name(c.name, spec); });
    if (schema.format == sql::RecordFormat::Csv) {
        if (at == columns.end()) return std::nullopt;
        time.column_ = static_cast<size_t>(at - columns.begin());
        return time;
    }
    const bool is_mapped = at != columns.end() && !at->mapping.empty();
    time.path_ = split_path(is_mapped ? at->mapping : at != columns.end() ? at->name : spec);
    return time;
}

std::optional<base::Timestamp> RecordTime::of(const ShardRecord& record) const {
    if (arrival_) return record.arrival;
    if (schema_.format == sql::RecordFormat::Csv) {
        sql::Arena arena;
        const auto fields = csv_fields(record, schema_, arena);
        if (column_ >= fields.size()) return std::nullopt;
        return moment_of(base::Json(fields[column_]));
    }
    const auto json = base::parse_json(record.data);
    if (!json) return std::nullopt;
    const base::Json* value = &*json;
    for (const auto& part : path_) value = &(*value)[part];
    return moment_of(*value);
}

std::string likely_time_column(const sql::InputSchema& schema, const std::string& record) {
    std::string found;
    ShardRecord sample;
    sample.data = record;
    for (const auto& column : schema.columns) {
        const bool may_hold = column.sql_type == "TIMESTAMP" || column.sql_type.starts_with("VAR");
        if (!may_hold) continue;
        const auto time = RecordTime::parse(column.name, schema);
        const auto moment = time ? time->of(sample) : std::nullopt;
        // A short text of digits is a number by chance.
        if (!moment || *moment < base::Timestamp{std::chrono::hours{24 * 3650}}) continue;
        if (!found.empty()) return "";
        found = column.name;
    }
    return found;
}

}  // namespace wr::cli
