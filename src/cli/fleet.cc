// wildrydes fleet run: a fleet of any size against any Kinesis endpoint.
#include <unistd.h>

#include <CLI/App.hpp>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>

#include "base/random.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "fleet/runner.h"
#include "gen/kinesis/types.h"

namespace wr::cli {
namespace {

using namespace std::chrono_literals;

struct Flags {
    size_t unicorns = 25;
    std::string stream = "wildrydes";
    std::string rate = "1/s";
    std::string incidents;
    std::string model = "straight";
    std::optional<uint64_t> seed;
    double duration_seconds = 0;
};

/// "2", "2/s", "30/min" as a number a second.
std::optional<double> parse_rate(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value <= 0) return std::nullopt;
    const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
    if (unit.empty() || unit == "/s") return value;
    if (unit == "/min") return value / 60;
    return std::nullopt;
}

/// "1%/min", "1%" or "0.01" as a chance a minute.
std::optional<double> parse_incidents(std::string_view text) {
    if (text.empty()) return 0;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0) return std::nullopt;
    const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
    if (unit.empty()) return value;
    if (unit == "%" || unit == "%/min") return value / 100;
    return std::nullopt;
}

std::optional<fleet::Movement> parse_model(const std::string& text) {
    if (text == "straight") return fleet::Movement::Straight;
    if (text == "roam") return fleet::Movement::Roam;
    if (text == "city") return fleet::Movement::City;
    return std::nullopt;
}

std::string summary(const fleet::FleetCounts& counts) {
    return std::to_string(counts.sent) + " readings sent, " + std::to_string(counts.retried) +
           " sent again, " + std::to_string(counts.failed) + " given up";
}

/// A stream that is not there is said at once, not after a minute of failures.
std::optional<int> check_stream(Context& context, fleet::Aws& aws, const std::string& stream) {
    gen::kinesis::DescribeStreamSummaryInput input;
    input.stream_name = stream;
    auto output = aws.kinesis.describe_stream_summary(input);
    if (output) return std::nullopt;
    return report(output.error(), context.endpoint());
}

int run_fleet(Context& context, const Flags& flags) {
    fleet::FleetOptions options;
    options.unicorns = flags.unicorns;
    options.stream = flags.stream;
    const auto rate = parse_rate(flags.rate);
    const auto incidents = parse_incidents(flags.incidents);
    const auto model = parse_model(flags.model);
    if (!rate) return fail(exit_usage, "--rate: a number, with /s or /min");
    if (!incidents) return fail(exit_usage, "--incidents: a share of the fleet, as 1%/min");
    if (!model) return fail(exit_usage, "--model: straight, roam or city");
    options.readings_per_second = *rate;
    options.incidents_per_minute = *incidents;
    options.movement = *model;
    base::SystemRandom random;
    options.seed = flags.seed.value_or(random.below(1'000'000));

    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    if (const auto failed = check_stream(context, *aws, flags.stream)) return *failed;
    std::cerr << flags.unicorns << " unicorns on stream " << flags.stream << " at "
              << context.endpoint() << ", seed " << options.seed << "; Ctrl-C ends\n";
    const bool is_terminal = isatty(STDERR_FILENO) != 0;
    context.signals().hold();
    fleet::FleetRunner runner(aws->kinesis, context.clock(), options);
    const auto end =
        context.clock().monotonic() + std::chrono::duration_cast<std::chrono::nanoseconds>(
                                          std::chrono::duration<double>(flags.duration_seconds));
    std::string told;
    int signal = 0;
    while (signal == 0 && (flags.duration_seconds <= 0 || context.clock().monotonic() < end)) {
        signal = context.signals().wait(200ms);
        if (is_terminal) std::cerr << "\r" << summary(runner.counts()) << std::flush;
        if (const std::string error = runner.last_error(); error != told) {
            std::cerr << (is_terminal ? "\n" : "") << "wildrydes: " << error << "\n";
            told = error;
        }
    }
    runner.stop();
    std::cerr << (is_terminal ? "\r" : "") << summary(runner.counts()) << "\n";
    if (signal != 0) return 128 + signal;
    return runner.counts().failed == 0 ? exit_ok : exit_no;
}

}  // namespace

void add_fleet(CLI::App& root, Selection& selection) {
    CLI::App* fleet = root.add_subcommand("fleet", "A fleet of unicorns");
    fleet->require_subcommand(1);
    auto flags = std::make_shared<Flags>();
    CLI::App* run = fleet->add_subcommand("run", "Send readings of many unicorns");
    run->add_option("--unicorns", flags->unicorns, "How many")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
    run->add_option("--stream", flags->stream, "Stream name")->capture_default_str();
    run->add_option("--rate", flags->rate, "Readings of each, as 1/s")->capture_default_str();
    run->add_option("--incidents", flags->incidents, "Unicorns that fall ill, as 1%/min");
    run->add_option("--model", flags->model, "straight (the workshop's), roam or city")
        ->capture_default_str();
    run->add_option("--seed", flags->seed, "The same seed makes the same fleet");
    run->add_option("--duration", flags->duration_seconds, "End after so many seconds");
    run->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return run_fleet(context, *flags); };
    });
}

}  // namespace wr::cli
