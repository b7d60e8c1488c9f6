// wildrydes producer, wildrydes consumer: the workshop's two programs, flag for flag.
#include <CLI/App.hpp>
#include <iostream>
#include <memory>

#include "base/json.h"
#include "base/random.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/shard_reader.h"
#include "fleet/unicorn.h"
#include "gen/kinesis/types.h"

namespace wr::cli {
namespace {

using namespace std::chrono_literals;

struct ProducerFlags {
    std::string name = "Shadowfax";
    std::string stream = "wildrydes";
    uint64_t count = 0;  // 0: for ever
};

int produce(Context& context, const ProducerFlags& flags) {
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    base::SystemRandom random;
    fleet::UnicornOptions options;
    options.name = flags.name;
    fleet::Unicorn unicorn(options, random);
    auto next = context.clock().monotonic();
    for (uint64_t sent = 0; flags.count == 0 || sent < flags.count; ++sent) {
        next += 1s;
        const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(
            next - context.clock().monotonic());
        if (const int signal = context.signals().wait(pause)) return 128 + signal;
        unicorn.step();
        gen::kinesis::PutRecordInput input;
        input.stream_name = flags.stream;
        input.partition_key = flags.name;
        input.data = unicorn.reading(context.clock().now());
        const auto output = aws->kinesis.put_record(input);
        if (!output) {
            auto failed = output;
            return report(failed.error(), context.endpoint());
        }
        print(".");
    }
    return exit_ok;
}

struct ConsumerFlags {
    std::string stream = "wildrydes";
    uint64_t count = 0;  // 0: for ever
};

int consume(Context& context, const ConsumerFlags& flags) {
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    ShardReader reader(aws->kinesis, flags.stream);
    ShardStart latest;
    latest.type = "LATEST";
    if (auto opened = reader.open(latest); !opened) {
        return report(opened.error(), context.endpoint());
    }
    uint64_t seen = 0;
    while (true) {
        auto records = reader.poll();
        if (!records) return report(records.error(), context.endpoint());
        for (const ShardRecord& record : *records) {
            const auto json = base::parse_json(record.data);
            print((json ? (*json).dump_pretty(4) : record.data) + "\n");
            if (++seen == flags.count) return exit_ok;
        }
        if (const int signal = context.signals().wait(1s)) return 128 + signal;
    }
}

}  // namespace

void add_workshop_clients(CLI::App& root, Selection& selection) {
    auto producer_flags = std::make_shared<ProducerFlags>();
    CLI::App* producer =
        root.add_subcommand("producer", "Send one unicorn's readings, a dot for each");
    producer->add_option("--name", producer_flags->name, "Unicorn name (also -name)")
        ->capture_default_str();
    producer->add_option("--stream", producer_flags->stream, "Stream name (also -stream)")
        ->capture_default_str();
    producer->add_option("--count", producer_flags->count, "End after so many readings");
    producer->callback([&selection, producer_flags] {
        selection.run = [producer_flags](Context& context) {
            return produce(context, *producer_flags);
        };
    });

    auto consumer_flags = std::make_shared<ConsumerFlags>();
    CLI::App* consumer =
        root.add_subcommand("consumer", "Print what arrives on a stream, as indented JSON");
    consumer->add_option("--stream", consumer_flags->stream, "Stream name (also -stream)")
        ->capture_default_str();
    consumer->add_option("--count", consumer_flags->count, "End after so many records");
    consumer->callback([&selection, consumer_flags] {
        selection.run = [consumer_flags](Context& context) {
            return consume(context, *consumer_flags);
        };
    });
}

}  // namespace wr::cli
