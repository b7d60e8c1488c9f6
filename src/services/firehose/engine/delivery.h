#pragma once
// Delivery: what happens between one delivery stream's source and its bucket.
//
// Exactly one object per batch, across crashes: the records of a batch and its object's key are
// committed as an intent before the object is written, and the source's new positions together with
// the removal of the intent after it. A crash in between writes the same object again.

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "kv/store.h"
#include "services/firehose/engine/batch.h"
#include "services/identity/identity.h"
#include "services/kinesis/kinesis.h"
#include "services/s3/s3.h"

namespace wr::firehose {

/// What deliveries work with.
struct Surroundings {
    kv::Store& store;
    const base::Clock& clock;
    base::Random& random;
    kinesis::Face& kinesis;
    s3::Face& s3;
    identity::Face& identity;
};

/// How long direct puts are kept while their bucket cannot be written.
constexpr std::chrono::hours put_retention{24};

/// A batch that is being written.
struct PendingBatch {
    Intent intent;
    std::string bytes;
    base::Timestamp oldest{};
    std::vector<uint64_t> rows;                     ///< direct puts that it holds
    std::map<std::string, Checkpoint> checkpoints;  ///< Kinesis: positions after it
};

/// Not thread-safe: its stream's step lock is held.
class Delivery {
public:
    explicit Delivery(Surroundings surroundings) : with_(surroundings) {}
    virtual ~Delivery() = default;
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    /// Reads, decides, writes: as far as it goes without waiting. True when there is more to do at
    /// once. `must_flush`: memory is short, do not wait for size or interval.
    bool step(const StreamConfig& config, bool must_flush);
    /// Bytes held in memory.
    virtual size_t buffered_bytes() const;
    /// Attempts in a row that did not write the batch in hand.
    int failures() const { return failures_; }
    /// When the buffer began to fill; empty when nothing waits.
    virtual std::optional<base::MonotonicTime> buffered_since() const { return std::nullopt; }

protected:
    /// Takes in what the source has. True when it took something.
    virtual bool collect(const StreamConfig& config) = 0;
    /// The next batch when it is due.
    virtual std::optional<PendingBatch> take_batch(const StreamConfig& config, bool must_flush) = 0;
    /// Fills a batch again whose intent was found at the start.
    /// @error Unavailable  try again later
    virtual base::Result<PendingBatch> restore(const StreamConfig& config, Intent intent) = 0;
    /// Adds the source's progress to `batch`.
    virtual void settle(const StreamConfig& config, const PendingBatch& done, kv::Batch& batch) = 0;
    /// Called after settle's batch was committed.
    virtual void settled(const PendingBatch&) {}
    /// Whether a batch that cannot be written may be given up.
    virtual bool may_expire() const = 0;

    Intent make_intent(const StreamConfig& config, base::Timestamp oldest) const;

    Surroundings with_;

private:
    bool load_intent(const StreamConfig& config);
    bool deliver(const StreamConfig& config);
    bool finish(const StreamConfig& config);
    void back_off(const StreamConfig& config, const std::string& why);

    bool is_loaded_ = false;
    std::optional<PendingBatch> pending_;
    int failures_ = 0;
    bool is_dropping_ = false;
    base::MonotonicTime retry_at_{};
};

std::unique_ptr<Delivery> make_kinesis_delivery(Surroundings surroundings);

/// Direct puts: tells the delivery what arrives. Thread-safe.
class PutGauge {
public:
    virtual ~PutGauge() = default;
    virtual void add(size_t bytes) = 0;
    virtual void remove(size_t bytes) = 0;
};
struct PutDelivery {
    std::unique_ptr<Delivery> delivery;
    std::shared_ptr<PutGauge> gauge;
};
PutDelivery make_put_delivery(Surroundings surroundings);

}  // namespace wr::firehose
