// Parsing of the command line and choice of the command.
#include "cli/run.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
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

/// Where the words of `wildrydes [--data DIR ...] aws WORDS` begin; 0 when it is another command.
int aws_words(int argc, char** argv, CommonFlags& flags) {
    CommonFlags found;
    const std::pair<std::string_view, std::string*> options[] = {
        {"--data", &found.data_directory},
        {"--endpoint-url", &found.endpoint_url},
        {"--region", &found.region}};
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "aws") {
            flags = found;
            return i + 1;
        }
        const auto option = std::find_if(
            std::begin(options), std::end(options), [&](const auto& o) { return o.first == word; });
        if (option == std::end(options) || i + 1 >= argc) return 0;
        *option->second = argv[++i];
    }
    return 0;
}

}  // namespace

int run(int argc, char** argv) {
    // A reader that goes away (| head) ends a command quietly.
    std::signal(SIGPIPE, SIG_DFL);
    CommonFlags flags;
    if (const int first = aws_words(argc, argv, flags)) {
        Context context(flags);
        return run_aws(context, {argv + first, argv + argc});
    }
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
    add_app(app, selection);
    add_sql(app, selection);
    add_environment(app, selection);
    add_status(app, selection);
    add_backup(app, selection);
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
