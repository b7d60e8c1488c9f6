// The bare loop: what parsing and five aggregates cost without an engine.
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "sql_rate.h"

namespace wr::bench {
namespace {

namespace od = simdjson::ondemand;

struct Sums {
    double distance = 0;
    int64_t magic_min = INT64_MAX;
    int64_t magic_max = INT64_MIN;
    int64_t health_min = INT64_MAX;
    int64_t health_max = INT64_MIN;
};

struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

Measured measure_bare(const std::vector<std::string>& records) {
    // Padding is made before the clock starts: a reader of files would have it for nothing.
    std::vector<simdjson::padded_string> padded;
    padded.reserve(records.size());
    for (const auto& record : records) padded.emplace_back(record);
    od::parser parser;
    std::unordered_map<std::string, Sums, Hash, std::equal_to<>> groups;
    const double start = thread_seconds();
    for (const auto& record : padded) {
        auto document = parser.iterate(record);
        const double distance = document["Distance"].get_double().value();
        const int64_t health = document["HealthPoints"].get_int64().value();
        const int64_t magic = document["MagicPoints"].get_int64().value();
        const std::string_view name = document["Name"].get_string().value();
        auto at = groups.find(name);
        if (at == groups.end()) at = groups.emplace(name, Sums{}).first;
        Sums& sums = at->second;
        sums.distance += distance;
        sums.magic_min = std::min(sums.magic_min, magic);
        sums.magic_max = std::max(sums.magic_max, magic);
        sums.health_min = std::min(sums.health_min, health);
        sums.health_max = std::max(sums.health_max, health);
    }
    const double seconds = thread_seconds() - start;
    return {static_cast<double>(records.size()) / seconds, groups.size()};
}

}  // namespace wr::bench
