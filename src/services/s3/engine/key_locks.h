#pragma once
// KeyLocks: one writer per object key at the moment of commit, with a bounded number of mutexes.

#include <array>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace wr::s3 {

class KeyLocks {
public:
    using Guard = std::unique_lock<std::mutex>;

    /// Held while a row of the key is read, judged and written.
    Guard lock(std::string_view bucket, std::string_view key) {
        const size_t hash =
            std::hash<std::string_view>{}(bucket)*31 + std::hash<std::string_view>{}(key);
        return Guard(stripes_[hash % stripes_.size()]);
    }
    /// Keeps every writer out: for deleting a bucket.
    std::vector<Guard> lock_all() {
        std::vector<Guard> guards;
        for (std::mutex& stripe : stripes_) guards.emplace_back(stripe);
        return guards;
    }

private:
    std::array<std::mutex, 64> stripes_;
};

}  // namespace wr::s3
