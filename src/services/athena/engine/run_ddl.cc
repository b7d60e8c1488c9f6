// DDL against the catalogue; answers as text, a line per row.
#include "services/athena/engine/engine.h"
#include "services/athena/engine/staging.h"
#include "services/athena/engine/table_sql.h"

namespace wr::athena {
namespace {

/// Hive's patterns: * for anything, | between alternatives.
bool matches(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return true;
    const size_t bar = pattern.find('|');
    if (bar != std::string_view::npos)
        return matches(pattern.substr(0, bar), text) || matches(pattern.substr(bar + 1), text);
    size_t p = 0;
    size_t t = 0;
    size_t star = std::string_view::npos;
    size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '*' || pattern[p] == '%')) {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && (pattern[p] == '*' || pattern[p] == '%')) ++p;
    return p == pattern.size();
}

std::string padded(const std::string& text) {
    return text.size() < 20 ? text + std::string(20 - text.size(), ' ') : text;
}

std::string describe_text(const Table& table) {
    std::string out;
    for (const auto* columns : {&table.columns, &table.partition_keys})
        for (const Column& column : *columns)
            out += padded(column.name) + "\t" + padded(column.type) + "\t" +
                   padded(column.comment) + "\n";
    if (table.partition_keys.empty()) return out;
    out +=
        "\t \t \n# Partition Information\t \t \n# col_name            \tdata_type           "
        "\tcomment             \n\t \t \n";
    for (const Column& column : table.partition_keys)
        out +=
            padded(column.name) + "\t" + padded(column.type) + "\t" + padded(column.comment) + "\n";
    return out;
}

std::string column_lines(const std::vector<Column>& columns) {
    std::string out;
    for (const Column& column : columns)
        out += (out.empty() ? "  `" : ", \n  `") + column.name + "` " + column.type +
               (column.comment.empty() ? "" : " COMMENT " + quote_text(column.comment));
    return out;
}

std::string create_text(const Table& table) {
    std::string out = "CREATE EXTERNAL TABLE `" + table.database + "." + table.name + "`(\n" +
                      column_lines(table.columns) + ")\n";
    if (!table.partition_keys.empty())
        out += "PARTITIONED BY ( \n" + column_lines(table.partition_keys) + ")\n";
    out += "ROW FORMAT SERDE \n  " + quote_text(table.serde) + " \n";
    if (!table.serde_parameters.empty()) {
        std::string list;
        for (const auto& [name, value] : table.serde_parameters)
            list += (list.empty() ? "  " : ", \n  ") + quote_text(name) + "=" + quote_text(value);
        out += "WITH SERDEPROPERTIES ( \n" + list + ") \n";
    }
    out += "STORED AS INPUTFORMAT \n  " + quote_text(table.input_format) + " \nOUTPUTFORMAT \n  " +
           quote_text(table.output_format) + "\nLOCATION\n  " + quote_text(table.location) + "\n";
    return out;
}

Table table_from(const CreateTable& create, const std::string& session_database) {
    Table table;
    table.database = create.name.database.empty() ? session_database : create.name.database;
    table.name = create.name.table;
    table.comment = create.comment;
    table.columns = create.columns;
    table.partition_keys = create.partition_keys;
    table.location = create.location;
    table.input_format = create.input_format;
    table.output_format = create.output_format;
    table.serde = create.serde;
    table.serde_parameters = create.serde_parameters;
    table.properties = create.properties;
    table.properties.emplace("EXTERNAL", "TRUE");
    return table;
}

/// The work of one statement. Results are texts; errors come as Hive words them.
class DdlRun {
public:
    DdlRun(Catalog& catalog,
           const Scope& scope,
           const std::string& database,
           const Authorise& authorise)
        : catalog_(catalog), scope_(scope), database_(database), authorise_(authorise) {}

    struct Answer {
        std::string text;
        std::vector<std::string> columns;
    };
    using Ran = base::Result<Answer, std::string>;

