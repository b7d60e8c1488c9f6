// CREATE EXTERNAL TABLE with its clauses in any order.
#include "services/athena/engine/ddl_parser.h"
#include "services/athena/engine/hive_type.h"

namespace wr::athena {
namespace {

constexpr char text_input[] = "org.apache.hadoop.mapred.TextInputFormat";
constexpr char text_output[] = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
constexpr char lazy_simple[] = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
constexpr char parquet_input[] = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
constexpr char parquet_output[] = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";
constexpr char parquet_serde[] = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

/// Hive writes special characters as \t or \001.
std::string unescape(const std::string& text) {
    if (text == "\\t") return "\t";
    if (text == "\\n") return "\n";
    if (text == "\\001" || text == "\\u0001") return "\x01";
    return text;
}

}  // namespace

SqlResult<CreateTable> DdlParser::create_table() {
    CreateTable table;
    table.if_not_exists = accept_if_exists(true);
    WR_TRY(table.name, table_name());
    WR_TRY(table.columns, columns());
    while (now().kind != TokenKind::End && !now().is(";")) WR_TRY_VOID(table_clause(table));
    WR_TRY_VOID(end());
    if (table.location.empty())
        return base::fail(
            SqlError{"no viable alternative at input 'create external': "
                     "LOCATION is required",
                     now().line,
                     now().column});
    if (table.serde.empty()) table.serde = lazy_simple;
    if (table.input_format.empty()) table.input_format = text_input;
    if (table.output_format.empty()) table.output_format = text_output;
    return table;
}

SqlResult<void> DdlParser::table_clause(CreateTable& table) {
    if (accept("COMMENT")) {
        WR_TRY(table.comment, string());
        return {};
    }
    if (accept("PARTITIONED")) {
        WR_TRY_VOID(expect("BY"));
        WR_TRY(table.partition_keys, columns());
        return {};
    }
    if (accept("ROW")) {
        WR_TRY_VOID(expect("FORMAT"));
        return row_format(table);
    }
    if (accept("WITH")) {
        WR_TRY_VOID(expect("SERDEPROPERTIES"));
        WR_TRY(table.serde_parameters, properties());
        return {};
    }
    if (accept("STORED")) {
        WR_TRY_VOID(expect("AS"));
        return stored_as(table);
    }
    if (accept("LOCATION")) {
        WR_TRY(table.location, string());
        return {};
    }
    if (accept("TBLPROPERTIES")) {
        WR_TRY(table.properties, properties());
        return {};
    }
    return unexpected();
}

SqlResult<void> DdlParser::row_format(CreateTable& table) {
    if (accept("DELIMITED")) return delimited(table);
    WR_TRY_VOID(expect("SERDE"));
    WR_TRY(table.serde, string());
    return {};
}

SqlResult<void> DdlParser::delimited(CreateTable& table) {
    table.serde = lazy_simple;
    while (true) {
        if (accept("FIELDS")) {
            WR_TRY_VOID(expect("TERMINATED"));
            WR_TRY_VOID(expect("BY"));
            WR_TRY(const std::string delimiter, string());
            table.serde_parameters["field.delim"] = unescape(delimiter);
            if (accept("ESCAPED")) {
                WR_TRY_VOID(expect("BY"));
                WR_TRY(table.serde_parameters["escape.delim"], string());
            }
        } else if (accept("LINES")) {
            WR_TRY_VOID(expect("TERMINATED"));
            WR_TRY_VOID(expect("BY"));
            WR_TRY(const std::string delimiter, string());
            table.serde_parameters["line.delim"] = unescape(delimiter);
        } else if (accept("NULL")) {
            WR_TRY_VOID(expect("DEFINED"));
            WR_TRY_VOID(expect("AS"));
            WR_TRY(table.serde_parameters["serialization.null.format"], string());
        } else {
            return {};
        }
    }
}

SqlResult<void> DdlParser::stored_as(CreateTable& table) {
    if (accept("INPUTFORMAT")) {
        WR_TRY(table.input_format, string());
        WR_TRY_VOID(expect("OUTPUTFORMAT"));
        WR_TRY(table.output_format, string());
        return {};
    }
    if (accept("TEXTFILE")) return {};
    WR_TRY_VOID(expect("PARQUET"));
    table.input_format = parquet_input;
    table.output_format = parquet_output;
    if (table.serde.empty()) table.serde = parquet_serde;
    return {};
}

SqlResult<std::vector<Column>> DdlParser::columns() {
    std::vector<Column> columns;
    WR_TRY_VOID(expect("("));
    do {
        Column column;
        WR_TRY(column.name, name());
        WR_TRY(column.type, type());
        if (accept("COMMENT")) {
            WR_TRY(column.comment, string());
        }
        columns.push_back(std::move(column));
    } while (accept(","));
    WR_TRY_VOID(expect(")"));
    return columns;
}

SqlResult<std::string> DdlParser::type() {
    const Token& first = now();
    int depth = 0;
    size_t end = first.begin;
    while (now().kind != TokenKind::End) {
        const bool opens = now().is("<") || now().is("(");
        const bool closes = now().is(">") || now().is(")");
        if (depth == 0 && (now().is(",") || now().is("COMMENT") || closes)) break;
        depth += opens ? 1 : closes ? -1 : 0;
        end = now().end;
        ++at_;
    }
    const std::string text = normalize_type(text_.substr(first.begin, end - first.begin));
    if (const auto known = to_duckdb_type(text); !known)
        return base::fail(SqlError{known.error().message, first.line, first.column});
    return text;
}

SqlResult<std::map<std::string, std::string>> DdlParser::properties() {
    std::map<std::string, std::string> values;
    WR_TRY_VOID(expect("("));
    do {
        WR_TRY(const std::string key, string());
        WR_TRY_VOID(expect("="));
        WR_TRY(values[key], string());
    } while (accept(","));
    WR_TRY_VOID(expect(")"));
    return values;
}

}  // namespace wr::athena
