// wildrydes env, wildrydes aws: the server's address and keys for other programs.
#include <unistd.h>

#include <CLI/App.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace wr::cli {
namespace {

struct Flags {
    int port = 0;
    std::string shell = "bash";
};

using Variables = std::vector<std::pair<std::string, std::string>>;

std::optional<Variables> variables(Context& context, int port) {
    const auto keys = context.stored_keys();
    if (!keys) return std::nullopt;
    const std::string endpoint =
        port > 0 ? "http://127.0.0.1:" + std::to_string(port) : context.endpoint();
    Variables found{{"AWS_ENDPOINT_URL", endpoint},
                    {"AWS_ACCESS_KEY_ID", keys->access_key_id},
                    {"AWS_SECRET_ACCESS_KEY", keys->secret_access_key},
                    {"AWS_REGION", keys->region},
                    {"AWS_DEFAULT_REGION", keys->region}};
    const std::string trust = context.stored_trust_file();
    if (endpoint.starts_with("https://") && !trust.empty()) {
        found.emplace_back("AWS_CA_BUNDLE", trust);
        found.emplace_back("NODE_EXTRA_CA_CERTS", trust);
    }
    return found;
}

int no_keys(const Context& context) {
    return fail(exit_environment,
                "no credentials in " + context.data_directory() +
                    ": start the server with `wildrydes up`, or name its directory with --data");
}

int show(Context& context, const Flags& flags) {
    const auto found = variables(context, flags.port);
    if (!found) return no_keys(context);
    std::string out;
    for (const auto& [name, value] : *found) {
        if (flags.shell == "bash") {
            out += "export " + name + "='" + value + "'\n";
        } else if (flags.shell == "fish") {
            out += "set -gx " + name + " '" + value + "'\n";
        } else if (flags.shell == "powershell") {
            out += "$env:" + name + " = '" + value + "'\n";
        } else {
            return fail(exit_usage, "--shell: bash, fish or powershell");
        }
    }
    // Temporary keys of another session would not fit these.
    if (flags.shell == "bash") out += "unset AWS_SESSION_TOKEN AWS_PROFILE\n";
    print(out);
    return exit_ok;
}

}  // namespace

int run_aws(Context& context, const std::vector<std::string>& given) {
    const auto found = variables(context, 0);
    if (!found) return no_keys(context);
    for (const auto& [name, value] : *found) setenv(name.c_str(), value.c_str(), 1);
    unsetenv("AWS_SESSION_TOKEN");
    unsetenv("AWS_PROFILE");
    std::vector<std::string> words{"aws"};
    words.insert(words.end(), given.begin(), given.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    return fail(exit_environment, std::string("aws: ") + std::strerror(errno));
}

void add_environment(CLI::App& root, Selection& selection) {
    auto flags = std::make_shared<Flags>();
    CLI::App* command =
        root.add_subcommand("env", "Print exports of address and keys: eval \"$(wildrydes env)\"");
    command->add_option("--port", flags->port, "The server's port on this machine");
    command->add_option("--shell", flags->shell, "bash, fish or powershell")->capture_default_str();
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return show(context, *flags); };
    });
    // Listed here for the help; run() takes it before parsing, since its words are not ours.
    root.add_subcommand("aws", "Run the AWS CLI against the server");
}

}  // namespace wr::cli
