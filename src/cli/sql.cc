// wildrydes sql: Athena's SQL over the archive, on one line or read from standard input.
#include <unistd.h>

#include <CLI/App.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "gen/athena/types.h"
#include "gen/s3/types.h"
#include "gen/sts/types.h"

namespace wr::cli {
namespace {

namespace athena = gen::athena;
using namespace std::chrono_literals;

struct Flags {
    std::string query;
    std::string format;
    std::string database = "default";
    std::string work_group;
    std::string output_location;
};

wire::ApiError interrupted() {
    return {"Interrupted", "stopped by a signal", 400, {}, {}};
}

/// Where results go when the workgroup does not say: the bucket that AWS's console makes.
wire::ApiResult<std::string> default_location(fleet::Aws& aws) {
    WR_TRY(const auto identity, aws.sts.get_caller_identity({}));
    const std::string bucket =
        "aws-athena-query-results-" + identity.account.value_or("") + "-" + aws.region;
    gen::s3::CreateBucketRequest input;
    input.bucket = bucket;
    if (aws.region != "us-east-1") {
        input.create_bucket_configuration.emplace().location_constraint = aws.region;
    }
    auto created = aws.s3.create_bucket(input);
    if (!created && created.error().code != "BucketAlreadyOwnedByYou") {
        return base::fail(std::move(created).error());
    }
    return "s3://" + bucket + "/";
}

wire::ApiResult<std::string> start(fleet::Aws& aws, const Flags& flags, const std::string& query) {
    athena::StartQueryExecutionInput input;
    input.query_string = query;
    input.query_execution_context.emplace().database = flags.database;
    if (!flags.work_group.empty()) input.work_group = flags.work_group;
    if (!flags.output_location.empty()) {
        input.result_configuration.emplace().output_location = flags.output_location;
    }
    auto output = aws.athena.start_query_execution(input);
    const bool lacks_location = !output && flags.output_location.empty() &&
                                output.error().code == "InvalidRequestException" &&
                                output.error().message.find("output location") != std::string::npos;
    if (lacks_location) {
        WR_TRY(input.result_configuration.emplace().output_location, default_location(aws));
        output = aws.athena.start_query_execution(input);
    }
    if (!output) return base::fail(std::move(output).error());
    return output->query_execution_id.value_or("");
}

wire::ApiResult<void> wait(Context& context, fleet::Aws& aws, const std::string& id) {
    athena::GetQueryExecutionInput input;
    input.query_execution_id = id;
    while (true) {
        WR_TRY(const auto output, aws.athena.get_query_execution(input));
        const auto& status = *output.query_execution->status;
        if (status.state == "SUCCEEDED") return {};
        if (status.state == "FAILED" || status.state == "CANCELLED") {
            return base::fail(wire::ApiError{
                "Query" + *status.state, status.state_change_reason.value_or(""), 400, {}, {}});
        }
        if (context.signals().wait(30ms) == 0) continue;
        athena::StopQueryExecutionInput stop;
        stop.query_execution_id = id;
        (void)aws.athena.stop_query_execution(stop);
        return base::fail(interrupted());
    }
}

wire::ApiResult<Table> read_results(fleet::Aws& aws, const std::string& id) {
    Table table;
    athena::GetQueryResultsInput input;
    input.query_execution_id = id;
    for (bool is_first = true;; is_first = false) {
        WR_TRY(const auto output, aws.athena.get_query_results(input));
        const athena::ResultSet& results = *output.result_set;
        std::vector<std::string> types;
        for (const auto& column : *results.result_set_metadata->column_info) {
            types.push_back(column.type.value_or(""));
            if (is_first) table.columns.push_back(column.name.value_or(""));
        }
        size_t skip = 0;
        const auto& rows = *results.rows;
        if (is_first && !rows.empty()) {
            // SELECT answers its column names as the first row; DDL does not.
            bool is_header = rows[0].data->size() == table.columns.size();
            for (size_t i = 0; is_header && i < table.columns.size(); ++i) {
                is_header = (*rows[0].data)[i].var_char_value == table.columns[i];
            }
            skip = is_header ? 1 : 0;
        }
        for (size_t r = skip; r < rows.size(); ++r) {
            std::vector<base::Json>& cells = table.rows.emplace_back();
            for (size_t i = 0; i < table.columns.size(); ++i) {
                const bool has_cell =
                    i < rows[r].data->size() && (*rows[r].data)[i].var_char_value.has_value();
                if (!has_cell) {
                    cells.emplace_back();
                    continue;
                }
                const std::string& text = *(*rows[r].data)[i].var_char_value;
                const bool is_text = types[i] == "varchar" || types[i] == "string" ||
                                     types[i] == "char" || types[i].empty();
                auto value =
                    is_text ? base::Result<base::Json>(base::Json(text)) : base::parse_json(text);
                cells.push_back(value ? *value : base::Json(text));
            }
        }
        if (!output.next_token) return table;
        input.next_token = output.next_token;
    }
}

int run_query(Context& context, const Flags& flags, const std::string& query, Format format) {
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    const auto result = [&]() -> wire::ApiResult<Table> {
        WR_TRY(const std::string id, start(*aws, flags, query));
        WR_TRY_VOID(wait(context, *aws, id));
        return read_results(*aws, id);
    }();
    if (!result) {
        if (const int signal = context.signals().wait(0ms)) return 128 + signal;
        auto failed = result;
        return report(failed.error(), context.endpoint());
    }
    const Table& table = *result;
    if (!table.columns.empty()) print(render(table, format));
    context.signals().release();
    return exit_ok;
}

/// Statements end with a semicolon at the end of a line.
int run_lines(Context& context, const Flags& flags, Format format) {
    const bool is_terminal = isatty(STDIN_FILENO) != 0;
    int code = exit_ok;
    std::string statement;
    const auto prompt = [&] {
        if (is_terminal) std::cerr << (statement.empty() ? "sql> " : "...> ") << std::flush;
    };
    prompt();
    for (std::string line; std::getline(std::cin, line); prompt()) {
        statement += line + "\n";
        while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
        if (!line.ends_with(';')) continue;
        code = run_query(context, flags, std::exchange(statement, {}), format);
        if (code != exit_ok && !is_terminal) return code;
    }
    if (statement.find_first_not_of(" \n\t") != std::string::npos) {
        code = run_query(context, flags, statement, format);
    }
    return code;
}

int run_sql(Context& context, const Flags& flags) {
    Format format{};
    if (!parse_format(flags.format, Format::Csv, format)) {
        return fail(exit_usage, "-o: box, csv, json, jsonl or markdown");
    }
    if (flags.query.empty()) return run_lines(context, flags, format);
    if (std::ifstream file(flags.query); file) {
        std::ostringstream text;
        text << file.rdbuf();
        return run_query(context, flags, text.str(), format);
    }
    return run_query(context, flags, flags.query, format);
}

}  // namespace

void add_sql(CLI::App& root, Selection& selection) {
    auto flags = std::make_shared<Flags>();
    CLI::App* command = root.add_subcommand("sql", "Query with Athena's SQL");
    command->add_option("-c,query", flags->query, "A statement, or a file; without it, lines read");
    command->add_option("-o,--output", flags->format, "box, csv, json, jsonl or markdown");
    command->add_option("--database", flags->database, "Database")->capture_default_str();
    command->add_option("--workgroup", flags->work_group, "Workgroup");
    command->add_option("--output-location", flags->output_location, "s3:// folder of the results");
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return run_sql(context, *flags); };
    });
}

}  // namespace wr::cli
