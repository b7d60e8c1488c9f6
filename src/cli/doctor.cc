// wildrydes doctor: what could be wrong on this machine, and the command that mends it.
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <cmath>
#include <memory>

#include "base/time_format.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "gen/sts/types.h"
#include "io/file_system.h"
#include "io/process.h"

namespace wr::cli {
namespace {

struct Check {
    std::string name;
    bool is_ok = false;
    bool is_needed = true;  ///< else a failure is only worth knowing
    std::string found;
    std::string fix;
};

Check check_server(Context& context) {
    Check check{"server answers", false, true, context.endpoint(), "wildrydes up"};
    http::Request request;
    request.method = "GET";
    request.target = "/health/ready";
    const auto response = context.http().send(request);
    check.is_ok = response && response.value().status == 200;
    if (response && !check.is_ok) {
        check.found += ": " + std::to_string(response.value().status) + " " + response.value().body;
    }
    return check;
}

Check check_clock(Context& context) {
    Check check{"clock agrees with the server", false, true, "", "sudo timedatectl set-ntp true"};
    http::Request request;
    request.method = "GET";
    request.target = "/health/live";
    const auto response = context.http().send(request);
    if (!response) {
        check.found = "no server to compare with";
        check.is_needed = false;
        return check;
    }
    const auto date = base::parse_http_date(response.value().headers.get("Date"));
    if (!date) {
        check.found = "the server sent no date";
        return check;
    }
    const auto skew = context.clock().now() - *date;
    constexpr std::chrono::minutes skew_max{5};  // what signatures bear
    check.is_ok = skew < skew_max && skew > -skew_max;
    check.found = std::to_string(skew.count() / 1000) + " s apart";
    return check;
}

Check check_round_trip(Context& context) {
    Check check{"keys are accepted", false, true, "", "eval \"$(wildrydes env)\""};
    if (!context.keys()) {
        check.found = "no keys in the environment or in " + context.data_directory();
        return check;
    }
    const auto identity = context.aws()->sts.get_caller_identity({});
    check.is_ok = identity.has_value();
    auto copy = identity;
    check.found =
        check.is_ok ? copy->arn.value_or("") : copy.error().code + " " + copy.error().message;
    return check;
}

Check check_data(Context& context) {
    const std::string& directory = context.data_directory();
    Check check{"data directory", true, true, directory, "wildrydes up --data DIR"};
    const auto fs = io::make_posix_file_system();
    const auto exists = fs->exists(directory);
    if (!exists || !exists.value()) {
        check.found += " does not exist yet";
        check.is_needed = false;
        check.is_ok = access(".", W_OK) == 0;
        return check;
    }
    const auto free_bytes = fs->free_bytes(directory);
    constexpr uint64_t gibibyte = 1024ULL * 1024 * 1024;
    check.is_ok =
        access(directory.c_str(), W_OK) == 0 && free_bytes && free_bytes.value() >= gibibyte;
    if (free_bytes) {
        check.found += ", " + std::to_string(free_bytes.value() / gibibyte) + " GiB free";
    }
    return check;
}

Check check_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    constexpr rlim_t wanted = 4'096;
    return {"open files",
            limit.rlim_cur >= wanted || limit.rlim_cur == RLIM_INFINITY,
            true,
            std::to_string(limit.rlim_cur),
            "ulimit -n 65536"};
}

Check check_program(const std::string& program,
                    const std::string& why,
                    const std::string& package,
                    bool is_needed) {
    const auto path = io::find_program(program);
    return {why,
            path.has_value(),
            is_needed,
            path.value_or(program + " not found"),
            "sudo apt-get install " + package};
}

Check check_endpoint_variables(Context& context) {
    Check check{"AWS_ENDPOINT_URL",
                true,
                false,
                environment("AWS_ENDPOINT_URL"),
                "eval \"$(wildrydes env)\""};
    if (check.found.empty()) {
        check.is_ok = false;
        check.found = "not set: SDKs would call AWS itself";
    } else if (check.found != context.endpoint()) {
        check.is_ok = false;
        check.found += " is not " + context.endpoint();
    }
    return check;
}

Check check_proxy() {
    Check check{"no proxy in between", true, true, "", "export NO_PROXY=127.0.0.1,localhost"};
    std::string proxy = environment("http_proxy");
    if (proxy.empty()) proxy = environment("HTTP_PROXY");
    const std::string exceptions = environment("NO_PROXY") + environment("no_proxy");
    check.found = proxy.empty() ? "none" : proxy;
    check.is_ok = proxy.empty() || exceptions.find("127.0.0.1") != std::string::npos ||
                  exceptions.find('*') != std::string::npos;
    return check;
}

int examine(Context& context, bool as_json) {
    const std::vector<Check> checks{
        check_server(context),
        check_round_trip(context),
        check_clock(context),
        check_data(context),
        check_descriptors(),
        check_program("node", "functions in JavaScript", "nodejs", false),
        check_program("python3", "functions in Python", "python3", false),
        check_program("bwrap", "sandbox of functions and queries", "bubblewrap", true),
        check_program("aws", "the AWS CLI", "awscli", false),
        check_endpoint_variables(context),
        check_proxy()};
    bool is_well = true;
    base::Json list{base::Json::Array{}};
    std::string text;
    for (const Check& check : checks) {
        const char* mark = check.is_ok ? "ok  " : (check.is_needed ? "FAIL" : "note");
        is_well = is_well && (check.is_ok || !check.is_needed);
        text += std::string(mark) + "  " + check.name + ": " + check.found + "\n";
        if (!check.is_ok) text += "      mend: " + check.fix + "\n";
        base::Json json;
        json.set("check", check.name);
        json.set("ok", check.is_ok);
        json.set("needed", check.is_needed);
        json.set("found", check.found);
        if (!check.is_ok) json.set("fix", check.fix);
        list.push(std::move(json));
    }
    print(as_json ? list.dump_pretty() + "\n" : text);
    return is_well ? exit_ok : exit_no;
}

}  // namespace

void add_doctor(CLI::App& root, Selection& selection) {
    auto as_json = std::make_shared<bool>(false);
    CLI::App* command =
        root.add_subcommand("doctor", "What could be wrong here, and how to mend it");
    command->add_flag("--json", *as_json, "As JSON");
    command->callback([&selection, as_json] {
        selection.run = [as_json](Context& context) { return examine(context, *as_json); };
    });
}

}  // namespace wr::cli
