// Events: put, read page by page, searched.
#include <stdio.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/json.h"
#include "gen/logs/errors.h"
#include "services/logs/api/service.h"

namespace wr::logs::api {

namespace {

using namespace std::chrono_literals;

constexpr int64_t page_events_max = 10'000;
constexpr size_t page_bytes_max = 1024 * 1024;
constexpr size_t put_bytes_max = 1024 * 1024;
constexpr size_t event_overhead_bytes = 26;
constexpr auto too_old = 14 * 24h;
constexpr auto too_new = 2h;
constexpr auto batch_span_max = 24h;

/// f/<ms>/<index>: after that event; b/...: before it.
std::string page_token(char direction, const Position& position) {
    return std::string(1, direction) + "/" + std::to_string(milliseconds(position.time)) + "/" +
           std::to_string(position.index);
}

std::optional<std::pair<char, Position>> parse_token(const std::string& token) {
    if (token.size() < 5 || (token[0] != 'f' && token[0] != 'b') || token[1] != '/') {
        return std::nullopt;
    }
    const size_t slash = token.find('/', 2);
    if (slash == std::string::npos) return std::nullopt;
    int64_t time = 0;
    uint64_t index = 0;
    const char* start = token.data();
    const auto first = std::from_chars(start + 2, start + slash, time);
    const auto second = std::from_chars(start + slash + 1, start + token.size(), index);
    if (first.ec != std::errc() || first.ptr != start + slash || second.ec != std::errc() ||
        second.ptr != start + token.size()) {
        return std::nullopt;
    }
    return std::pair(token[0], Position{timestamp(time), index});
}

TimeRange range_of(const std::optional<int64_t>& from, const std::optional<int64_t>& until) {
    TimeRange range;
    if (from) range.from = timestamp(*from);
    if (until) range.until = timestamp(*until);
    return range;
}

/// Pages end at a megabyte of text.
void cut_page(std::vector<StoredEvent>& events, bool at_tail) {
    size_t bytes = 0;
    size_t count = 0;
    const size_t total = events.size();
    while (count < total) {
        const auto& event = at_tail ? events[count] : events[total - 1 - count];
        bytes += event.message.size() + event_overhead_bytes;
        if (bytes > page_bytes_max && count > 0) break;
        ++count;
    }
    const auto size = static_cast<ptrdiff_t>(count);
    if (at_tail) {
        events.erase(events.begin() + size, events.end());
    } else {
        events.erase(events.begin(), events.end() - size);
    }
}

std::string event_id(const StoredEvent& event) {
    // Digits alone, unique in a group, growing with time: what clients tell repetitions by.
    uint64_t hash = 14'695'981'039'346'656'037ULL;
    for (char c : event.stream) hash = (hash ^ static_cast<uint8_t>(c)) * 1'099'511'628'211ULL;
    char text[64];
    snprintf(text,
             sizeof(text),
             "%016lld%020llu%020llu",
             static_cast<long long>(milliseconds(event.position.time)),
             static_cast<unsigned long long>(event.position.index),
             static_cast<unsigned long long>(hash));
    return text;
}

std::string search_token(const StoredEvent& event) {
    base::Json json{base::Json::Object{}};
    json.set("t", milliseconds(event.position.time));
    json.set("i", event.position.index);
    json.set("s", event.stream);
    return base::base64_encode(json.dump());
}

std::optional<StoredEvent> parse_search_token(const std::string& token) {
    const auto text = base::base64_decode(token);
    if (!text) return std::nullopt;
    const auto json = base::parse_json(*text);
    if (!json || !(*json)["t"].is_int() || !(*json)["i"].is_int()) return std::nullopt;
    StoredEvent event;
    event.position = {timestamp((*json)["t"].as_int()),
                      static_cast<uint64_t>((*json)["i"].as_int())};
    event.stream = (*json)["s"].as_string();
    return event;
}

}  // namespace

ApiResult<model::PutLogEventsOutput> LogsService::put_log_events(
    const model::PutLogEventsInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, std::nullopt, context));
    const auto now = clock_.now();
    std::vector<Event> events;
    model::RejectedLogEventsInfo rejected;
    size_t bytes = 0;
    int64_t index = 0;
    for (const model::InputLogEvent& each : *input.log_events) {
        const auto time = timestamp(*each.timestamp);
        bytes += each.message->size() + event_overhead_bytes;
        if (index > 0 && *each.timestamp < *(*input.log_events)[index - 1].timestamp) {
            return base::fail(invalid_parameter(
                "Log events in a single PutLogEvents request must be in chronological order."));
        }
        if (time < now - too_old) {
            rejected.too_old_log_event_end_index = index + 1;
        } else if (time > now + too_new) {
            if (!rejected.too_new_log_event_start_index) {
                rejected.too_new_log_event_start_index = index;
            }
        } else {
            events.push_back({time, *each.message});
        }
        ++index;
    }
    if (bytes > put_bytes_max) {
        return base::fail(invalid_parameter("Upload too large: " + std::to_string(bytes) +
                                            " bytes exceeds limit of 1048576"));
    }
    if (!events.empty() && events.back().time - events.front().time > batch_span_max) {
        return base::fail(invalid_parameter(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 "
            "hours."));
    }
    const auto stored = engine_.put_events(name, *input.log_stream_name, events);
    if (!stored) return base::fail(to_api_error(stored.error()));
    model::PutLogEventsOutput output;
    char token[64];
    snprintf(token, sizeof(token), "%056lld", static_cast<long long>(milliseconds(now)));
    output.next_sequence_token = token;
    if (rejected.too_new_log_event_start_index || rejected.too_old_log_event_end_index) {
        output.rejected_log_events_info = rejected;
    }
    return output;
}

