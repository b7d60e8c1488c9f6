#pragma once
// PendingPut: records between their place in the log's queue and their being durable.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "services/kinesis/engine/entry.h"
#include "services/kinesis/engine/sequence.h"
#include "services/kinesis/engine/topology.h"
#include "services/kinesis/kinesis.h"

namespace wr::kinesis {

/// Of an entry that no shard took.
constexpr uint32_t no_section = UINT32_MAX;

/// What became of one entry: the views last until the next is told.
struct EntryOutcome {
    const Error* error = nullptr;  ///< ProvisionedThroughputExceeded, or none
    std::string_view shard_id;
    const SequenceText* number = nullptr;  ///< of what a shard took
};

/// Filled by the put, completed once by whoever wrote the log; the putter may be gone by then.
/// @threads any, after the put has handed it to the log
class PendingPut {
public:
    // The put's, before the log knows it.
    StreamName stream;
    std::shared_ptr<const Topology> topology;
    size_t begin = 0;                  ///< entries before it are duplicates
    std::vector<uint32_t> shard_of;    ///< by entry from `begin`
    std::vector<uint32_t> section_of;  ///< the same; no_section when throttled
    uint64_t bytes = 0;                ///< data and keys of what shards took
    std::vector<EntrySection> sections;
    base::Timestamp arrival;

    /// @return false when it is done already; `ready` is then not called. Otherwise `ready` is
    /// called once, from the thread that wrote the log: it must not block, nor put records.
    bool when_done(std::function<void()> ready);
    void wait();
    /// Once done. @error InternalFailure  when nothing was written
    Result<void> result() const;
    /// How many entries no shard took.
    size_t refused() const;
    /// The entries from `begin`, once they were written; `visit` takes a const EntryOutcome&.
    void each(const std::function<void(const EntryOutcome& outcome)>& visit) const;
    /// The same of all entries, as values.
    Result<std::vector<PutOutcome>> outcomes() const;

    void complete(std::optional<base::Error> error);

private:
    mutable base::Mutex mutex_;
    base::CondVar finished_;
    bool is_done_ GUARDED_BY(mutex_) = false;
    std::optional<base::Error> error_ GUARDED_BY(mutex_);
    std::function<void()> ready_ GUARDED_BY(mutex_);
};

}  // namespace wr::kinesis
