#pragma once
// AWS's rates of calls to the control plane, as token buckets.
//
// Source: "Quotas and limits", Amazon Kinesis Data Streams Developer Guide, and the API reference.

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "services/kinesis/engine/throttle.h"

namespace wr::kinesis {

/// Operations that are counted by the stream or consumer, not by the account.
bool is_counted_by_resource(std::string_view operation);

/// @threads any
class CallThrottle {
public:
    /// `scope` is the account and region, or the resource as `is_counted_by_resource` says.
    /// Operations without a rate always pass.
    bool admit(std::string_view operation, const std::string& scope, base::MonotonicTime now);

private:
    base::Mutex mutex_;
    std::map<std::string, TokenBucket> buckets_ GUARDED_BY(mutex_);  // by operation and scope
};

}  // namespace wr::kinesis
