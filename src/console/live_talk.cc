// Messages of the live feed: names first, rows after them.
#include "console/live_talk.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/json.h"
#include "gen/console/types.h"

namespace wr::console {
namespace {

using api::LiveHeader;
using api::LiveName;
using api::LiveRow;
using std::chrono::milliseconds;

constexpr int64_t per_second_max = 10;
/// Names of one message: a fleet of any size is named in pieces that a slow client can take.
constexpr uint32_t names_max = 20'000;

template <typename T>
T clamped(double value) {
    constexpr auto least = static_cast<double>(std::numeric_limits<T>::min());
    constexpr auto most = static_cast<double>(std::numeric_limits<T>::max());
    return static_cast<T>(std::clamp(std::round(value), least, most));
}

int16_t points(const std::optional<double>& value) {
    if (!value) return static_cast<int16_t>(LiveRow::unknown_points_value);
    const auto tenths = clamped<int16_t>(*value * LiveRow::points_per_value);
    // The least number says that the points are unknown.
    return std::max<int16_t>(tenths, std::numeric_limits<int16_t>::min() + 1);
}

LiveRow row_of(const fleet::LiveUnicorn& unicorn, uint32_t index, base::MonotonicTime now) {
    const double age = std::chrono::duration<double>(now - unicorn.seen).count();
    LiveRow row;
    row.index = index;
    row.lon = clamped<int32_t>(unicorn.longitude * LiveRow::degrees_per_value);
    row.lat = clamped<int32_t>(unicorn.latitude * LiveRow::degrees_per_value);
    row.health = points(unicorn.health_points);
    row.magic = points(unicorn.magic_points);
    row.speed = clamped<uint16_t>(unicorn.metres_per_second * LiveRow::metres_per_value);
    row.age = clamped<uint16_t>(age * LiveRow::seconds_per_value);
    return row;
}

LiveHeader header_of(const fleet::LiveView& view, int64_t kind, base::Timestamp now) {
    LiveHeader header;
    header.magic = static_cast<uint32_t>(LiveHeader::magic_value);
    header.kind = static_cast<uint16_t>(kind);
    header.generation = view.generation;
    header.server_time = static_cast<double>(now.time_since_epoch().count());
    header.records = static_cast<double>(view.records);
    header.unreadable = static_cast<double>(view.unreadable);
    return header;
}

}  // namespace

LiveTalk::LiveTalk(const fleet::LiveFleet& fleet, const base::Clock& clock)
    : fleet_(fleet), clock_(clock) {}

std::optional<http::WebSocketMessage> LiveTalk::next(base::MonotonicTime now) {
    if (now < due_) return std::nullopt;
    http::WebSocketMessage message;
    fleet_.look([&](const fleet::LiveView& view) {
        if (view.generation != generation_) {
            generation_ = view.generation;
            named_ = 0;
            sent_version_ = 0;
        }
        message.payload = named_ < view.unicorns.size() ? names(view) : rows(view, now);
    });
    return message;
}

void LiveTalk::received(std::string_view text) {
    const auto said = base::parse_json(text);
    if (!said) return;
    const int64_t per_second = (*said)["perSecond"].as_int();
    if (per_second < 1 || per_second > per_second_max) return;
    interval_ = milliseconds{1'000 / per_second};
    due_ = {};
}

std::string LiveTalk::names(const fleet::LiveView& view) {
    const auto end =
        static_cast<uint32_t>(std::min<size_t>(view.unicorns.size(), named_ + names_max));
    LiveHeader header = header_of(view, LiveHeader::kind_names_value, clock_.now());
    header.count = end - named_;
    std::string out;
    header.append_to(out);
    for (; named_ < end; ++named_) {
        const std::string& text = view.unicorns[named_].name;
        LiveName name;
        name.index = named_;
        name.text_bytes = static_cast<uint16_t>(text.size());
        name.append_to(out);
        out += text;
    }
    return out;
}

std::string LiveTalk::rows(const fleet::LiveView& view, base::MonotonicTime now) {
    due_ = now + interval_;
    LiveHeader header = header_of(view, LiveHeader::kind_rows_value, clock_.now());
    header.row_bytes = LiveRow::size_bytes;
    std::string body;
    for (uint32_t i = 0; i < view.unicorns.size(); ++i) {
        if (view.unicorns[i].version <= sent_version_) continue;
        row_of(view.unicorns[i], i, now).append_to(body);
        ++header.count;
    }
    sent_version_ = view.version;
    std::string out;
    out.reserve(LiveHeader::size_bytes + body.size());
    header.append_to(out);
    return out + body;
}

}  // namespace wr::console
