// wildrydes app list|show|start|stop|delete: streaming SQL applications of the server.
#include "cli/app.h"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <memory>

#include "base/time_format.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace wr::cli {
namespace {

namespace ka = gen::kinesisanalytics;
using namespace std::chrono_literals;

struct Flags {
    std::string name;
    std::string format;
    std::string from;
    bool no_wait = false;
    bool code_only = false;
};

using Body = std::function<wire::ApiResult<int>(Context&, fleet::Aws&, Format)>;

wire::ApiResult<int> list(fleet::Aws& aws, Format format) {
    Table table{{"name", "status", "version", "inputs", "outputs", "updated"}, {}};
    ka::ListApplicationsInput input;
    while (true) {
        WR_TRY(const auto output, aws.analytics.list_applications(input));
        for (const auto& one : *output.application_summaries) {
            WR_TRY(const Detail detail, describe_application(aws, *one.application_name));
            std::string inputs;
            for (const auto& source : *detail.input_descriptions) {
                const auto& stream = source.kinesis_streams_input_description;
                const auto& delivery = source.kinesis_firehose_input_description;
                if (!inputs.empty()) inputs += " ";
                inputs += resource_name(stream     ? stream->resource_arn.value_or("")
                                        : delivery ? delivery->resource_arn.value_or("")
                                                   : "");
            }
            std::string outputs;
            for (const auto& target : *detail.output_descriptions) {
                if (!outputs.empty()) outputs += " ";
                outputs += target.name.value_or("");
            }
            table.rows.push_back({*one.application_name,
                                  one.application_status.value_or(""),
                                  detail.application_version_id.value_or(0),
                                  inputs,
                                  outputs,
                                  base::format_iso8601(*detail.last_update_timestamp)});
            input.exclusive_start_application_name = one.application_name;
        }
        if (!output.has_more_applications.value_or(false)) break;
    }
    print(render(table, format));
    return exit_ok;
}

Table inputs_of(const Detail& detail) {
    Table table{{"input", "in-app streams", "source", "format", "columns", "position"}, {}};
    for (const auto& source : *detail.input_descriptions) {
        const auto& stream = source.kinesis_streams_input_description;
        const auto& delivery = source.kinesis_firehose_input_description;
        std::string names;
        if (source.in_app_stream_names)
            for (const auto& name : *source.in_app_stream_names)
                names += (names.empty() ? "" : " ") + name;
        const auto& schema = source.input_schema;
        const bool typed = schema && schema->record_format;
        const auto& position = source.input_starting_position_configuration;
        const int64_t columns = schema && schema->record_columns
                                    ? static_cast<int64_t>(schema->record_columns->size())
                                    : 0;
        table.rows.push_back({source.input_id.value_or(""),
                              names,
                              stream     ? stream->resource_arn.value_or("")
                              : delivery ? delivery->resource_arn.value_or("")
                                         : "",
                              typed ? schema->record_format->record_format_type.value_or("") : "",
                              columns,
                              position ? position->input_starting_position.value_or("") : ""});
    }
    return table;
}

Table outputs_of(const Detail& detail) {
    Table table{{"output", "in-app stream", "destination", "format"}, {}};
    for (const auto& output : *detail.output_descriptions) {
        const auto& schema = output.destination_schema;
        table.rows.push_back({output.output_id.value_or(""),
                              output.name.value_or(""),
                              destination_of(output),
                              schema ? schema->record_format_type.value_or("") : ""});
    }
    return table;
}

Table references_of(const Detail& detail) {
    Table table{{"reference", "table", "object"}, {}};
    if (!detail.reference_data_source_descriptions) return table;
    for (const auto& one : *detail.reference_data_source_descriptions) {
        const auto& object = one.s3_reference_data_source_description;
        const std::string bucket = object ? resource_name(object->bucket_arn.value_or("")) : "";
        table.rows.push_back(
            {one.reference_id.value_or(""),
             one.table_name.value_or(""),
             "s3://" + bucket + "/" + (object ? object->file_key.value_or("") : "")});
    }
    return table;
}

base::Json rows_of(const Table& table) {
    auto rows = base::parse_json(render(table, Format::Json));
    return rows ? *rows : base::Json();
}

wire::ApiResult<int> show(fleet::Aws& aws, const Flags& flags, Format format) {
    WR_TRY(const Detail detail, describe_application(aws, flags.name));
    const std::string code = detail.application_code.value_or("");
    if (flags.code_only) {
        print(code + (code.ends_with('\n') ? "" : "\n"));
        return exit_ok;
    }
    base::Json object{base::Json::Object{}};
    object.set("name", flags.name);
    object.set("arn", detail.application_arn.value_or(""));
    object.set("status", detail.application_status.value_or(""));
    object.set("version", detail.application_version_id.value_or(0));
    if (detail.application_description) object.set("description", *detail.application_description);
    object.set("created", base::format_iso8601(*detail.create_timestamp));
    object.set("updated", base::format_iso8601(*detail.last_update_timestamp));
    const std::pair<const char*, Table> parts[] = {{"inputs", inputs_of(detail)},
                                                   {"references", references_of(detail)},
                                                   {"outputs", outputs_of(detail)}};
    if (format == Format::Table) {
        std::string text = render(object, format);
        for (const auto& [name, table] : parts)
            if (!table.rows.empty()) text += "\n" + render(table, format);
        print(text + "\n" + code + (code.ends_with('\n') ? "" : "\n"));
        return exit_ok;
    }
    for (const auto& [name, table] : parts) object.set(name, rows_of(table));
    object.set("code", code);
    print(render(object, format));
    return exit_ok;
}

wire::ApiResult<int> wait_for(Context& context,
                              fleet::Aws& aws,
                              const Flags& flags,
                              const std::string& status) {
    while (!flags.no_wait) {
        auto detail = describe_application(aws, flags.name);
        if (!detail) {
            if (status.empty() && detail.error().code == "ResourceNotFoundException") break;
            return base::fail(std::move(detail).error());
        }
        const std::string& now = *detail->application_status;
        if (now == status) break;
        if (status == "RUNNING" && now == "READY")
            return fail(exit_service, "the application did not start; see the server's log");
        if (const int signal = context.signals().wait(50ms)) return 128 + signal;
    }
    return exit_ok;
}

wire::ApiResult<int> start(Context& context, fleet::Aws& aws, const Flags& flags) {
    WR_TRY(const Detail detail, describe_application(aws, flags.name));
    ka::StartApplicationInput input;
    input.application_name = flags.name;
    auto& configurations = input.input_configurations.emplace();
    for (const auto& source : *detail.input_descriptions) {
        if (flags.from.empty()) continue;
        auto& one = configurations.emplace_back();
        one.id = source.input_id;
        one.input_starting_position_configuration.emplace().input_starting_position =
            flags.from == "now"       ? "NOW"
            : flags.from == "horizon" ? "TRIM_HORIZON"
                                      : "LAST_STOPPED_POINT";
    }
    WR_TRY_VOID(aws.analytics.start_application(input));
    return wait_for(context, aws, flags, "RUNNING");
}

wire::ApiResult<int> stop(Context& context, fleet::Aws& aws, const Flags& flags) {
    ka::StopApplicationInput input;
    input.application_name = flags.name;
    WR_TRY_VOID(aws.analytics.stop_application(input));
    return wait_for(context, aws, flags, "READY");
}

wire::ApiResult<int> remove(Context& context, fleet::Aws& aws, const Flags& flags) {
    WR_TRY(const Detail detail, describe_application(aws, flags.name));
    ka::DeleteApplicationInput input;
    input.application_name = flags.name;
    input.create_timestamp = detail.create_timestamp;
    WR_TRY_VOID(aws.analytics.delete_application(input));
    return wait_for(context, aws, flags, "");
}

CLI::App* add(CLI::App& app,
              Selection& selection,
              const std::shared_ptr<Flags>& flags,
              const char* name,
              const char* help,
              Body body) {
    CLI::App* command = app.add_subcommand(name, help);
    command->callback([&selection, flags, body = std::move(body)] {
        selection.run = [flags, body](Context& context) {
            Format format{};
            if (!parse_format(flags->format, Format::Json, format))
                return fail(exit_usage, "-o: table, json, jsonl, csv or name");
            fleet::Aws* aws = context.aws();
            if (aws == nullptr) return exit_environment;
            auto result = body(context, *aws, format);
            return result ? *result : report(result.error(), context.endpoint());
        };
    });
    return command;
}

}  // namespace

