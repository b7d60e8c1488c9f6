// wildrydes app run: a script over a file of records or a stream, here.
#include <CLI/App.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "cli/app.h"
#include "cli/exit_code.h"
#include "cli/local_run.h"
#include "cli/record_filter.h"
#include "sql/export/script.h"

namespace wr::cli {
namespace {

using Names = std::vector<std::string>;

/// NAME=VALUE when NAME is an input; any other text is a value as a whole.
std::pair<std::string, std::string> named(const std::string& text, const Names& inputs) {
    const size_t at = text.find('=');
    const std::string name = text.substr(0, at);
    const bool is_input = std::find(inputs.begin(), inputs.end(), name) != inputs.end();
    if (at == std::string::npos || !is_input) return {"", text};
    return {name, text.substr(at + 1)};
}

/// The value that a repeated option has for `input`: its own, else the one for all.
std::optional<std::string> value_for(const std::vector<std::string>& options,
                                     const std::string& input,
                                     const Names& inputs) {
    std::optional<std::string> general;
    for (const auto& option : options) {
        auto [name, value] = named(option, inputs);
        if (name == input) return value;
        if (name.empty() && !general) general = value;
    }
    return general;
}

/// The file of a table; one that is not named is no table.
std::optional<std::string> table_for(const AppRunFlags& flags,
                                     const std::string& name,
                                     const Names& names) {
    for (const auto& option : flags.tables)
        if (auto [table, path] = named(option, names); table == name) return path;
    return std::nullopt;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::optional<int> open_source(Context& context,
                               const AppRunFlags& flags,
                               const std::string& name,
                               const Names& names,
                               LocalInput& input) {
    const auto table = table_for(flags, name, names);
    input.is_table = table.has_value();
    if (const auto path = table ? table : value_for(flags.files, name, names)) {
        auto opened = open_record_file(*path, flags.csv);
        if (!opened) return fail(exit_environment, opened.error().message);
        input.source = *std::move(opened);
        return std::nullopt;
    }
    const auto stream = value_for(flags.streams, name, names);
    if (!stream)
        return fail(exit_usage,
                    "where do the rows of " + name + " come from? --input [" + name +
                        "=]FILE, or --stream [" + name + "=]STREAM");
    const auto start = parse_start(flags.from, context.clock().now());
    if (!start) return fail(exit_usage, "--from: latest, horizon, @TIME, @5m or seq:NUMBER");
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    auto opened = open_record_stream(aws->kinesis, *stream, *start, flags.ends);
    if (!opened) return report(opened.error(), context.endpoint());
    input.source = *std::move(opened);
    return std::nullopt;
}

std::optional<int> read_schema(const AppRunFlags& flags,
                               const std::string& name,
                               const Names& names,
                               LocalInput& input) {
    if (const auto list = value_for(flags.columns, name, names)) {
        auto schema =
            input_schema_from_columns(*list, flags.csv || (input.source && input.source->is_csv()));
        if (!schema) return fail(exit_usage, "--columns: " + schema.error().message);
        input.schema = *std::move(schema);
    } else if (const auto path = value_for(flags.schemas, name, names)) {
        const auto text = read_text(*path);
        if (!text) return fail(exit_environment, *path + ": cannot be read");
        auto schema = input_schema_from_json(*text);
        if (!schema) return fail(exit_usage, *path + ": " + schema.error().message);
        input.schema = *std::move(schema);
    }
    return std::nullopt;
}

int run(Context& context, const AppRunFlags& flags) {
    LocalRun run;
    run.file = flags.script;
    if (!parse_format(flags.format, Format::JsonLines, run.printing.format))
        return fail(exit_usage, "-o: table, json, jsonl or csv");
    const auto code = read_text(flags.script);
    if (!code) return fail(exit_environment, flags.script + ": cannot be read");
    run.code = *code;
    context.signals().hold();
    const auto script = sql::describe_script(run.code);
    if (!script) return tell_compile_error(flags.script, run.code, script.error());
    if (auto failed = open_inputs(context, flags, script->inputs, run.inputs)) return *failed;
    run.streams = flags.results;
    run.printing.count_max = flags.count;
    run.printing.with_rowtime = flags.with_rowtime;
    run.printing.quiet_errors = flags.quiet;
    run.quiet = flags.quiet;
    run.speed = flags.speed;
    run.ends_open = flags.ends_open;
    return run_locally(context, std::move(run));
}

}  // namespace

std::optional<std::string> read_text(const std::string& path) {
    if (path == "-")
        return std::string(std::istreambuf_iterator<char>(std::cin),
                           std::istreambuf_iterator<char>());
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::optional<int> open_inputs(Context& context,
                               const AppRunFlags& flags,
                               const std::vector<std::string>& names,
                               std::vector<LocalInput>& inputs) {
    for (const auto* options : {&flags.files, &flags.streams})
        for (const auto& option : *options)
            if (names.size() > 1 + flags.tables.size() && named(option, names).first.empty())
                return fail(exit_usage,
                            "the script reads " + joined(names) + ": which of them is " + option +
                                " for? INPUT=" + option);
    for (const auto& name : names) {
        LocalInput input;
        input.in_app_name = name;
        if (const auto failed = open_source(context, flags, name, names, input)) return failed;
        if (const auto failed = read_schema(flags, name, names, input)) return failed;
        input.time = value_for(flags.times, name, names).value_or("");
        inputs.push_back(std::move(input));
    }
    if (inputs.empty())
        return fail(exit_no, "the script reads nothing: it has no pump with an input");
    return std::nullopt;
}

std::optional<int> read_schemas(const AppRunFlags& flags,
                                const std::vector<std::string>& names,
                                std::vector<LocalInput>& inputs) {
    for (const auto& name : names) {
        LocalInput input;
        input.in_app_name = name;
        input.is_table = table_for(flags, name, names).has_value();
        if (const auto failed = read_schema(flags, name, names, input)) return failed;
        if (!input.schema)
            return fail(exit_usage, "which columns has " + name + "? --schema or --columns");
        input.schema->stream_name = name;
        input.schema->table = input.is_table;
        inputs.push_back(std::move(input));
    }
    return std::nullopt;
}

void take_one_value_each(CLI::App& command) {
    for (CLI::Option* const option : command.get_options())
        if (option->get_expected_max() > 1) option->allow_extra_args(false);
}

void add_input_options(CLI::App& command, AppRunFlags& flags) {
    command.add_option(
        "-i,--input", flags.files, "[INPUT=]FILE of records: JSON or CSV; - is stdin");
    command.add_option("--stream", flags.streams, "[INPUT=]STREAM of the server");
    command.add_option("--from", flags.from, "Of streams: latest, horizon, @TIME, @5m, seq:NUMBER")
        ->capture_default_str();
    command.add_flag("--end", flags.ends, "End once all that a stream holds has been read");
    command.add_option("--schema",
                       flags.schemas,
                       "[INPUT=]FILE with the API's InputSchema; else it is discovered");
    command.add_option("--columns", flags.columns, "[INPUT=]'NAME TYPE, ...' instead of a schema");
    command.add_option(
        "--table", flags.tables, "TABLE=FILE of reference data that streams are joined with");
    command.add_flag("--csv", flags.csv, "The records are CSV, whatever the file is called");
}

void add_app_run(CLI::App& app, Selection& selection) {
    auto flags = std::make_shared<AppRunFlags>();
    CLI::App* command = app.add_subcommand(
        "run", "Run a script here, over a file of records or a stream, and print its rows");
    command->add_option("script", flags->script, "FILE.sql; - is standard input")->required();
    add_input_options(*command, *flags);
    command->add_option("-t,--time",
                        flags->times,
                        "[INPUT=]COLUMN that holds ROWTIME, or arrival; else the clock's");
    command->add_option(
        "--speed", flags->speed, "With --time: 1 as recorded, 60 a minute a second");
    command->add_option("-s,--from-stream",
                        flags->results,
                        "In-application streams to print; else what none reads");
    command->add_flag("--rowtime", flags->with_rowtime, "Print ROWTIME, too");
    command->add_flag("--keep-open", flags->ends_open, "Do not close windows when the input ends");
    command->add_option("-n", flags->count, "End after so many rows");
    command->add_option("-o,--output", flags->format, "table, json, jsonl or csv");
    command->add_flag("-q,--quiet", flags->quiet, "Rows only: no errors, no summary");
    take_one_value_each(*command);
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return run(context, *flags); };
    });
}

}  // namespace wr::cli
