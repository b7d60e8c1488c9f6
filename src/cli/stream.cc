// wildrydes stream list|create|show|delete|put|reshard.
#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "base/time_format.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "gen/kinesis/types.h"

namespace wr::cli {
namespace {

namespace kinesis = gen::kinesis;
using namespace std::chrono_literals;

struct Flags {
    std::string name;
    std::string format;
    int64_t shards = 1;
    bool is_on_demand = false;
    std::string key;
    std::string data;
    int64_t count = 0;
    std::string split;
    std::vector<std::string> merge;
    bool no_wait = false;
    bool with_consumers = false;
    int64_t record_kib_max = 0;
    std::string mode;
};

/// Runs `body` with clients; tells its error.
int with_kinesis(Context& context,
                 const std::function<wire::ApiResult<int>(kinesis::Client&)>& body) {
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    auto result = body(aws->kinesis);
    if (!result) return report(result.error(), context.endpoint());
    return *result;
}

wire::ApiResult<int> wait_active(Context& context, kinesis::Client& client, const Flags& flags) {
    while (!flags.no_wait) {
        kinesis::DescribeStreamSummaryInput input;
        input.stream_name = flags.name;
        WR_TRY(const auto output, client.describe_stream_summary(input));
        if (output.stream_description_summary->stream_status == "ACTIVE") break;
        if (const int signal = context.signals().wait(100ms)) return 128 + signal;
    }
    return exit_ok;
}

wire::ApiResult<int> list(kinesis::Client& client, Format format) {
    Table table{{"name", "status", "mode", "created"}, {}};
    kinesis::ListStreamsInput input;
    while (true) {
        WR_TRY(const auto output, client.list_streams(input));
        for (const auto& stream : *output.stream_summaries) {
            table.rows.push_back({stream.stream_name.value_or(""),
                                  stream.stream_status.value_or(""),
                                  stream.stream_mode_details->stream_mode.value_or(""),
                                  base::format_iso8601(*stream.stream_creation_timestamp)});
        }
        if (!output.next_token) break;
        input.next_token = output.next_token;
    }
    print(render(table, format));
    return exit_ok;
}

wire::ApiResult<int> show(kinesis::Client& client, const Flags& flags, Format format) {
    kinesis::DescribeStreamSummaryInput input;
    input.stream_name = flags.name;
    WR_TRY(const auto output, client.describe_stream_summary(input));
    const auto& stream = *output.stream_description_summary;
    base::Json object{base::Json::Object{}};
    object.set("name", flags.name);
    object.set("arn", stream.stream_arn.value_or(""));
    object.set("status", stream.stream_status.value_or(""));
    object.set("mode", stream.stream_mode_details->stream_mode.value_or(""));
    object.set("retentionHours", stream.retention_period_hours.value_or(0));
    object.set("openShards", stream.open_shard_count.value_or(0));
    object.set("consumers", stream.consumer_count.value_or(0));
    object.set("encryption", stream.encryption_type.value_or("NONE"));
    object.set("maxRecordKiB", stream.max_record_size_in_ki_b.value_or(0));
    object.set("created", base::format_iso8601(*stream.stream_creation_timestamp));
    Table shards{{"shard", "state", "parent", "startingHashKey", "endingHashKey"}, {}};
    kinesis::ListShardsInput listing;
    listing.stream_name = flags.name;
    while (true) {
        WR_TRY(const auto page, client.list_shards(listing));
        for (const auto& shard : *page.shards) {
            const bool is_closed = shard.sequence_number_range->ending_sequence_number.has_value();
            std::string parents = shard.parent_shard_id.value_or("");
            if (shard.adjacent_parent_shard_id) parents += " " + *shard.adjacent_parent_shard_id;
            shards.rows.push_back({shard.shard_id.value_or(""),
                                   is_closed ? "CLOSED" : "OPEN",
                                   parents,
                                   shard.hash_key_range->starting_hash_key.value_or(""),
                                   shard.hash_key_range->ending_hash_key.value_or("")});
        }
        if (!page.next_token) break;
        listing = {};
        listing.next_token = page.next_token;
    }
    if (format == Format::Table) {
        print(render(object, format) + "\n" + render(shards, format));
        return exit_ok;
    }
    auto rows = base::parse_json(render(shards, Format::Json));
    object.set("shards", rows ? *rows : base::Json());
    print(render(object, format));
    return exit_ok;
}

wire::ApiResult<int> create(Context& context, kinesis::Client& client, const Flags& flags) {
    kinesis::CreateStreamInput input;
    input.stream_name = flags.name;
    if (flags.is_on_demand) {
        input.stream_mode_details.emplace().stream_mode = "ON_DEMAND";
    } else {
        input.shard_count = flags.shards;
    }
    if (flags.record_kib_max > 0) input.max_record_size_in_ki_b = flags.record_kib_max;
    WR_TRY_VOID(client.create_stream(input));
    return wait_active(context, client, flags);
}

wire::ApiResult<int> put_all(kinesis::Client& client,
                             const std::string& stream,
                             std::vector<kinesis::PutRecordsRequestEntry> entries) {
    constexpr int attempts_max = 5;
    kinesis::PutRecordsInput input;
    input.stream_name = stream;
    for (int attempt = 0; !entries.empty() && attempt < attempts_max; ++attempt) {
        input.records = entries;
        WR_TRY(const auto output, client.put_records(input));
        std::vector<kinesis::PutRecordsRequestEntry> rest;
        for (size_t i = 0; i < entries.size(); ++i) {
            const auto& result = output.records->held()[i];
            if (result.error_code) {
                rest.push_back(std::move(entries[i]));
                continue;
            }
            print(result.shard_id.value_or("") + " " + result.sequence_number.value_or("") + "\n");
        }
        entries = std::move(rest);
    }
    return entries.empty() ? exit_ok : exit_service;
}

wire::ApiResult<int> put(kinesis::Client& client, const Flags& flags) {
    constexpr size_t batch_max = 500;
    constexpr size_t batch_bytes_max = 4 * 1024 * 1024;
    std::vector<kinesis::PutRecordsRequestEntry> batch;
    size_t bytes = 0;
    uint64_t number = 0;
    const auto add = [&](const std::string& data) {
        kinesis::PutRecordsRequestEntry& entry = batch.emplace_back();
        entry.data = data;
        entry.partition_key = flags.key.empty() ? std::to_string(++number) : flags.key;
        bytes += data.size();
    };
    if (!flags.data.empty()) {
        add(flags.data);
        return put_all(client, flags.name, std::move(batch));
    }
    for (std::string line; std::getline(std::cin, line);) {
        if (line.empty()) continue;
        add(line + "\n");
        if (batch.size() < batch_max && bytes < batch_bytes_max) continue;
        WR_TRY(const int code, put_all(client, flags.name, std::exchange(batch, {})));
        if (code != exit_ok) return code;
        bytes = 0;
    }
    return put_all(client, flags.name, std::move(batch));
}

/// One call doubles or halves at most, so a far target takes several.
wire::ApiResult<int> scale(Context& context, kinesis::Client& client, const Flags& flags) {
    while (true) {
        kinesis::DescribeStreamSummaryInput asking;
        asking.stream_name = flags.name;
        WR_TRY(const auto output, client.describe_stream_summary(asking));
        const int64_t open = output.stream_description_summary->open_shard_count.value_or(1);
        kinesis::UpdateShardCountInput input;
        input.stream_name = flags.name;
        input.target_shard_count = std::clamp(flags.count, (open + 1) / 2, open * 2);
        input.scaling_type = "UNIFORM_SCALING";
        WR_TRY_VOID(client.update_shard_count(input));
        const bool is_last = input.target_shard_count == flags.count;
        Flags waiting = flags;
        waiting.no_wait = flags.no_wait && is_last;
        WR_TRY(const int code, wait_active(context, client, waiting));
        if (is_last || code != exit_ok) return code;
    }
}

wire::ApiResult<void> set_mode(kinesis::Client& client, const Flags& flags) {
    kinesis::DescribeStreamSummaryInput asking;
    asking.stream_name = flags.name;
    WR_TRY(const auto output, client.describe_stream_summary(asking));
    kinesis::UpdateStreamModeInput input;
    input.stream_arn = output.stream_description_summary->stream_arn;
    input.stream_mode_details.emplace().stream_mode =
        flags.mode == "on-demand" ? "ON_DEMAND" : "PROVISIONED";
    WR_TRY_VOID(client.update_stream_mode(input));
    return {};
}

wire::ApiResult<int> reshard(Context& context, kinesis::Client& client, const Flags& flags) {
    if (flags.count > 0) return scale(context, client, flags);
    if (!flags.mode.empty()) {
        WR_TRY_VOID(set_mode(client, flags));
    } else if (flags.merge.size() == 2) {
        kinesis::MergeShardsInput input;
        input.stream_name = flags.name;
        input.shard_to_merge = flags.merge[0];
        input.adjacent_shard_to_merge = flags.merge[1];
        WR_TRY_VOID(client.merge_shards(input));
    } else {
        const size_t at = flags.split.find('@');
        kinesis::SplitShardInput input;
        input.stream_name = flags.name;
        input.shard_to_split = flags.split.substr(0, at);
        input.new_starting_hash_key = at == std::string::npos ? "" : flags.split.substr(at + 1);
        WR_TRY_VOID(client.split_shard(input));
    }
    return wait_active(context, client, flags);
}

wire::ApiResult<int> remove(kinesis::Client& client, const Flags& flags) {
    kinesis::DeleteStreamInput input;
    input.stream_name = flags.name;
    if (flags.with_consumers) input.enforce_consumer_deletion = true;
    WR_TRY_VOID(client.delete_stream(input));
    return exit_ok;
}

using Body = std::function<wire::ApiResult<int>(Context&, kinesis::Client&, Format)>;

/// Registers a subcommand that needs clients and an output format.
CLI::App* add(CLI::App& stream,
              Selection& selection,
              const std::shared_ptr<Flags>& flags,
              const char* name,
              const char* help,
              Body body) {
    CLI::App* command = stream.add_subcommand(name, help);
    command->add_option("-o,--output", flags->format, "table, json, jsonl, csv or name");
    command->callback([&selection, flags, body = std::move(body)] {
        selection.run = [flags, body](Context& context) {
            Format format{};
            if (!parse_format(flags->format, Format::Json, format)) {
                return fail(exit_usage, "-o: table, json, jsonl, csv or name");
            }
            return with_kinesis(
                context, [&](kinesis::Client& client) { return body(context, client, format); });
        };
    });
    return command;
}

void add_reshard(CLI::App& stream, Selection& selection, const std::shared_ptr<Flags>& flags) {
    CLI::App* resharding = add(stream,
                               selection,
                               flags,
                               "reshard",
                               "Change the shards",
                               [flags](Context& context, auto& client, Format) {
                                   return reshard(context, client, *flags);
                               });
    resharding->add_option("name", flags->name, "Stream name")->required();
    auto* choice = resharding->add_option_group("change");
    choice->add_option("--count", flags->count, "To so many shards of equal ranges");
    choice->add_option("--split", flags->split, "SHARD@HASHKEY: where the second child begins");
    choice->add_option("--merge", flags->merge, "Two adjacent shards")->expected(2);
    choice->add_option("--mode", flags->mode, "on-demand or provisioned")
        ->check(CLI::IsMember({"on-demand", "provisioned"}));
    choice->require_option(1);
    resharding->add_flag("--no-wait", flags->no_wait, "Return while UPDATING");
}

}  // namespace

void add_stream(CLI::App& root, Selection& selection) {
    CLI::App* stream = root.add_subcommand("stream", "Kinesis streams");
    stream->require_subcommand(1);
    auto flags = std::make_shared<Flags>();
    const auto named = [&](CLI::App* command) {
        command->add_option("name", flags->name, "Stream name")->required();
        return command;
    };
    add(*stream,
        selection,
        flags,
        "list",
        "All streams",
        [](Context&, auto& client, Format format) { return list(client, format); })
        ->alias("ls");
    named(add(
        *stream,
        selection,
        flags,
        "show",
        "A stream and its shards",
        [flags](Context&, auto& client, Format format) { return show(client, *flags, format); }));
    CLI::App* creation = named(add(*stream,
                                   selection,
                                   flags,
                                   "create",
                                   "Create and wait until ACTIVE",
                                   [flags](Context& context, auto& client, Format) {
                                       return create(context, client, *flags);
                                   }));
    creation->add_option("--shards", flags->shards, "Shards")->capture_default_str();
    creation->add_flag("--on-demand", flags->is_on_demand, "In ON_DEMAND mode");
    creation->add_option(
        "--max-record-kib", flags->record_kib_max, "Largest record, 1024 to 10240");
    creation->add_flag("--no-wait", flags->no_wait, "Return while CREATING");
    CLI::App* deletion =
        named(add(*stream,
                  selection,
                  flags,
                  "delete",
                  "Delete with all records",
                  [flags](Context&, auto& client, Format) { return remove(client, *flags); }));
    deletion->alias("rm");
    deletion->add_flag("--with-consumers", flags->with_consumers, "Also when it has consumers");
    CLI::App* putting =
        named(add(*stream,
                  selection,
                  flags,
                  "put",
                  "Put a record, or each line of standard input",
                  [flags](Context&, auto& client, Format) { return put(client, *flags); }));
    putting->add_option("data", flags->data, "The record; without it, standard input");
    putting->add_option("--key", flags->key, "Partition key; without it, the line's number");
    add_reshard(*stream, selection, flags);
    add_stream_tail(*stream, selection);
}

}  // namespace wr::cli
