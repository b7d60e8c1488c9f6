// wildrydes status: is the server there, and is it ready.
#include <CLI/App.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace wr::cli {
namespace {

using namespace std::chrono_literals;

struct Flags {
    std::optional<double> wait_seconds;
    std::string format;
};

int show(Context& context, const Flags& flags) {
    Format format{};
    if (!parse_format(flags.format, Format::Json, format)) {
        return fail(exit_usage, "-o: table or json");
    }
    const auto deadline =
        context.clock().monotonic() +
        std::chrono::milliseconds{static_cast<int64_t>(flags.wait_seconds.value_or(0) * 1000)};
    while (true) {
        http::Request request;
        request.method = "GET";
        request.target = "/health/ready";
        const auto response = context.http().send(request);
        const bool is_ready = response && response.value().status == 200;
        if (is_ready || context.clock().monotonic() >= deadline) {
            base::Json status{base::Json::Object{}};
            status.set("endpoint", context.endpoint());
            status.set("data", context.data_directory());
            status.set("reachable", response.has_value());
            status.set("ready", is_ready);
            if (response) {
                const auto detail = base::parse_json(response.value().body);
                if (detail) status.set("detail", *detail);
            }
            print(render(status, format));
            if (is_ready) return exit_ok;
            return response ? exit_no : exit_unreachable;
        }
        if (const int signal = context.signals().wait(100ms)) return 128 + signal;
    }
}

}  // namespace

void add_status(CLI::App& root, Selection& selection) {
    auto flags = std::make_shared<Flags>();
    CLI::App* command = root.add_subcommand("status", "Whether the server is there and ready");
    command->add_option("--wait", flags->wait_seconds, "Wait until ready, at most so many seconds")
        ->expected(0, 1)
        ->default_str("30");
    command->add_option("-o,--output", flags->format, "table or json");
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return show(context, *flags); };
    });
}

}  // namespace wr::cli
