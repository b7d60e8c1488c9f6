// wildrydes logs: what functions wrote, from CloudWatch Logs' API.
#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <set>

#include "base/time_format.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/record_filter.h"
#include "gen/logs/types.h"

namespace wr::cli {
namespace {

namespace logs = gen::logs;
using namespace std::chrono_literals;

struct Flags {
    std::string group;
    std::string since = "1h";
    std::string filter;
    bool follows = false;
    std::string format = "text";
};

wire::ApiResult<std::vector<std::string>> group_names(logs::Client& client,
                                                      const std::string& wanted) {
    if (wanted.starts_with('/')) return std::vector<std::string>{wanted};
    if (!wanted.empty()) return std::vector<std::string>{"/aws/lambda/" + wanted};
    std::vector<std::string> names;
    logs::DescribeLogGroupsRequest input;
    while (true) {
        WR_TRY(const auto output, client.describe_log_groups(input));
        for (const auto& group : output.log_groups.value_or(std::vector<logs::LogGroup>{})) {
            names.push_back(group.log_group_name.value_or(""));
        }
        if (!output.next_token) return names;
        input.next_token = output.next_token;
    }
}

struct Line {
    int64_t timestamp = 0;
    std::string id;
    std::string group;
    std::string stream;
    std::string message;
};

wire::ApiResult<void> read_group(logs::Client& client,
                                 const std::string& group,
                                 const Flags& flags,
                                 int64_t since,
                                 std::vector<Line>& lines) {
    logs::FilterLogEventsRequest input;
    input.log_group_name = group;
    input.start_time = since;
    if (!flags.filter.empty()) input.filter_pattern = flags.filter;
    while (true) {
        auto output = client.filter_log_events(input);
        // A group appears with its function's first output.
        const bool is_absent = !output && output.error().code == "ResourceNotFoundException";
        if (is_absent && flags.follows) return {};
        if (!output) return base::fail(std::move(output).error());
        for (auto& event : output->events.value_or(std::vector<logs::FilteredLogEvent>{})) {
            lines.push_back({event.timestamp.value_or(0),
                             event.event_id.value_or(""),
                             group,
                             event.log_stream_name.value_or(""),
                             event.message.value_or("")});
        }
        if (!output->next_token) return {};
        input.next_token = output->next_token;
    }
}

std::string text_of(const Line& line, const std::string& format) {
    const auto time = base::Timestamp{std::chrono::milliseconds{line.timestamp}};
    if (format == "jsonl") {
        base::Json json;
        json.set("time", base::format_iso8601_ms(time));
        json.set("group", line.group);
        json.set("stream", line.stream);
        json.set("message", line.message);
        return json.dump() + "\n";
    }
    const std::string text = base::format_iso8601_ms(time) + " " + line.group + " " + line.message;
    return text + (text.ends_with('\n') ? "" : "\n");
}

int show(Context& context, const Flags& flags) {
    const auto start = parse_start("@" + flags.since, context.clock().now());
    if (!start) return fail(exit_usage, "--since: an age such as 5m, or a time");
    if (flags.format != "text" && flags.format != "jsonl") {
        return fail(exit_usage, "-o: text or jsonl");
    }
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    int64_t since = start->timestamp->time_since_epoch().count();
    std::set<std::string> printed;  // of the last milliseconds, which are asked for again
    while (true) {
        auto groups = group_names(aws->logs, flags.group);
        if (!groups) return report(groups.error(), context.endpoint());
        std::vector<Line> lines;
        for (const std::string& group : *groups) {
            auto done = read_group(aws->logs, group, flags, since, lines);
            if (!done) return report(done.error(), context.endpoint());
        }
        std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
            return a.timestamp < b.timestamp;
        });
        std::set<std::string> seen;
        for (const Line& line : lines) {
            seen.insert(line.group + line.id);
            if (!printed.contains(line.group + line.id)) print(text_of(line, flags.format));
        }
        if (!flags.follows) return lines.empty() ? exit_no : exit_ok;
        printed = std::move(seen);
        // Lines may arrive late: look back a little, and print each once.
        constexpr int64_t overlap_ms = 10'000;
        const int64_t now = context.clock().now().time_since_epoch().count();
        since = std::max(since, now - overlap_ms);
        if (const int signal = context.signals().wait(1s)) return 128 + signal;
    }
}

}  // namespace

void add_logs(CLI::App& root, Selection& selection) {
    auto flags = std::make_shared<Flags>();
    CLI::App* command = root.add_subcommand("logs", "What functions wrote");
    command->add_option("function", flags->group, "A function or a log group; without it, all");
    command->add_flag("-f,--follow", flags->follows, "Go on as lines arrive");
    command->add_option("--since", flags->since, "5m, 1h, or a time")->capture_default_str();
    command->add_option("--filter", flags->filter, "CloudWatch Logs' filter pattern");
    command->add_option("-o,--output", flags->format, "text or jsonl")->capture_default_str();
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return show(context, *flags); };
    });
}

}  // namespace wr::cli
