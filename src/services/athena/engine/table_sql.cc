// Readers for JSON, delimited text and Parquet with the catalogue's columns and types.
#include "services/athena/engine/table_sql.h"

#include "services/athena/engine/hive_type.h"
#include "services/athena/engine/worker.h"

namespace wr::athena {
namespace {

std::string duckdb_type(const Column& column) {
    const auto type = to_duckdb_type(column.type);
    return type ? *type : "VARCHAR";
}

/// {'a': 'INTEGER', ...}
std::string column_types(const Table& table, bool all_text) {
    std::string out;
    for (const Column& column : table.columns)
        out += (out.empty() ? "" : ", ") + quote_text(column.name) + ": " +
               quote_text(all_text ? "VARCHAR" : duckdb_type(column));
    return "{" + out + "}";
}

std::string parameter(const Table& table, const std::string& name, const std::string& otherwise) {
    const auto found = table.serde_parameters.find(name);
    return found == table.serde_parameters.end() ? otherwise : found->second;
}

std::string json_reader(const Table& table, const std::string& files) {
    return "SELECT * FROM read_json(" + quote_text(files) +
           ", format = 'newline_delimited', auto_detect = false, "
           "maximum_object_size = getvariable('" +
           json_line_bytes_variable +
           "'), ignore_errors = " + (ignores_malformed(table) ? "true" : "false") +
           ", columns = " + column_types(table, false) + ")";
}

std::string csv_reader(const Table& table, const std::string& files) {
    const bool quoted = table.serde.ends_with("OpenCSVSerde");
    const std::string delimiter = parameter(
        table, quoted ? "separatorChar" : "field.delim", quoted ? "," : std::string("\x01"));
    const auto skipped = table.properties.find("skip.header.line.count");
    std::string items;
    for (const Column& column : table.columns) {
        const std::string name = quote_name(column.name);
        const std::string type = duckdb_type(column);
        items += (items.empty() ? "" : ", ") +
                 (type == "VARCHAR" ? name : "TRY_CAST(" + name + " AS " + type + ") AS " + name);
    }
    std::string skip = skipped == table.properties.end() ? "0" : skipped->second;
    if (skip.empty() || skip.find_first_not_of("0123456789") != std::string::npos) skip = "0";
    return "SELECT " + items + " FROM read_csv(" + quote_text(files) +
           ", auto_detect = false, header = false, null_padding = true, strict_mode = false, "
           "nullstr = '\\N', skip = " +
           skip + ", delim = " + quote_text(delimiter) +
           ", quote = " + (quoted ? quote_text(parameter(table, "quoteChar", "\"")) : "''") +
           ", escape = " + (quoted ? quote_text(parameter(table, "escapeChar", "\"")) : "''") +
           ", columns = " + column_types(table, true) + ")";
}

std::string parquet_reader(const Table& table, const std::string& files) {
    std::string items;
    for (const Column& column : table.columns)
        items += (items.empty() ? "CAST(" : ", CAST(") + quote_name(column.name) + " AS " +
                 duckdb_type(column) + ") AS " + quote_name(column.name);
    return "SELECT " + items + " FROM read_parquet(" + quote_text(files) +
           ", union_by_name = true, hive_partitioning = false)";
}

std::string reader(const Table& table, size_t index, size_t partition) {
    const std::string part = "/" + std::to_string(index) + "/" + std::to_string(partition) + "/*";
    switch (format_of(table)) {
        case TableFormat::Json:
            return json_reader(table, worker_scratch_folder + part + ".jsonl");
        case TableFormat::Csv:
            return csv_reader(table, worker_data_folder + part);
        case TableFormat::Parquet:
            return parquet_reader(table, worker_data_folder + part);
    }
    return {};
}

/// The table's columns without a row.
std::string no_rows(const Table& table) {
    std::string items;
    for (const auto* columns : {&table.columns, &table.partition_keys})
        for (const Column& column : *columns)
            items += (items.empty() ? "CAST(NULL AS " : ", CAST(NULL AS ") + duckdb_type(column) +
                     ") AS " + quote_name(column.name);
    return "SELECT " + items + " WHERE false";
}

}  // namespace

TableFormat format_of(const Table& table) {
    if (table.serde.ends_with("ParquetHiveSerDe")) return TableFormat::Parquet;
    if (table.serde.ends_with("JsonSerDe") || table.serde.ends_with("JsonSerde"))
        return TableFormat::Json;
    return TableFormat::Csv;
}

bool is_case_sensitive(const Table& table) {
    return to_lower(parameter(table, "case.insensitive", "true")) == "false";
}

bool ignores_malformed(const Table& table) {
    return to_lower(parameter(table, "ignore.malformed.json", "false")) == "true";
}

std::vector<std::string> table_statements(const Table& table,
                                          size_t table_index,
                                          const std::vector<std::vector<std::string>>& partitions) {
    std::string body;
    for (size_t i = 0; i < partitions.size(); ++i) {
        std::string values;
        for (size_t k = 0; k < table.partition_keys.size(); ++k)
            values += ", CAST(" + quote_text(partitions[i][k]) + " AS " +
                      duckdb_type(table.partition_keys[k]) + ") AS " +
                      quote_name(table.partition_keys[k].name);
        body += (i > 0 ? " UNION ALL " : "") + std::string("SELECT *") + values + " FROM (" +
                reader(table, table_index, i) + ")";
    }
    if (body.empty()) body = no_rows(table);
    const std::string schema = quote_name(table.database);
    return {"CREATE SCHEMA IF NOT EXISTS " + schema,
            "CREATE VIEW " + schema + "." + quote_name(table.name) + " AS " + body};
}

}  // namespace wr::athena
