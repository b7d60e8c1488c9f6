// Least-recently-used cache of parsed log entries.
#include "services/kinesis/engine/entry_cache.h"

namespace wr::kinesis {

base::Result<std::shared_ptr<const CachedEntry>> EntryCache::read(const log::Log& log,
                                                                  log::Position position,
                                                                  const KeyRing& keys,
                                                                  uint64_t incarnation) {
    {
        const base::MutexLock lock(mutex_);
        if (const auto found = by_position_.find(position); found != by_position_.end()) {
            recent_.splice(recent_.begin(), recent_, found->second);
            return found->second->entry;
        }
    }
    WR_TRY(log::Entry entry, log.read(position));
    auto cached = std::make_shared<CachedEntry>();
    cached->payload = std::move(entry.payload);
    std::optional<EntryHead> head = parse_entry_head(cached->payload.view());
    const auto damaged = [&](const char* what) {
        return base::fail(base::ErrorCode::Corruption,
                          "log entry at segment " + std::to_string(position.segment) + ", offset " +
                              std::to_string(position.offset) + " " + what);
    };
    if (!head) return damaged("is no entry of a stream");
    if (head->seal) {
        const RecordCipher* cipher = keys.find(head->seal->key_number);
        if (cipher == nullptr || !open_entry(cached->payload, *head, *cipher, incarnation)) {
            return damaged("does not open with the stream's key");
        }
    }
    cached->head = *std::move(head);

    const base::MutexLock lock(mutex_);
    const auto [at, is_new] = by_position_.try_emplace(position);
    if (!is_new) return at->second->entry;
    recent_.push_front({position, cached});
    at->second = recent_.begin();
    bytes_ += cached->payload.size();
    while (bytes_ > bytes_max_ && recent_.size() > 1) {
        bytes_ -= recent_.back().entry->payload.size();
        by_position_.erase(recent_.back().position);
        recent_.pop_back();
    }
    return std::shared_ptr<const CachedEntry>(std::move(cached));
}

}  // namespace wr::kinesis
