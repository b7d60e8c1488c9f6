// wildrydes app export: an application for another engine; and what explain and export share.
#include <CLI/App.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/app.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "sql/export/flink.h"
#include "sql/export/script.h"

namespace wr::cli {
namespace {

struct ExportFlags {
    AppRunFlags run;
    bool to_flink = false;
    std::string time = "processing";
    std::vector<std::string> outputs;
    std::vector<std::string> connectors;
};

std::string kinesis_connector(const std::string& arn, bool reads) {
    // arn:aws:kinesis:REGION:ACCOUNT:stream/NAME
    std::string region = arn;
    for (int i = 0; i < 3; ++i) region = region.substr(region.find(':') + 1);
    region = region.substr(0, region.find(':'));
    return "'connector' = 'kinesis',\n  'stream.arn' = '" + arn + "',\n  'aws.region' = '" +
           region + "'" + (reads ? ",\n  'source.init.position' = 'LATEST'" : "");
}

std::optional<int> fill_options(const ExportFlags& flags,
                                const LoadedScript& loaded,
                                sql::FlinkOptions& options) {
    for (size_t i = 0; i < loaded.sources.size() && i < loaded.inputs.size(); ++i)
        if (loaded.sources[i].find(":kinesis:") != std::string::npos)
            options.connectors[loaded.inputs[i].in_app_name] =
                kinesis_connector(loaded.sources[i], true);
    options.outputs = flags.outputs;
    for (const auto& [stream, arn] : loaded.outputs) {
        if (flags.outputs.empty() && stream != sql::error_stream_name)
            options.outputs.push_back(stream);
        if (arn.find(":kinesis:") != std::string::npos)
            options.connectors[stream] = kinesis_connector(arn, false);
    }
    for (const auto& text : flags.connectors) {
        const size_t at = text.find('=');
        if (at == std::string::npos)
            return fail(exit_usage, "--connector STREAM='connector' = '...', ...");
        options.connectors[text.substr(0, at)] = text.substr(at + 1);
    }
    if (flags.time == "arrival") {
        options.time = sql::FlinkTime::Arrival;
    } else if (flags.time != "processing") {
        options.time = sql::FlinkTime::Column;
        options.time_column = flags.time;
    }
    return std::nullopt;
}

int run_export(Context& context, const ExportFlags& flags) {
    LoadedScript loaded;
    if (const auto failed = load_script(context, flags.run, loaded)) return *failed;
    if (loaded.inputs.empty())
        return fail(exit_usage,
                    "the columns of the inputs are not known: --columns, --schema, --input or "
                    "--stream");
    sql::FlinkOptions options;
    if (const auto failed = fill_options(flags, loaded, options)) return *failed;
    const auto program =
        compile_told(flags.run.script, loaded.code, loaded.inputs, options.outputs);
    if (!program) return exit_no;
    const auto script = sql::export_to_flink(*program, options);
    if (!script) return fail(exit_no, "Flink SQL has no equal: " + script.error());
    print(script->to_text());
    return exit_ok;
}

}  // namespace

std::optional<int> load_script(Context& context, const AppRunFlags& flags, LoadedScript& loaded) {
    if (flags.script == "-" || std::filesystem::exists(flags.script)) {
        const auto text = read_text(flags.script);
        if (!text) return fail(exit_environment, flags.script + ": cannot be read");
        loaded.code = *text;
        const auto script = sql::describe_script(loaded.code);
        if (!script) return tell_compile_error(flags.script, loaded.code, script.error());
        if (!flags.files.empty() || !flags.streams.empty()) {
            if (const auto failed = open_inputs(context, flags, script->inputs, loaded.inputs))
                return failed;
            return find_schemas(context, loaded.inputs);
        }
        if (flags.schemas.empty() && flags.columns.empty()) return std::nullopt;
        return read_schemas(flags, script->inputs, loaded.inputs);
    }
    if (flags.script.ends_with(".sql"))
        return fail(exit_environment, flags.script + ": no such file");
    return load_application(context, flags, loaded);
}

std::optional<int> load_application(Context& context,
                                    const AppRunFlags& flags,
                                    LoadedScript& loaded) {
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    const auto detail = describe_application(*aws, flags.script);
    if (!detail) return report(detail.error(), context.endpoint());
    loaded.code = detail->application_code.value_or("");
    for (const auto& source : *detail->input_descriptions)
        for (const auto& name : source.in_app_stream_names.value_or(std::vector<std::string>{})) {
            LocalInput& input = loaded.inputs.emplace_back();
            input.in_app_name = name;
            input.schema = input_schema_of(*source.input_schema);
            input.schema->stream_name = name;
            const auto& stream = source.kinesis_streams_input_description;
            const auto& delivery = source.kinesis_firehose_input_description;
            loaded.sources.push_back(stream     ? stream->resource_arn.value_or("")
                                     : delivery ? delivery->resource_arn.value_or("")
                                                : "");
        }
    if (detail->reference_data_source_descriptions)
        for (const auto& reference : *detail->reference_data_source_descriptions) {
            LocalInput& table = loaded.inputs.emplace_back();
            table.in_app_name = reference.table_name.value_or("");
            table.schema = input_schema_of(*reference.reference_schema);
            table.schema->stream_name = table.in_app_name;
            table.schema->table = true;
            const auto& object = reference.s3_reference_data_source_description;
            loaded.sources.push_back("s3://" + resource_name(object->bucket_arn.value_or("")) +
                                     "/" + object->file_key.value_or(""));
        }
    for (const auto& output : *detail->output_descriptions)
        loaded.outputs.emplace_back(output.name.value_or(""), destination_of(output));
    return std::nullopt;
}

void add_app_export(CLI::App& app, Selection& selection) {
    auto flags = std::make_shared<ExportFlags>();
    flags->run.from = "horizon";
    CLI::App* command =
        app.add_subcommand("export", "Write a script or an application as Flink SQL");
    command->add_option("script", flags->run.script, "FILE.sql, or an application's name")
        ->required();
    command->add_flag("--flink", flags->to_flink, "As Flink SQL")->required();
    command->add_option("--time", flags->time, "ROWTIME: processing, arrival or a TIMESTAMP column")
        ->capture_default_str();
    command->add_option(
        "--output-stream", flags->outputs, "Streams to write; else what none reads");
    command->add_option(
        "--connector", flags->connectors, "STREAM=OPTIONS of its table, instead of Kinesis");
    add_input_options(*command, flags->run);
    take_one_value_each(*command);
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return run_export(context, *flags); };
    });
}

}  // namespace wr::cli
