#pragma once
// A log in memory for the engine's tests: what was appended survives in `entries`, on request.

#include <atomic>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "log/log.h"

namespace wr::kinesis {

/// What is left of a log when the process ends.
using LogEntries = std::map<log::Position, std::pair<uint64_t, std::string>>;

class FakeLog final : public log::Log {
public:
    explicit FakeLog(LogEntries entries = {}) : entries_(std::move(entries)) {
        if (!entries_.empty()) last_ = entries_.rbegin()->first;
    }

    base::Result<log::Position> append(uint64_t topic, std::string_view payload) override {
        const base::MutexLock lock(mutex_);
        if (failure_) return base::fail(*failure_);
        last_.offset += 16;
        if (last_.offset >= segment_bytes) last_ = {last_.segment + 1, 0};
        entries_[last_] = {topic, std::string(payload)};
        return last_;
    }
    void append_async(uint64_t topic,
                      std::string payload,
                      std::function<void(base::Result<log::Position>)> done,
                      log::Writer) override {
        auto appended = append(topic, payload);
        if (!holds_answers_) return done(std::move(appended));
        const base::MutexLock lock(mutex_);
        held_.push_back([done = std::move(done), appended] { done(appended); });
    }
    void write_waiting() override {}
    /// Appends are acknowledged when release_answers() is called, and not before.
    void hold_answers() { holds_answers_ = true; }
    void release_answers() {
        holds_answers_ = false;
        std::vector<std::function<void()>> held;
        {
            const base::MutexLock lock(mutex_);
            held.swap(held_);
        }
        for (const auto& answer : held) answer();
    }
    base::Result<log::Entry> read(log::Position position) const override {
        const base::MutexLock lock(mutex_);
        const auto found = entries_.find(position);
        if (found == entries_.end()) return base::fail(base::ErrorCode::NotFound, "trimmed");
        return log::Entry{
            found->second.first, position, base::Buffer::copy_of(found->second.second)};
    }
    base::Result<void> trim(log::Position position) override {
        const base::MutexLock lock(mutex_);
        std::erase_if(entries_,
                      [&](const auto& entry) { return entry.first.segment < position.segment; });
        return {};
    }
    log::Position begin() const override {
        const base::MutexLock lock(mutex_);
        return entries_.empty() ? log::Position{} : entries_.begin()->first;
    }
    log::Position end() const override {
        const base::MutexLock lock(mutex_);
        return {last_.segment, last_.offset + 16};
    }
    bool failed() const override { return false; }
    void stop() override {}

    LogEntries entries() const {
        const base::MutexLock lock(mutex_);
        return entries_;
    }
    void fail_with(std::optional<base::Error> failure) {
        const base::MutexLock lock(mutex_);
        failure_ = std::move(failure);
    }

private:
    static constexpr uint64_t segment_bytes = 64;
    mutable base::Mutex mutex_;
    LogEntries entries_;
    log::Position last_;
    std::optional<base::Error> failure_;
    std::atomic<bool> holds_answers_ = false;
    std::vector<std::function<void()>> held_;
};

}  // namespace wr::kinesis
