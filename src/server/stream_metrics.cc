// Families of metrics, each with the lines of all streams, shards or consumers.
#include "server/stream_metrics.h"

#include <fmt/format.h>

#include <map>
#include <string_view>

namespace wr::server {
namespace {

constexpr double millis_per_second = 1'000;

struct Family {
    std::string type;
    std::string help;
    std::string lines;
};
using Families = std::map<std::string, Family>;

void add(Families& families, const kinesis::StreamName& stream, const kinesis::MetricTotal& total) {
    const std::string_view unit = total.text->unit;
    const std::string prefix = "wildrydes_kinesis_" +
                               (total.dimension.empty() ? "stream" : total.dimension) + "_" +
                               total.text->family;
    // Names of streams, shards and consumers are letters, digits, points, dashes and underscores.
    std::string labels = fmt::format(
        "account=\"{}\",region=\"{}\",stream=\"{}\"", stream.account, stream.region, stream.name);
    if (!total.dimension.empty()) labels += fmt::format(",{}=\"{}\"", total.dimension, total.value);
    const std::string help = fmt::format("CloudWatch's {}", total.text->name);
    const auto line =
        [&](const std::string& family, const char* type, const std::string& suffix, double value) {
            Family& to = families[family];
            to.type = type;
            to.help = help;
            to.lines += fmt::format("{}{}{{{}}} {}\n", family, suffix, labels, value);
        };
    if (unit != "Milliseconds") {
        line(prefix + "_total", "counter", "", total.all.sum);
        return;
    }
    const std::string seconds = prefix + "_seconds";
    line(seconds, "summary", "_sum", total.all.sum / millis_per_second);
    line(seconds, "summary", "_count", total.all.samples);
    const std::string_view family = total.text->family;
    if (family.ends_with("age") || family.ends_with("behind_latest")) {
        line(prefix + "_last_seconds", "gauge", "", total.last / millis_per_second);
    }
}

}  // namespace

std::string stream_metrics(kinesis::Engine& kinesis) {
    Families families;
    for (const auto& [stream, totals] : kinesis.metric_totals()) {
        for (const auto& total : totals) add(families, stream, total);
    }
    std::string out;
    for (const auto& [name, family] : families) {
        out += "# HELP " + name + " " + family.help + ".\n# TYPE " + name + " " + family.type +
               "\n" + family.lines;
    }
    return out;
}

}  // namespace wr::server
