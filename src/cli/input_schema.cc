// Conversions between the API's schemas and the engine's.
#include "cli/input_schema.h"

#include "base/json.h"
#include "sql/parser.h"

namespace wr::cli {
namespace {

const base::Json& member(const base::Json& object, const char* a, const char* b) {
    const base::Json& first = object[a];
    return first.is_null() ? object[b] : first;
}

/// The first InputSchema anywhere in an answer.
const base::Json* find_schema(const base::Json& json, int depth) {
    if (json.find("RecordColumns") != nullptr) return &json;
    if (depth == 0) return nullptr;
    for (const auto& [key, value] : json.as_object())
        if (const auto* found = find_schema(value, depth - 1)) return found;
    for (const auto& value : json.as_array())
        if (const auto* found = find_schema(value, depth - 1)) return found;
    return nullptr;
}

std::string text_or(const base::Json& json, const char* otherwise) {
    return json.is_string() ? json.as_string() : otherwise;
}

/// The console writes a line's end as two characters.
std::string delimiter_of(const std::string& text) {
    if (text == "\\n") return "\n";
    if (text == "\\r\\n") return "\r\n";
    return text == "\\t" ? "\t" : text;
}

}  // namespace

base::Result<sql::InputSchema> input_schema_from_json(const std::string& text) {
    constexpr int depth_max = 8;
    WR_TRY(const base::Json json, base::parse_json(text));
    const base::Json* const found = find_schema(json, depth_max);
    if (found == nullptr)
        return base::fail(base::ErrorCode::InvalidArgument, "there are no RecordColumns in it");
    sql::InputSchema schema;
    const base::Json& format = (*found)["RecordFormat"];
    const base::Json& parameters = format["MappingParameters"];
    if (format["RecordFormatType"].as_string() == "CSV") {
        const base::Json& csv = parameters["CSVMappingParameters"];
        schema.format = sql::RecordFormat::Csv;
        schema.row_delimiter = delimiter_of(text_or(csv["RecordRowDelimiter"], "\n"));
        schema.column_delimiter = delimiter_of(text_or(csv["RecordColumnDelimiter"], ","));
    } else {
        schema.row_path = text_or(parameters["JSONMappingParameters"]["RecordRowPath"], "$");
    }
    for (const auto& column : (*found)["RecordColumns"].as_array())
        schema.columns.push_back({member(column, "Name", "name").as_string(),
                                  member(column, "SqlType", "sqlType").as_string(),
                                  member(column, "Mapping", "mapping").as_string()});
    return schema;
}

base::Result<sql::InputSchema> input_schema_from_columns(const std::string& list, bool csv) {
    const auto parsed = sql::parse_application("CREATE STREAM S (" + list + ")");
    if (!parsed) return base::fail(base::ErrorCode::InvalidArgument, parsed.error().message);
    if (parsed->streams.size() != 1)
        return base::fail(base::ErrorCode::InvalidArgument, "NAME TYPE, NAME TYPE ... is wanted");
    sql::InputSchema schema;
    schema.format = csv ? sql::RecordFormat::Csv : sql::RecordFormat::Json;
    for (const auto& column : parsed->streams[0].columns)
        schema.columns.push_back({column.name.text, column.type.to_text(), ""});
    return schema;
}

sql::InputSchema input_schema_of(const gen::kinesisanalytics::SourceSchema& from) {
    sql::InputSchema schema;
    if (from.record_format) {
        const auto& parameters = from.record_format->mapping_parameters;
        if (from.record_format->record_format_type == "CSV") {
            schema.format = sql::RecordFormat::Csv;
            if (parameters && parameters->csv_mapping_parameters) {
                const auto& csv = *parameters->csv_mapping_parameters;
                schema.row_delimiter = csv.record_row_delimiter.value_or("\n");
                schema.column_delimiter = csv.record_column_delimiter.value_or(",");
            }
        } else if (parameters && parameters->json_mapping_parameters) {
            schema.row_path = parameters->json_mapping_parameters->record_row_path.value_or("$");
        }
    }
    if (from.record_columns)
        for (const auto& column : *from.record_columns)
            schema.columns.push_back({column.name.value_or(""),
                                      column.sql_type.value_or(""),
                                      column.mapping.value_or("")});
    return schema;
}

gen::kinesisanalytics::SourceSchema source_schema_of(const sql::InputSchema& from) {
    gen::kinesisanalytics::SourceSchema schema;
    schema.record_encoding = "UTF-8";
    auto& format = schema.record_format.emplace();
    auto& parameters = format.mapping_parameters.emplace();
    const bool csv = from.format == sql::RecordFormat::Csv;
    format.record_format_type = csv ? "CSV" : "JSON";
    if (csv) {
        auto& mapping = parameters.csv_mapping_parameters.emplace();
        mapping.record_row_delimiter = from.row_delimiter;
        mapping.record_column_delimiter = from.column_delimiter;
    } else {
        parameters.json_mapping_parameters.emplace().record_row_path = from.row_path;
    }
    auto& columns = schema.record_columns.emplace();
    for (const auto& column : from.columns) {
        auto& to = columns.emplace_back();
        to.name = column.name;
        to.sql_type = column.sql_type;
        if (!csv) to.mapping = column.mapping.empty() ? "$." + column.name : column.mapping;
    }
    return schema;
}

}  // namespace wr::cli