ApiResult<model::GetLogEventsOutput> LogsService::get_log_events(
    const model::GetLogEventsInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, input.log_group_identifier, context));
    std::optional<Position> after;
    std::optional<Position> before;
    bool from_head = input.start_from_head.value_or(false);
    if (input.next_token) {
        const auto token = parse_token(*input.next_token);
        if (!token) return base::fail(invalid_parameter("The specified nextToken is invalid."));
        from_head = token->first == 'f';
        (from_head ? after : before) = token->second;
    }
    WR_LOGS_TRY(auto events,
                engine_.get_events(name,
                                   *input.log_stream_name,
                                   range_of(input.start_time, input.end_time),
                                   after,
                                   before,
                                   from_head,
                                   static_cast<size_t>(input.limit.value_or(page_events_max))));
    cut_page(events, from_head);
    model::GetLogEventsOutput output;
    output.events.emplace();
    for (StoredEvent& event : events) {
        model::OutputLogEvent& entry = output.events->emplace_back();
        entry.timestamp = milliseconds(event.position.time);
        entry.ingestion_time = milliseconds(event.ingested);
        entry.message = std::move(event.message);
    }
    // At an end of the stream the token stays the one that was given.
    const Position here = after    ? *after
                          : before ? *before
                                   : Position{timestamp(input.start_time.value_or(0)), 0};
    output.next_forward_token = page_token('f', events.empty() ? here : events.back().position);
    output.next_backward_token = page_token('b', events.empty() ? here : events.front().position);
    return output;
}

ApiResult<model::FilterLogEventsOutput> LogsService::filter_log_events(
    const model::FilterLogEventsInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, input.log_group_identifier, context));
    if (input.log_stream_names && input.log_stream_name_prefix) {
        return base::fail(invalid_parameter(
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters."));
    }
    Filter filter;
    filter.streams = input.log_stream_names.value_or(std::vector<std::string>());
    filter.stream_prefix = input.log_stream_name_prefix.value_or("");
    filter.range = range_of(input.start_time, input.end_time);
    // A search's end is inclusive, that of a page of events is not.
    if (filter.range.until) *filter.range.until += 1ms;
    filter.pattern = input.filter_pattern.value_or("");
    if (input.next_token) {
        filter.after = parse_search_token(*input.next_token);
        if (!filter.after) {
            return base::fail(invalid_parameter("The specified nextToken is invalid."));
        }
    }
    const auto count_max = static_cast<size_t>(input.limit.value_or(page_events_max));
    WR_LOGS_TRY(auto events, engine_.filter_events(name, filter, count_max));
    const size_t found = events.size();
    cut_page(events, true);
    model::FilterLogEventsOutput output;
    if (found == count_max || events.size() < found)
        output.next_token = search_token(events.back());
    output.events.emplace();
    output.searched_log_streams.emplace();
    for (StoredEvent& event : events) {
        model::FilteredLogEvent& entry = output.events->emplace_back();
        entry.event_id = event_id(event);
        entry.log_stream_name = event.stream;
        entry.timestamp = milliseconds(event.position.time);
        entry.ingestion_time = milliseconds(event.ingested);
        entry.message = std::move(event.message);
    }
    return output;
}

}  // namespace wr::logs::api