wire::ApiResult<Detail> describe_application(fleet::Aws& aws, const std::string& name) {
    ka::DescribeApplicationInput input;
    input.application_name = name;
    WR_TRY(auto output, aws.analytics.describe_application(input));
    Detail detail = std::move(output.application_detail).value_or(Detail{});
    if (!detail.input_descriptions) detail.input_descriptions.emplace();
    if (!detail.output_descriptions) detail.output_descriptions.emplace();
    return detail;
}

std::string resource_name(const std::string& arn) {
    const size_t at = arn.find_last_of(":/");
    return at == std::string::npos ? arn : arn.substr(at + 1);
}

std::string destination_of(const ka::OutputDescription& output) {
    if (output.kinesis_streams_output_description)
        return output.kinesis_streams_output_description->resource_arn.value_or("");
    if (output.kinesis_firehose_output_description)
        return output.kinesis_firehose_output_description->resource_arn.value_or("");
    if (output.lambda_output_description)
        return output.lambda_output_description->resource_arn.value_or("");
    return "";
}

void add_app(CLI::App& root, Selection& selection) {
    CLI::App* app = root.add_subcommand("app", "Streaming SQL applications");
    app->require_subcommand(1);
    auto flags = std::make_shared<Flags>();
    const auto named = [&](CLI::App* command) {
        command->add_option("name", flags->name, "Application name")->required();
        return command;
    };
    const auto printing = [&](CLI::App* command) {
        command->add_option("-o,--output", flags->format, "table, json, jsonl, csv or name");
        return command;
    };
    const auto waiting = [&](CLI::App* command) {
        command->add_flag("--no-wait", flags->no_wait, "Return while the state changes");
        return command;
    };
    printing(add(*app,
                 selection,
                 flags,
                 "list",
                 "All applications",
                 [](Context&, auto& aws, Format format) { return list(aws, format); }))
        ->alias("ls");
    printing(named(add(*app,
                       selection,
                       flags,
                       "show",
                       "An application, its inputs, outputs and code",
                       [flags](Context&, auto& aws, Format format) {
                           return show(aws, *flags, format);
                       })))
        ->add_flag("--code", flags->code_only, "The code alone");
    add_app_create(*app, selection);
    waiting(named(add(*app,
                      selection,
                      flags,
                      "start",
                      "Start, and wait until RUNNING",
                      [flags](Context& context, auto& aws, Format) {
                          return start(context, aws, *flags);
                      })))
        ->add_option("--from", flags->from, "now, horizon or last; else where it stopped, or now")
        ->check(CLI::IsMember({"now", "horizon", "last"}));
    waiting(named(
        add(*app,
            selection,
            flags,
            "stop",
            "Stop, and wait until READY",
            [flags](Context& context, auto& aws, Format) { return stop(context, aws, *flags); })));
    waiting(named(add(*app,
                      selection,
                      flags,
                      "delete",
                      "Delete; what it wrote stays",
                      [flags](Context& context, auto& aws, Format) {
                          return remove(context, aws, *flags);
                      })))
        ->alias("rm");
    add_app_run(*app, selection);
    add_app_tail(*app, selection);
    add_app_explain(*app, selection);
    add_app_export(*app, selection);
}

}  // namespace wr::cli
