// Activity: a bounded deque of entries, and where the newest of each kind stands.
#include "server/activity.h"

#include "base/time_format.h"

namespace wr::server {
namespace {

using namespace std::chrono_literals;

constexpr size_t entries_max = 1'000;
constexpr size_t text_bytes_max = 4'096;
constexpr size_t agent_bytes_max = 120;
constexpr auto joined_within = 60s;
constexpr int first_error_status = 400;

std::string cut(std::string_view text, size_t bytes_max) {
    return std::string(text.substr(0, bytes_max));
}

}  // namespace

Activity::Entry* Activity::recent_like(const Kind& kind, base::Timestamp now) {
    const auto known = newest_.find(kind);
    if (known == newest_.end() || entries_.empty() || known->second < entries_.front().id)
        return nullptr;
    Entry& entry = entries_[known->second - entries_.front().id];
    return now - entry.first < joined_within ? &entry : nullptr;
}

void Activity::add(const RequestNote& note) {
    Kind kind{note.principal,
              cut(note.agent, agent_bytes_max),
              note.service,
              note.operation,
              note.status};
    base::MutexLock lock(mutex_);
    ++version_;
    Entry* like = note.status < first_error_status ? recent_like(kind, note.time) : nullptr;
    if (like != nullptr) {
        ++like->count;
        like->version = version_;
        like->last = note.time;
        like->duration += note.duration;
        like->bytes_in += note.bytes_in;
        like->bytes_out += note.bytes_out;
        return;
    }
    Entry& entry = entries_.emplace_back();
    entry.id = next_id_++;
    entry.version = version_;
    entry.first = note.time;
    entry.last = note.time;
    entry.request_id = note.request_id;
    entry.principal = note.principal;
    entry.agent = cut(note.agent, agent_bytes_max);
    entry.service = note.service;
    entry.operation = note.operation;
    entry.method = note.method;
    entry.path = cut(note.path, text_bytes_max);
    entry.status = note.status;
    entry.code = note.code;
    entry.duration = note.duration;
    entry.bytes_in = note.bytes_in;
    entry.bytes_out = note.bytes_out;
    entry.request = cut(note.request, text_bytes_max);
    entry.response = cut(note.response, text_bytes_max);
    newest_[std::move(kind)] = entry.id;
    if (entries_.size() <= entries_max) return;
    entries_.pop_front();
    if (newest_.size() <= entries_max) return;
    std::erase_if(newest_, [this](const auto& each) NO_THREAD_SAFETY_ANALYSIS {
        return each.second < entries_.front().id;
    });
}

base::Json Activity::json_of(const Entry& entry) {
    const double millis = std::chrono::duration<double, std::milli>(entry.duration).count();
    return base::Json::Object{{"id", entry.id},
                              {"count", entry.count},
                              {"first", base::format_iso8601_ms(entry.first)},
                              {"time", base::format_iso8601_ms(entry.last)},
                              {"requestId", entry.request_id},
                              {"principal", entry.principal},
                              {"agent", entry.agent},
                              {"service", entry.service},
                              {"operation", entry.operation},
                              {"method", entry.method},
                              {"path", entry.path},
                              {"status", entry.status},
                              {"code", entry.code},
                              {"millis", millis / static_cast<double>(entry.count)},
                              {"bytesIn", entry.bytes_in},
                              {"bytesOut", entry.bytes_out},
                              {"request", entry.request},
                              {"response", entry.response}};
}

base::Json Activity::after(uint64_t version) const {
    base::Json list{base::Json::Array{}};
    base::MutexLock lock(mutex_);
    for (const Entry& entry : entries_) {
        if (entry.version > version) list.push(json_of(entry));
    }
    base::Json answer;
    answer.set("version", version_);
    answer.set("entries", std::move(list));
    return answer;
}

}  // namespace wr::server
