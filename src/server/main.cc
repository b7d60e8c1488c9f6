// wildrydes: `up` and `serve` run the server, the workers' names run workers, the rest is the
// command line.
#include <malloc.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "base/logging.h"
#include "cli/run.h"
#include "server/application.h"
#include "server/verify.h"
#include "services/athena/engine/worker.h"
#include "services/lambda/engine/relay.h"

namespace {

using wr::server::Options;

enum ExitCode : int { Ok = 0, Failed = 1, Usage = 2, Environment = 5 };

/// Blocked before any thread starts, so that the main thread alone receives them.
void block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

void add_options(CLI::App& command, Options& options, std::string& durability, int64_t& delay_ms) {
    command.add_option("--data", options.data_directory, "Data directory")->capture_default_str();
    command.add_flag("--memory",
                     options.in_memory,
                     "Keep nothing: streams, tables and objects end with the process");
    command.add_option("--port", options.port, "Port; 0 takes any free one")->capture_default_str();
    command.add_option("--listen", options.listen, "Address")->capture_default_str();
    command.add_option("--region", options.region, "Region of a new data directory")
        ->capture_default_str();
    command.add_option("--account", options.account, "Account of a new data directory")
        ->capture_default_str();
    command.add_option("--threads", options.threads, "Event loops")->capture_default_str();
    command.add_option("--durability", durability, "When a write is acknowledged")
        ->check(CLI::IsMember({"always", "interval", "os"}))
        ->capture_default_str();
    command
        .add_option(
            "--state-change-delay-ms", delay_ms, "How long CREATING, UPDATING and DELETING last")
        ->capture_default_str();
    command.add_flag(
        "--any-credentials",
        options.any_credentials,
        "Believe every access key, from this machine only: for drop-in use on a laptop");
    command.add_flag(
        "--plaintext", options.plaintext, "Allow --listen beyond this machine without TLS");
    command.add_flag("--tls",
                     options.tls,
                     "HTTPS on the same port, with a certificate of a local authority that "
                     "`wildrydes env` tells clients of");
    command.add_option("--tls-cert", options.tls_certificate, "HTTPS with this certificate (PEM)");
    command.add_option("--tls-key", options.tls_key, "Private key of --tls-cert (PEM)");
    command.add_option("--tls-name",
                       options.tls_names,
                       "Further name or address in the local authority's certificate");
    command.add_flag("--unsafe-functions",
                     options.unsafe_functions,
                     "Run functions without a sandbox where the machine refuses one");
    command.add_option(
        "--webhook-allow",
        options.webhook_hosts,
        "Host, or host:port, that alerts may be sent to; may be given several times");
    command.add_option("--map-tiles",
                       options.map_tiles,
                       "Tiles for the console's map: https://HOST/{z}/{x}/{y}.png; the browser "
                       "asks that host");
    command.add_option("--map-credit", options.map_credit, "Whose map it is, shown beside it");
    command.add_option("--map-pmtiles",
                       options.map_pmtiles,
                       "PMTiles file for the console's map, of this machine");
    command.add_flag("--keep-journal",
                     options.keep_journal,
                     "Keep the whole rowtime journal of SQL applications; it grows without end");
    command
        .add_option("--checkpoint-entries",
                    options.checkpoint_entries,
                    "Journal entries after which a SQL application writes a checkpoint")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_flag(
        "--kinesis-limits", options.kinesis_has_aws_limits, "Throttle shards as AWS does");
}

void print_banner(const wr::server::Application& application,
                  const Options& options,
                  std::chrono::milliseconds took) {
    std::printf(
        "  wildrydes ready in %lld ms        data %s (Ctrl-C stops, nothing leaves this machine)\n",
        static_cast<long long>(took.count()),
        options.in_memory ? "in memory" : options.data_directory.c_str());
    std::printf("  Console   %s\n", application.console_address().c_str());
    std::printf(
        "  AWS API   %s     eval \"$(wildrydes env --data %s)\"  then use aws, boto3, ... as "
        "usual\n",
        application.endpoint().c_str(),
        options.data_directory.c_str());
    if (options.any_credentials)
        std::printf("  WARNING   --any-credentials: every program on this machine is root here\n");
    std::fflush(stdout);
}

/// Bodies of megabytes come and go: mapping and clearing their pages anew each time took a third of
/// a long answer's time.
void keep_large_blocks() {
    ::mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
    ::mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
}

int run_server(Options options, const std::string& durability, int64_t delay_ms) {
    const auto started = std::chrono::steady_clock::now();
    options.durability = durability == "os"         ? wr::log::Durability::Os
                         : durability == "interval" ? wr::log::Durability::Interval
                                                    : wr::log::Durability::Always;
    options.state_change_delay = std::chrono::milliseconds(delay_ms);
    block_signals();
    keep_large_blocks();
    auto application = wr::server::Application::start(options);
    if (!application) {
        std::cerr << "wildrydes: " << application.error().message << "\n";
        return Environment;
    }
    print_banner(**application,
                 options,
                 std::chrono::duration_cast<std::chrono::milliseconds>(
                     std::chrono::steady_clock::now() - started));
    if (options.demo_unicorns) {
        if (auto begun = (*application)->start_demo(*options.demo_unicorns); !begun) {
            std::cerr << "wildrydes: the demo could not be set up: " << begun.error().message
                      << "\n";
            (*application)->drain_and_stop();
            return Failed;
        }
        std::printf(
            "  Demo      %d unicorns . stream -> SQL -> function -> table . archive -> SQL     "
            "next: wildrydes workshop check\n",
            *options.demo_unicorns);
        std::fflush(stdout);
    }
    const bool ended_by_signal = (*application)->wait_for_end();
    if (!ended_by_signal) {
        // The outcome of the failed write is unknown: only recovery can tell, so nothing more is
        // acknowledged.
        wr::base::log_error("storage failed; ending so that a restart recovers");
        ::_exit(Failed);
    }
    (*application)->drain_and_stop();
    return Ok;
}

}  // namespace

