// wildrydes app tail|errors: rows of an application's in-application streams.
//
// A stream that the application writes to a Kinesis stream is read there. Any other is computed
// here: the application's code over the application's own input.
#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/app.h"
#include "cli/exit_code.h"
#include "cli/record_filter.h"
#include "sql/export/script.h"

namespace wr::cli {
namespace {

namespace ka = gen::kinesisanalytics;
using namespace std::chrono_literals;

struct Flags {
    std::string name;
    std::string stream;
    std::string from = "latest";
    std::string format;
    uint64_t count = 0;
    bool ends = false;
    bool with_rowtime = false;
    bool here = false;
};

/// The Kinesis stream that takes the rows of `stream`; empty when none does.
std::string destination(const Detail& detail, const std::string& stream) {
    for (const auto& output : *detail.output_descriptions) {
        const bool json =
            output.destination_schema && output.destination_schema->record_format_type == "JSON";
        if (output.name == stream && json && output.kinesis_streams_output_description)
            return resource_name(
                output.kinesis_streams_output_description->resource_arn.value_or(""));
    }
    return "";
}

int read_output(Context& context,
                fleet::Aws& aws,
                const std::string& destination,
                const std::string& stream,
                const ShardStart& start,
                bool ends,
                RowPrinter& printer) {
    ShardReader reader(aws.kinesis, destination);
    if (auto opened = reader.open(start); !opened)
        return report(opened.error(), context.endpoint());
    while (!reader.is_finished() && !printer.is_full()) {
        auto records = reader.poll();
        if (!records) return report(records.error(), context.endpoint());
        for (auto& record : *records) printer.add(stream, std::move(record.data));
        printer.flush();
        if (records->empty() && ends) break;
        if (const int signal = context.signals().wait(records->empty() ? 250ms : 0ms)) {
            printer.finish();
            return 128 + signal;
        }
    }
    printer.finish();
    return exit_ok;
}

/// The application's inputs, one local input per stream of the server.
std::optional<int> inputs_of(Context& context,
                             fleet::Aws& aws,
                             const Detail& detail,
                             const Flags& flags,
                             const ShardStart& start,
                             std::vector<LocalInput>& inputs) {
    const auto& references = detail.reference_data_source_descriptions;
    if (references && !references->empty())
        return fail(exit_service,
                    "the rows of this application cannot be computed here: it joins reference "
                    "data; add an output for them");
    for (const auto& source : *detail.input_descriptions) {
        const auto& stream = source.kinesis_streams_input_description;
        if (!stream || source.input_processing_configuration_description)
            return fail(exit_service,
                        "the rows of this application cannot be computed here: its input passes "
                        "a delivery stream or a function; add an output for them");
        const auto names = source.in_app_stream_names.value_or(std::vector<std::string>{});
        if (names.size() != 1)
            return fail(exit_service,
                        "the rows of this application cannot be computed here: its input is "
                        "spread over several in-application streams; add an output for them");
        LocalInput input;
        input.in_app_name = names[0];
        input.schema = input_schema_of(*source.input_schema);
        auto opened = open_record_stream(
            aws.kinesis, resource_name(stream->resource_arn.value_or("")), start, flags.ends);
        if (!opened) return report(opened.error(), context.endpoint());
        input.source = *std::move(opened);
        inputs.push_back(std::move(input));
    }
    return std::nullopt;
}

int tail(Context& context, const Flags& flags) {
    LocalRun run;
    if (!parse_format(flags.format, Format::JsonLines, run.printing.format))
        return fail(exit_usage, "-o: table, json, jsonl or csv");
    const auto start = parse_start(flags.from, context.clock().now());
    if (!start) return fail(exit_usage, "--from: latest, horizon, @TIME, @5m or seq:NUMBER");
    context.signals().hold();
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    const auto detail = describe_application(*aws, flags.name);
    if (!detail) return report(detail.error(), context.endpoint());
    run.file = flags.name;
    run.code = detail->application_code.value_or("");
    run.printing.count_max = flags.count;
    run.printing.with_rowtime = flags.with_rowtime;
    run.printing.quiet_errors = flags.stream == sql::error_stream_name;
    run.quiet = true;
    if (!flags.stream.empty()) run.streams = {flags.stream};
    const bool may_read = !flags.here && !flags.with_rowtime;
    if (run.streams.empty() && may_read)
        for (const auto& output : *detail->output_descriptions)
            if (run.streams.empty() && !destination(*detail, *output.name).empty())
                run.streams = {*output.name};
    const std::string to =
        may_read && !run.streams.empty() ? destination(*detail, run.streams[0]) : "";
    if (to.empty()) {
        if (const auto failed = inputs_of(context, *aws, *detail, flags, *start, run.inputs))
            return *failed;
        run.ends_open = !flags.ends;
        return run_locally(context, std::move(run));
    }
    AppRunFlags named;
    named.script = flags.name;
    LoadedScript loaded;
    if (const auto failed = load_application(context, named, loaded)) return *failed;
    const auto program = compile_told(flags.name, run.code, loaded.inputs, {});
    if (!program) return exit_no;
    RowPrinter printer(*program, run.streams, run.printing);
    return read_output(context, *aws, to, run.streams[0], *start, flags.ends, printer);
}

void add_options(CLI::App& command, Flags& flags) {
    command.add_option("name", flags.name, "Application name")->required();
    command.add_option("--from", flags.from, "latest, horizon, @TIME, @5m, seq:NUMBER")
        ->capture_default_str();
    command.add_option("-n", flags.count, "End after so many rows");
    command.add_flag("--end", flags.ends, "End once all that is there has been read");
    command.add_option("-o,--output", flags.format, "table, json, jsonl or csv");
}

}  // namespace

void add_app_tail(CLI::App& app, Selection& selection) {
    auto flags = std::make_shared<Flags>();
    CLI::App* command =
        app.add_subcommand("tail", "Print rows of an in-application stream as they appear");
    add_options(*command, *flags);
    command->add_option("stream", flags->stream, "In-application stream; else the first output");
    command->add_flag("--here", flags->here, "Compute the rows here, though an output holds them");
    command->add_flag("--rowtime", flags->with_rowtime, "Print ROWTIME, too; computes here");
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return tail(context, *flags); };
    });
    auto error_flags = std::make_shared<Flags>();
    error_flags->stream = sql::error_stream_name;
    CLI::App* errors = app.add_subcommand(
        "errors", "Print rows of error_stream: records and rows that were refused, and why");
    add_options(*errors, *error_flags);
    errors->callback([&selection, error_flags] {
        selection.run = [error_flags](Context& context) { return tail(context, *error_flags); };
    });
}

}  // namespace wr::cli
