#pragma once
// The fleet's stream as the console's watch reads it: from now on, every shard, outside the limits
// that clients share.

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "services/kinesis/kinesis.h"

namespace wr::server {

/// @threads one
class FleetSource {
public:
    FleetSource(kinesis::Face& streams, kinesis::StreamName stream, const base::Clock& clock);
    /// Data of the records that came since the last call; empty after a short wait without any.
    std::vector<std::string> read_new();

private:
    struct Shard {
        kinesis::ReadFrom next;
        bool is_over = false;
    };
    void find_shards();
    /// False when the stream has gone, or is another one.
    bool read_shard(const std::string& id, Shard& shard, std::vector<std::string>& into);

    kinesis::Face& streams_;
    const kinesis::StreamName stream_;
    const base::Clock& clock_;
    std::map<std::string, Shard> shards_;
    base::MonotonicTime found_at_{};
    base::Timestamp created_{};
    uint64_t seen_ = 0;
};

}  // namespace wr::server