int main(int argc, char** argv) {
#if defined(__x86_64__)
    // Parsers are compiled for x86-64-v3 (docs/decisions/0009-vector-instructions.md).
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2")) {
        std::fputs("wildrydes: this processor has no AVX2 and BMI2, which are needed\n", stderr);
        return 1;
    }
#endif
    const std::string_view command = argc > 1 ? argv[1] : "";
    if (command == "lambda-relay") return wr::lambda::run_relay(argc - 2, argv + 2);
    if (command == "athena-worker") return wr::athena::run_athena_worker(argc - 1, argv + 1);
    if (command != "up" && command != "serve" && command != "verify")
        return wr::cli::run(argc, argv);
    CLI::App app{"Wild Rydes: real-time data processing on the AWS streaming APIs, without AWS"};
    app.require_subcommand(1);
    Options options;
    std::string durability = "always";
    int64_t delay_ms = options.state_change_delay.count();
    int demo = 0;
    auto* up = app.add_subcommand(
        "up", "Start the server; with --demo also the workshop's pipeline and a fleet");
    add_options(*up, options, durability, delay_ms);
    auto* demo_flag = up->add_option("--demo", demo, "Pipeline and a fleet of N unicorns")
                          ->expected(0, 1)
                          ->default_str("25");
    auto* serve = app.add_subcommand("serve", "Start the server, for services and containers");
    add_options(*serve, options, durability, delay_ms);
    auto* verify = app.add_subcommand(
        "verify", "Read every byte of a data directory or a backup and say what is damaged");
    verify
        ->add_option(
            "directory,--data", options.data_directory, "Data directory; no server may run")
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    if (verify->parsed()) return wr::server::run_verify(options.data_directory);
    if (demo_flag->count() > 0) options.demo_unicorns = demo > 0 ? demo : 25;
    return run_server(options, durability, delay_ms);
}
