// Parsing of the command line and choice of the command.
#include "cli/run.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <iostream>

#include "cli/commands.h"
#include "cli/exit_code.h"

namespace wr::cli {
namespace {

/// The workshop's programs take Go's flags: one dash before a long name.
std::vector<std::string> with_double_dashes(int argc, char** argv) {
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const bool is_workshop_client =
        !arguments.empty() && (arguments[0] == "producer" || arguments[0] == "consumer");
    for (std::string& argument : arguments) {
        const bool is_long = argument.size() > 2 && argument[0] == '-' && argument[1] != '-';
        if (is_workshop_client && is_long) argument.insert(0, "-");
    }
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    return arguments;
}

}  // namespace

int run(int argc, char** argv) {
    // A reader that goes away (| head) ends a command quietly.
    std::signal(SIGPIPE, SIG_DFL);
    CommonFlags flags;
    Selection selection;
    CLI::App app(
        "Wild Rydes: eight AWS services and a fleet of unicorns in one program.\n"
        "Begin with:  wildrydes up --demo",
        "wildrydes");
    app.add_option("--endpoint-url", flags.endpoint_url, "Where the server is");
    app.add_option("--region", flags.region, "AWS region");
    app.add_option("--data", flags.data_directory, "The server's data directory, for its keys");
    app.fallthrough();
    app.require_subcommand(0, 1);
    app.footer(
        "Servers:\n"
        "  up                          Start the server; with --demo also the pipeline and a "
        "fleet\n"
        "  serve                       The same without the demo's niceties, for services");
    add_workshop_clients(app, selection);
    add_fleet(app, selection);
    add_stream(app, selection);
    add_logs(app, selection);
    add_sql(app, selection);
    add_environment(app, selection);
    add_status(app, selection);
    add_doctor(app, selection);
    add_workshop(app, selection);
    try {
        app.parse(with_double_dashes(argc, argv));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_ok : exit_usage;
    }
    if (!selection.run) {
        std::cout << app.help();
        return app.get_subcommands().empty() ? exit_ok : exit_usage;
    }
    Context context(flags);
    return selection.run(context);
}

}  // namespace wr::cli
