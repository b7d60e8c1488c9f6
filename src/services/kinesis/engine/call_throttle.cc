// The table of rates, and one bucket for each operation and scope that has been called.
#include "services/kinesis/engine/call_throttle.h"

#include <optional>

namespace wr::kinesis {
namespace {

/// Beyond it buckets that are full again, and so say nothing, are forgotten.
constexpr size_t buckets_max = 10'000;

struct Rate {
    std::string_view operation;
    double per_second;
    bool is_by_resource = false;
};

constexpr Rate rates[] = {
    {"AddTagsToStream", 5},
    {"CreateStream", 5},
    {"DecreaseStreamRetentionPeriod", 5},
    {"DeleteResourcePolicy", 5},
    {"DeleteStream", 5},
    {"DeregisterStreamConsumer", 5},
    {"DescribeAccountSettings", 5},
    {"DescribeLimits", 1},
    {"DescribeStream", 10},
    {"DescribeStreamConsumer", 20, true},
    {"DescribeStreamSummary", 20},
    {"DisableEnhancedMonitoring", 5},
    {"EnableEnhancedMonitoring", 5},
    {"GetResourcePolicy", 5},
    {"IncreaseStreamRetentionPeriod", 5},
    {"ListShards", 1'000, true},
    {"ListStreamConsumers", 5, true},
    {"ListStreams", 5},
    {"ListTagsForResource", 5},
    {"ListTagsForStream", 5},
    {"MergeShards", 5},
    {"PutResourcePolicy", 5},
    {"RegisterStreamConsumer", 5},
    {"RemoveTagsFromStream", 5},
    {"SplitShard", 5},
    {"StartStreamEncryption", 5},
    {"StopStreamEncryption", 5},
    {"TagResource", 5},
    {"UntagResource", 5},
    {"UpdateAccountSettings", 5},
    {"UpdateMaxRecordSize", 5},
    {"UpdateShardCount", 10},
    {"UpdateStreamMode", 5},
    {"UpdateStreamWarmThroughput", 5},
};

const Rate* find_rate(std::string_view operation) {
    for (const Rate& rate : rates) {
        if (rate.operation == operation) return &rate;
    }
    return nullptr;
}

}  // namespace

bool is_counted_by_resource(std::string_view operation) {
    const Rate* rate = find_rate(operation);
    return rate != nullptr && rate->is_by_resource;
}

bool CallThrottle::admit(std::string_view operation,
                         const std::string& scope,
                         base::MonotonicTime now) {
    const Rate* rate = find_rate(operation);
    if (rate == nullptr) return true;
    const base::MutexLock lock(mutex_);
    if (buckets_.size() >= buckets_max) {
        std::erase_if(buckets_, [&](const auto& entry) {
            TokenBucket bucket = entry.second;
            bucket.refill(now);
            return bucket.is_full();
        });
    }
    TokenBucket& bucket =
        buckets_
            .try_emplace(std::string(operation) + "\n" + scope, rate->per_second, rate->per_second)
            .first->second;
    bucket.refill(now);
    if (bucket.level() < 1) return false;
    bucket.take(1);
    return true;
}

}  // namespace wr::kinesis
