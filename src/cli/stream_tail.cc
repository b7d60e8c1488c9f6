// wildrydes stream tail: what arrives on a stream, filtered and formatted.
#include <CLI/App.hpp>
#include <memory>

#include "base/encoding.h"
#include "base/time_format.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/record_filter.h"

namespace wr::cli {
namespace {

using namespace std::chrono_literals;

struct Flags {
    std::string name;
    std::string from = "latest";
    std::string where;
    std::string format = "data";
    std::string shard;
    uint64_t count = 0;
    bool ends = false;
};

base::Json to_json(const ShardRecord& record) {
    base::Json json;
    json.set("shard", record.shard_id);
    json.set("sequenceNumber", record.sequence_number);
    json.set("arrival", base::format_iso8601_ms(record.arrival));
    json.set("partitionKey", record.partition_key);
    if (auto data = base::parse_json(record.data)) {
        json.set("data", *std::move(data));
    } else if (base::is_valid_utf8(record.data)) {
        json.set("data", record.data);
    } else {
        json.set("dataBase64", base::base64_encode(record.data));
    }
    return json;
}

std::string text_of(const ShardRecord& record, const std::string& format) {
    if (format == "data") return record.data + (record.data.ends_with('\n') ? "" : "\n");
    if (format == "jsonl") return to_json(record).dump() + "\n";
    if (format == "json") return to_json(record).dump_pretty() + "\n";
    return format_record(format, record) + (format.ends_with("\\n") ? "" : "\n");
}

int tail(Context& context, const Flags& flags) {
    const auto start = parse_start(flags.from, context.clock().now());
    if (!start) return fail(exit_usage, "--from: latest, horizon, @TIME, @5m or seq:NUMBER");
    std::optional<RecordFilter> filter;
    if (!flags.where.empty()) {
        filter = RecordFilter::parse(flags.where);
        if (!filter) return fail(exit_usage, "--where: FIELD=VALUE, or != < <= > >=");
    }
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    ShardReader reader(aws->kinesis, flags.name);
    if (auto opened = reader.open(*start, flags.shard); !opened) {
        return report(opened.error(), context.endpoint());
    }
    uint64_t printed = 0;
    while (!reader.is_finished()) {
        auto records = reader.poll();
        if (!records) return report(records.error(), context.endpoint());
        for (const ShardRecord& record : *records) {
            if (filter) {
                const auto json = base::parse_json(record.data);
                if (!json || !filter->matches(*json)) continue;
            }
            print(text_of(record, flags.format));
            if (++printed == flags.count) return exit_ok;
        }
        if (records->empty() && flags.ends) break;
        const auto pause = records->empty() ? 250ms : 0ms;
        if (const int signal = context.signals().wait(pause)) return 128 + signal;
    }
    return flags.ends && printed == 0 ? exit_no : exit_ok;
}

}  // namespace

void add_stream_tail(CLI::App& stream, Selection& selection) {
    auto flags = std::make_shared<Flags>();
    CLI::App* command = stream.add_subcommand("tail", "Print records as they arrive");
    command->add_option("name", flags->name, "Stream name")->required();
    command->add_option("--from", flags->from, "latest, horizon, @TIME, @5m, seq:NUMBER")
        ->capture_default_str();
    command->add_option(
        "--where", flags->where, "Only records whose JSON says so: HealthPoints<100");
    command->add_option("--shard", flags->shard, "One shard only");
    command->add_option("-n", flags->count, "End after so many records");
    command->add_flag("--end", flags->ends, "End once all that is there has been printed");
    command
        ->add_option("-o,--output",
                     flags->format,
                     "data, jsonl, json, or a format: %k key %v data %s number %p shard %t arrival")
        ->capture_default_str();
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return tail(context, *flags); };
    });
}

}  // namespace wr::cli
