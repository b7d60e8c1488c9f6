#pragma once
// The latest API requests, for the console's feed: what was asked, by whom, and what came of it.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/clock.h"
#include "base/json.h"
#include "base/mutex.h"

namespace wr::server {

struct RequestNote {
    base::Timestamp time;
    std::string_view request_id;
    std::string_view principal;  ///< ARN; empty for nobody
    std::string_view agent;      ///< User-Agent
    std::string_view service;
    std::string_view operation;
    std::string_view method;
    std::string_view path;
    int status = 0;
    std::string_view code;  ///< of an error; empty otherwise
    std::chrono::nanoseconds duration{};
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
    std::string_view request;   ///< text of the body; empty when it is no text or secret
    std::string_view response;  ///< likewise
};

/// Bounded: the newest entries stay. Equal successes within a minute share one entry that
/// counts them, so that a fleet's puts do not push everything else out.
/// @threads any
class Activity {
public:
    void add(const RequestNote& note);
    /// {"version", "entries": [...]}: entries that are new or changed after `version`, oldest
    /// first; each with an "id" that stays.
    base::Json after(uint64_t version) const;

private:
    struct Entry {
        uint64_t id = 0;
        uint64_t version = 0;
        uint64_t count = 1;
        base::Timestamp first{};
        base::Timestamp last{};
        std::string request_id;
        std::string principal;
        std::string agent;
        std::string service;
        std::string operation;
        std::string method;
        std::string path;
        int status = 0;
        std::string code;
        std::chrono::nanoseconds duration{};
        uint64_t bytes_in = 0;
        uint64_t bytes_out = 0;
        std::string request;
        std::string response;
    };
    /// Principal, agent, service, operation, status.
    using Kind = std::tuple<std::string, std::string, std::string, std::string, int>;

    static base::Json json_of(const Entry& entry);
    Entry* recent_like(const Kind& kind, base::Timestamp now) REQUIRES(mutex_);

    mutable base::Mutex mutex_;
    std::deque<Entry> entries_ GUARDED_BY(mutex_);  ///< ids follow one another
    std::map<Kind, uint64_t> newest_ GUARDED_BY(mutex_);
    uint64_t version_ GUARDED_BY(mutex_) = 0;
    uint64_t next_id_ GUARDED_BY(mutex_) = 1;
};

}  // namespace wr::server
