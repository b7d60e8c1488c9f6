#pragma once
// A fleet at work: every unicorn lives a second and sends its reading, batched, evenly spread.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "fleet/unicorn.h"
#include "gen/kinesis/client.h"

namespace wr::fleet {

struct FleetOptions {
    size_t unicorns = 25;
    std::string stream = "wildrydes";
    double readings_per_second = 1;  ///< of each unicorn
    Movement movement = Movement::Straight;
    double incidents_per_minute = 0;  ///< of each unicorn
    uint64_t seed = 0;                ///< the same seed makes the same fleet
};

struct FleetCounts {
    uint64_t sent = 0;
    uint64_t failed = 0;   ///< given up after retries
    uint64_t retried = 0;  ///< records that were throttled or failed and sent again
};

/// Sends from a thread of its own until stop(). `client` and `clock` outlive it.
class FleetRunner {
public:
    FleetRunner(gen::kinesis::Client& client, const base::Clock& clock, FleetOptions options);
    ~FleetRunner();

    /// Waits for the request under way. Idempotent.
    void stop();
    FleetCounts counts() const;
    /// What the last failed request said; empty when none failed.
    std::string last_error() const;

private:
    std::chrono::milliseconds step();
    void send(size_t begin, size_t end);

    gen::kinesis::Client& client_;
    const base::Clock& clock_;
    const FleetOptions options_;
    base::SeededRandom random_;
    std::vector<Unicorn> unicorns_;
    size_t slice_ = 0;
    base::MonotonicTime next_;
    std::atomic<uint64_t> sent_{0};
    std::atomic<uint64_t> failed_{0};
    std::atomic<uint64_t> retried_{0};
    mutable base::Mutex mutex_;
    std::string last_error_ GUARDED_BY(mutex_);
    std::unique_ptr<base::PeriodicTask> task_;
};

}  // namespace wr::fleet
