// Tables over streams: columns from the schemas, ROWTIME, and where the records are.
#include "sql/export/flink_tables.h"

#include <algorithm>
#include <map>

namespace wr::sql::flink {
namespace {

/// A field of JSON documents: a leaf has a type, an object has fields.
struct Field {
    std::string name;
    std::string type;
    std::vector<Field> fields;

    Field& at(const std::string& wanted) {
        for (Field& field : fields)
            if (field.name == wanted) return field;
        return fields.emplace_back(Field{wanted, {}, {}});
    }
    std::string column() const { return quoted(name) + " " + text(); }
    std::string text() const {
        if (fields.empty()) return type;
        std::string out;
        for (const Field& field : fields) out += (out.empty() ? "" : ", ") + field.column();
        return "ROW<" + out + ">";
    }
};

/// $.a.b as its keys; empty when the path holds anything else.
std::vector<std::string> keys_of(const std::string& path) {
    if (!path.starts_with("$.") || path.find_first_of("[]'\"*") != std::string::npos) return {};
    std::vector<std::string> keys(1);
    for (const char c : path.substr(2)) {
        if (c == '.')
            keys.emplace_back();
        else
            keys.back() += c;
    }
    if (std::any_of(keys.begin(), keys.end(), [](const auto& key) { return key.empty(); }))
        return {};
    return keys;
}

std::string join_lines(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines) out += (out.empty() ? "  " : ",\n  ") + line;
    return out;
}

Exported<std::vector<std::string>> json_columns(const InputSchema& schema, const Stream& stream) {
    if (schema.row_path != "$" && !schema.row_path.empty())
        return refuse("the row path " + schema.row_path + " of " + stream.name);
    Field root;
    std::vector<std::string> computed;
    for (size_t i = 0; i < schema.columns.size(); ++i) {
        const InputColumn& column = schema.columns[i];
        const std::string path = column.mapping.empty() ? "$." + column.name : column.mapping;
        const auto keys = keys_of(path);
        if (keys.empty()) return refuse("the mapping " + path + " of " + stream.name);
        Field* field = &root;
        std::string reference;
        for (const auto& key : keys) {
            field = &field->at(key);
            reference += (reference.empty() ? "" : ".") + quoted(key);
        }
        field->type = type_text(stream.columns[i].type);
        const bool same = keys.size() == 1 && keys[0] == column.name;
        if (!same) computed.push_back(quoted(column.name) + " AS " + reference);
    }
    std::vector<std::string> lines;
    for (const Field& field : root.fields) lines.push_back(field.column());
    for (auto& line : computed) lines.push_back(std::move(line));
    return lines;
}

Exported<std::vector<std::string>> columns_of(const InputSchema& schema, const Stream& stream) {
    if (schema.format == RecordFormat::Json) return json_columns(schema, stream);
    std::vector<std::string> lines;
    for (size_t i = 0; i < schema.columns.size(); ++i)
        lines.push_back(quoted(schema.columns[i].name) + " " + type_text(stream.columns[i].type));
    return lines;
}

Exported<void> add_system_columns(const Stream& stream, std::vector<std::string>& lines) {
    for (const auto& column : stream.columns) {
        if (!column.system || !column.used) continue;
        if (column.name == "APPROXIMATE_ARRIVAL_TIME")
            lines.push_back(quoted(column.name) +
                            " TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL");
        else if (column.name == "SHARD_ID")
            lines.push_back(quoted(column.name) + " VARCHAR(64) METADATA FROM 'shard-id' VIRTUAL");
        else if (column.name == "SEQUENCE_NUMBER")
            lines.push_back(quoted(column.name) +
                            " VARCHAR(128) METADATA FROM 'sequence-number' VIRTUAL");
        else
            return refuse(column.name + ", which Flink's connector does not offer");
    }
    return {};
}

Exported<void> add_time(const Stream& stream,
                        const FlinkOptions& options,
                        std::vector<std::string>& lines) {
    const std::string name = quoted(time_name);
    const std::string watermark = "WATERMARK FOR " + name + " AS " + name;
    switch (options.time) {
        case FlinkTime::Processing:
            lines.push_back(name + " AS PROCTIME()");
            return {};
        case FlinkTime::Arrival:
            lines.push_back(name + " TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL");
            lines.push_back(watermark + " - INTERVAL '1' SECOND");
            return {};
        case FlinkTime::Column: {
            const auto at = std::find_if(
                stream.columns.begin(), stream.columns.end(), [&](const StreamColumn& column) {
                    return column.name == options.time_column;
                });
            if (at == stream.columns.end() || at->type.kind != TypeKind::Timestamp)
                return refuse(stream.name + " has no TIMESTAMP column " + options.time_column);
            lines.push_back(name + " AS CAST(" + quoted(at->name) + " AS TIMESTAMP(3))");
            lines.push_back(watermark);
            return {};
        }
    }
    return {};
}

std::string connector(const std::string& stream,
                      const std::string& format,
                      const FlinkOptions& options,
                      bool reads) {
    const auto at = options.connectors.find(stream);
    std::string where =
        at != options.connectors.end()
            ? at->second
            : "'connector' = 'kinesis',\n  'stream.arn' = "
              "'arn:aws:kinesis:REGION:ACCOUNT:stream/NAME',\n  'aws.region' = 'REGION'" +
                  std::string(reads ? ",\n  'source.init.position' = 'LATEST'" : "");
    return "\n) WITH (\n  " + where + ",\n  " + format + "\n)";
}

std::string delimiter_text(const std::string& delimiter) {
    return delimiter == "\t" ? "U&'\\0009'" : literal_text(delimiter);
}

}  // namespace

