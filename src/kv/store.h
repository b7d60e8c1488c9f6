#pragma once
// The key-value store: ordered bytes to bytes, batches that commit whole and are durable when
// commit returns.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace wr::kv {

using base::Result;

enum class Durability {
    Always,  ///< on disk when commit returns
    Os,      ///< in the operating system's hands: survives kill -9, not power loss
};

/// Writes that commit together or not at all. Later writes to a key win.
class Batch {
public:
    void put(std::string key, std::string value) {
        writes_.emplace_back(std::move(key), std::move(value));
    }
    void remove(std::string key) { writes_.emplace_back(std::move(key), std::nullopt); }
    bool empty() const { return writes_.empty(); }
    size_t size() const { return writes_.size(); }
    const auto& writes() const { return writes_; }

private:
    std::vector<std::pair<std::string, std::optional<std::string>>> writes_;
};

/// A consistent view over a range of keys, in byte order.
class Iterator {
public:
    virtual ~Iterator() = default;
    virtual void seek(std::string_view key) = 0;           ///< first key >= `key`
    virtual void seek_for_prev(std::string_view key) = 0;  ///< last key <= `key`
    virtual void seek_to_first() = 0;
    virtual void seek_to_last() = 0;
    virtual bool valid() const = 0;
    virtual void next() = 0;
    virtual void prev() = 0;
    virtual std::string_view key() const = 0;    ///< until the next move
    virtual std::string_view value() const = 0;  ///< until the next move
    /// Corruption or I/O, when valid() became false for another reason than the end.
    virtual Result<void> status() const = 0;
};

/// Thread-safe. A store from `scoped` sees only keys with its prefix, and sees them without it.
class Store {
public:
    virtual ~Store() = default;
    virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
    /// Durable as opened, one log entry for the whole batch. After an Io error the store refuses
    /// all later writes.
    virtual Result<void> commit(const Batch& batch) = 0;
    virtual std::unique_ptr<Iterator> iterate() const = 0;
    virtual std::unique_ptr<Store> scoped(std::string prefix) const = 0;
    /// Makes the whole store, as it is at one moment during the call, a store of its own in
    /// `directory`, which must not exist. Cheap after `flush`: files are linked where possible.
    virtual Result<void> back_up(const std::string& directory);
    /// Moves what is in memory to its files.
    virtual Result<void> flush();
    /// Reads every byte of the files that hold data and checks their checksums; in memory there is
    /// nothing to check.
    ///
    /// @error Corruption  names the file
    virtual Result<void> verify() const;

    Result<void> put(std::string key, std::string value);
    Result<void> remove(std::string key);
    /// Calls `each` for the keys that start with `prefix`, in order, until it returns false.
    Result<void> scan(
        std::string_view prefix,
        const std::function<bool(std::string_view key, std::string_view value)>& each) const;
};

struct StoreOptions {
    std::string path;        ///< a directory; created when absent
    bool in_memory = false;  ///< nothing touches the disk; `path` is only a name
    Durability durability = Durability::Always;
    bool read_only = false;  ///< must exist; nothing is changed, and commits are refused
};

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options);

/// Big-endian, so that byte order is numeric order.
std::string encode_u64(uint64_t value);
uint64_t decode_u64(std::string_view bytes);  // first eight bytes
/// Appends `part` so that concatenated parts sort part by part: 0x00 becomes 0x00 0xFF, the end
/// 0x00 0x00.
void append_key_part(std::string& key, std::string_view part);
/// Takes one part off the front; empty when `key` is malformed.
std::optional<std::string> take_key_part(std::string_view& key);

}  // namespace wr::kv
