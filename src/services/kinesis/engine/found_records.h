#pragma once
// FoundRecords: what a reading found, as the places of the records in the log's entries.

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "services/kinesis/engine/entry.h"
#include "services/kinesis/engine/entry_cache.h"
#include "services/kinesis/engine/sequence.h"

namespace wr::kinesis {

/// One record while it is walked over: the views last until the next.
struct FoundRecord {
    const SequenceText& number;  ///< printed by whoever wants it
    std::string_view partition_key;
    std::string_view data;
    base::Timestamp arrival;
    bool is_encrypted = false;  ///< was, at rest
};

/// Neighbours of one shard in one entry.
struct RecordRun {
    std::shared_ptr<const CachedEntry> entry;
    std::string_view bytes;  ///< the records as EntryReader takes them, within the entry
    size_t count = 0;
    SequenceText numbers;  ///< from the first record's
};

/// No record is copied: the entries are held as long as this is. Copies share them.
class FoundRecords {
public:
    void add(RecordRun run) {
        count_ += run.count;
        bytes_ += run.bytes.size();
        runs_.push_back(std::move(run));
    }
    size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    size_t size_bytes() const { return bytes_; }  ///< keys, data and a few bytes for each record

    /// In order; `visit` takes a const FoundRecord&. Without `numbered` its number is that of the
    /// first of the run.
    template <bool numbered = true, typename Visit>
    void each(const Visit& visit) const {
        for (const RecordRun& run : runs_) {
            EntryReader reader(run.bytes);
            SequenceText numbers = run.numbers;
            const EntryHead& head = run.entry->head;
            FoundRecord found{numbers, {}, {}, head.arrival, head.seal.has_value()};
            for (size_t i = 0; i < run.count; ++i) {
                const std::optional<EntryRecord> record = reader.next();
                WR_ASSERT(record.has_value());  // the entry was verified
                found.partition_key = record->partition_key;
                found.data = record->data;
                visit(std::as_const(found));
                if constexpr (numbered) numbers.step();
            }
        }
    }
    /// Of none there is no number.
    const SequenceText& first_number() const { return runs_.front().numbers; }
    SequenceText last_number() const {
        SequenceText number = runs_.back().numbers;
        for (size_t i = 1; i < runs_.back().count; ++i) number.step();
        return number;
    }

private:
    std::vector<RecordRun> runs_;
    size_t count_ = 0;
    size_t bytes_ = 0;
};

}  // namespace wr::kinesis