Exported<std::string> input_table(const Program& program,
                                  const Stream& stream,
                                  const FlinkOptions& options) {
    const InputSchema& schema = program.inputs[stream.input];
    WR_TRY(auto lines, columns_of(schema, stream));
    std::string format =
        "'format' = 'csv',\n  'csv.ignore-parse-errors' = 'true',\n  "
        "'csv.field-delimiter' = " +
        delimiter_text(schema.column_delimiter);
    if (schema.format == RecordFormat::Json)
        format =
            "'format' = 'json',\n  'json.ignore-parse-errors' = 'true',\n  "
            "'json.timestamp-format.standard' = 'SQL'";
    if (stream.kind == StreamKind::Table) {
        const auto at = options.connectors.find(stream.name);
        const std::string where = at != options.connectors.end()
                                      ? at->second
                                      : "'connector' = 'filesystem',\n  'path' = 's3://BUCKET/KEY'";
        return "CREATE TABLE " + quoted(stream.name) + " (\n" + join_lines(lines) +
               "\n) WITH (\n  " + where + ",\n  " + format + "\n)";
    }
    WR_TRY_VOID(add_system_columns(stream, lines));
    WR_TRY_VOID(add_time(stream, options, lines));
    return "CREATE TABLE " + quoted(stream.name) + " (\n" + join_lines(lines) +
           connector(stream.name, format, options, true);
}

std::string output_table(const Stream& stream,
                         const std::string& name,
                         const FlinkOptions& options) {
    std::vector<std::string> lines;
    for (const auto& column : stream.columns)
        lines.push_back(
            quoted(column.name) + " " +
            (column.type.kind == TypeKind::Timestamp ? "STRING" : type_text(column.type)));
    return "CREATE TABLE " + quoted(name) + " (\n" + join_lines(lines) +
           connector(stream.name, "'format' = 'json'", options, false);
}

std::string for_output(const std::string& text, const Type& type) {
    if (type.kind != TypeKind::Timestamp) return text;
    return "DATE_FORMAT(" + bare(text) + ", 'yyyy-MM-dd HH:mm:ss.SSS')";
}

}  // namespace wr::sql::flink
