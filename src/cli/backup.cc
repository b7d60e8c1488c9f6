// wildrydes backup: asks the running server for a copy of everything as of one moment.
#include <CLI/App.hpp>
#include <filesystem>
#include <memory>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace wr::cli {
namespace {

using namespace std::chrono_literals;

/// A large directory on another file system is copied byte by byte.
constexpr auto time_max = 12h;

int make(Context& context, const std::string& directory) {
    const std::string token = context.console_token();
    if (token.empty())
        return fail(exit_environment,
                    "no keys in " + context.data_directory() +
                        ": name the server's data directory with --data");
    base::Json body{base::Json::Object{}};
    body.set("directory", std::filesystem::absolute(directory).lexically_normal().string());
    const std::string text = body.dump();
    http::Request request;
    request.method = "POST";
    request.target = "/_/api/backup";
    request.headers.set("Cookie", "wildrydes_session=" + token);
    request.body = text;
    const auto response = context.http(time_max).send(request);
    if (!response)
        return fail(exit_unreachable,
                    "no answer from " + context.endpoint() + " (" + response.error().message +
                        "); while no server runs, a plain copy of the directory is a backup");
    const auto answer = base::parse_json(response->body);
    if (response->status != 200)
        return fail(exit_service, answer ? (*answer)["message"].as_string() : response->body);
    print(answer->dump_pretty(2) + "\n");
    return exit_ok;
}

}  // namespace

void add_backup(CLI::App& root, Selection& selection) {
    auto directory = std::make_shared<std::string>();
    CLI::App* command = root.add_subcommand(
        "backup", "Copy everything as of one moment into a new directory, to start a server on");
    command->add_option("directory", *directory, "A directory that does not exist yet")->required();
    command->callback([&selection, directory] {
        selection.run = [directory](Context& context) { return make(context, *directory); };
    });
    // Listed here for the help; the program takes it before, since it needs no server.
    root.add_subcommand("verify", "Read every byte of a data directory and say what is damaged");
}

}  // namespace wr::cli