    Ran operator()(const CreateTable& create) {
        WR_TRY_VOID(permit("glue:CreateTable", database_of(create.name), create.name.table));
        if (!parse_s3_address(create.location)) return failed(1, "Invalid S3 location");
        const auto made = catalog_.create_table(scope_, table_from(create, database_));
        return settle(made, create.if_not_exists, CatalogErrorCode::AlreadyExists);
    }
    Ran operator()(const DropTable& drop) {
        WR_TRY_VOID(permit("glue:DeleteTable", database_of(drop.name), drop.name.table));
        const auto done = catalog_.delete_table(scope_, database_of(drop.name), drop.name.table);
        return settle(done, drop.if_exists, CatalogErrorCode::NotFound);
    }
    Ran operator()(const CreateDatabase& create) {
        WR_TRY_VOID(permit("glue:CreateDatabase", create.name, ""));
        const auto made =
            catalog_.create_database(scope_, {create.name, create.comment, create.location, {}});
        return settle(made, create.if_not_exists, CatalogErrorCode::AlreadyExists);
    }
    Ran operator()(const DropDatabase& drop) {
        WR_TRY_VOID(permit("glue:DeleteDatabase", drop.name, ""));
        const auto done = catalog_.delete_database(scope_, drop.name, drop.cascade);
        return settle(done, drop.if_exists, CatalogErrorCode::NotFound);
    }
    Ran operator()(const ShowTables& show) {
        const std::string name = show.database.empty() ? database_ : show.database;
        WR_TRY_VOID(permit("glue:GetTables", name, ""));
        if (const auto known = catalog_.get_database(scope_, name); !known)
            return failed(10072, "Database does not exist: " + name);
        const auto tables = catalog_.tables(scope_, name);
        if (!tables) return failed(1, tables.error().message);
        Answer answer{"", {"tab_name"}};
        for (const Table& table : *tables)
            if (matches(show.pattern, table.name)) answer.text += table.name + "\n";
        return answer;
    }
    Ran operator()(const ShowDatabases& show) {
        WR_TRY_VOID(permit("glue:GetDatabases", "", ""));
        const auto databases = catalog_.databases(scope_);
        if (!databases) return failed(1, databases.error().message);
        Answer answer{"", {"database_name"}};
        for (const Database& database : *databases)
            if (matches(show.pattern, database.name)) answer.text += database.name + "\n";
        return answer;
    }
    Ran operator()(const ShowColumns& show) {
        WR_TRY(const Table table, find(show.name));
        Answer answer{"", {"field"}};
        for (const auto* columns : {&table.columns, &table.partition_keys})
            for (const Column& column : *columns) answer.text += padded(column.name) + "\n";
        return answer;
    }
    Ran operator()(const ShowCreateTable& show) {
        WR_TRY(const Table table, find(show.name));
        return Answer{create_text(table), {"createtab_stmt"}};
    }
    Ran operator()(const Describe& describe) {
        WR_TRY(const Table table, find(describe.name));
        return Answer{describe_text(table), {"col_name", "data_type", "comment"}};
    }
    Ran operator()(const ShowPartitions&) {
        return failed(1, "Partitions are found in the location's folders (key=value)");
    }
    Ran operator()(const MsckRepair& repair) {
        // Partitions are looked up at each query, so there is nothing to record.
        WR_TRY(const Table table, find(repair.name));
        return Answer{};
    }

private:
    static base::Failure<std::string> failed(int code, const std::string& message) {
        return {"FAILED: " +
                std::string(code == 1
                                ? "Execution Error, return code 1 from "
                                  "org.apache.hadoop.hive.ql.exec.DDLTask. "
                                : "SemanticException [Error " + std::to_string(code) + "]: ") +
                message};
    }

    base::Result<void, std::string> permit(const char* action,
                                           const std::string& database,
                                           const std::string& table) const {
        std::string denial = glue_denial(scope_, authorise_, action, database, table);
        if (denial.empty()) return {};
        return base::fail(std::move(denial));
    }

    std::string database_of(const TableName& name) const {
        return name.database.empty() ? database_ : name.database;
    }

    base::Result<Table, std::string> find(const TableName& name) {
        WR_TRY_VOID(permit("glue:GetTable", database_of(name), name.table));
        auto table = catalog_.get_table(scope_, database_of(name), name.table);
        if (!table) return failed(10001, "Table not found " + name.table);
        return *std::move(table);
    }

    Ran settle(const CatalogResult<void>& done, bool forgives, CatalogErrorCode forgiven) {
        if (done || (forgives && done.error().code == forgiven)) return Answer{};
        if (done.error().code == CatalogErrorCode::AlreadyExists)
            return failed(1, "AlreadyExistsException(message:" + done.error().message + ")");
        if (done.error().code == CatalogErrorCode::NotEmpty)
            return failed(1, "InvalidOperationException(message:" + done.error().message + ")");
        return failed(1, done.error().message);
    }

    Catalog& catalog_;
    const Scope& scope_;
    const std::string database_;
    const Authorise& authorise_;
};

}  // namespace

Engine::Outcome<Engine::Output> Engine::run_ddl(const Scope& scope,
                                                const QueryExecution& execution,
                                                const DdlStatement& statement,
                                                const Authorise& authorise) {
    auto ran = std::visit(DdlRun(catalog_, scope, execution.database, authorise), statement);
    if (!ran) return base::fail(Failure{std::move(ran).error()});
    Output output;
    output.content = std::move(ran->text);
    for (const std::string& column : ran->columns) output.columns.push_back({column, "string"});
    return output;
}

}  // namespace wr::athena
