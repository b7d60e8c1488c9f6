#pragma once
// The rowtime journal and the checkpoints of one application.
//
// ROWTIME is processing time, so a replay with a fresh clock would move records to other windows.
// Each batch is therefore written down, with the time it was given, before any of its rows can be
// seen.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "kv/store.h"
#include "services/kinesis/kinesis.h"

namespace wr::analytics {

struct JournalEntry {
    base::Timestamp rowtime;
    /// A batch: `count` records of one shard. Without records the entry is a bound that closed
    /// windows, or `lost`: a message for the error stream about records that outlived retention.
    size_t input = 0;
    std::string stream_name;  ///< in the application
    std::string shard_id;
    std::string first_sequence_number;
    std::string last_sequence_number;
    uint64_t count = 0;
    std::string lost;
};

/// Where reading goes on in one shard.
struct ShardPosition {
    kinesis::ReadFrom next;
    bool finished = false;  ///< closed, and read to its end
};

/// By input and shard.
using Positions = std::map<std::pair<size_t, std::string>, ShardPosition>;
/// By output: rows below have been taken by the destination.
using Delivered = std::map<std::string, uint64_t>;

struct Checkpoint {
    uint64_t run = 0;
    uint64_t next_index = 0;  ///< of the journal; earlier entries are in `engine`
    std::string engine;       ///< sql::Engine::snapshot
    Positions positions;
};

enum class JournalKeeps {
    Nothing,          ///< writes no entries: a test of the tests
    SinceCheckpoint,  ///< what a restart needs
    Everything,       ///< and what repeats the whole run; grows without end
};

/// @threads one
class Journal {
public:
    Journal(kv::Store& store,
            uint64_t application_uid,
            JournalKeeps keeps = JournalKeeps::SinceCheckpoint);

    /// Durable when it returns, as the store is.
    base::Result<void> append(const JournalEntry& entry, const Delivered& delivered);
    /// Replaces the checkpoint and forgets the entries that it covers, unless everything is kept,
    /// in one commit.
    base::Result<void> save(const Checkpoint& checkpoint, const Delivered& delivered);
    /// Empty when the application never ran.
    base::Result<std::optional<Checkpoint>> load();
    /// The checkpoint that the last run began with, when everything is kept: an engine that has
    /// seen no row, and the index of the run's first entry.
    base::Result<std::optional<Checkpoint>> beginning() const;
    base::Result<Delivered> delivered() const;
    /// The entry at `index`; empty past the end.
    base::Result<std::optional<JournalEntry>> read(uint64_t index) const;
    base::Result<void> erase();

    uint64_t next_index() const { return next_index_; }

private:
    std::string key(char kind) const;
    std::string entry_key(uint64_t index) const;
    base::Result<std::optional<Checkpoint>> checkpoint_at(char kind, char engine_kind) const;

    kv::Store& store_;
    const uint64_t uid_;
    const JournalKeeps keeps_;
    std::optional<uint64_t> run_;  ///< of the stored checkpoint, once loaded
    uint64_t first_index_ = 0;     ///< of the entries that are still stored
    uint64_t next_index_ = 0;
};

}  // namespace wr::analytics
