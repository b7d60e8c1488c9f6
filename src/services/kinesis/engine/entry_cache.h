#pragma once
// Recently read log entries, so that many shards that share an entry read it once.

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/buffer.h"
#include "base/mutex.h"
#include "log/log.h"
#include "services/kinesis/engine/entry.h"

namespace wr::kinesis {

struct CachedEntry {
    base::Buffer payload;
    EntryHead head;  ///< views into `payload`
};

/// Bounded by bytes; the least recently used goes first. @threads any
class EntryCache {
public:
    explicit EntryCache(size_t bytes_max) : bytes_max_(bytes_max) {}

    /// Decrypted, where it was encrypted, with the keys of the stream `incarnation`.
    /// @error as Log::read; Corruption when the payload is no entry of ours, or does not open.
    base::Result<std::shared_ptr<const CachedEntry>> read(const log::Log& log,
                                                          log::Position position,
                                                          const KeyRing& keys,
                                                          uint64_t incarnation);

private:
    struct Item {
        log::Position position;
        std::shared_ptr<const CachedEntry> entry;
    };
    const size_t bytes_max_;
    base::Mutex mutex_;
    size_t bytes_ GUARDED_BY(mutex_) = 0;
    std::list<Item> recent_ GUARDED_BY(mutex_);  // most recent first
    std::map<log::Position, std::list<Item>::iterator> by_position_ GUARDED_BY(mutex_);
};

}  // namespace wr::kinesis
