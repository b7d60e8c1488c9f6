#pragma once
// One page's share of the live feed: the newest reading of each unicorn that changed since the last
// message, as rows of 20 bytes. Frames: schema/console.json.

#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "fleet/live_fleet.h"
#include "http/websocket.h"

namespace wr::console {

/// What the client tells: {"perSecond": 1 to 10}.
class LiveTalk final : public http::WebSocketTalk {
public:
    LiveTalk(const fleet::LiveFleet& fleet, const base::Clock& clock);

    std::optional<http::WebSocketMessage> next(base::MonotonicTime now) override;
    void received(std::string_view text) override;

private:
    std::string names(const fleet::LiveView& view);
    std::string rows(const fleet::LiveView& view, base::MonotonicTime now);

    const fleet::LiveFleet& fleet_;
    const base::Clock& clock_;
    std::chrono::milliseconds interval_{1'000};
    base::MonotonicTime due_{};
    uint32_t generation_ = 0;
    uint32_t named_ = 0;  ///< indexes below it have been named
    uint64_t sent_version_ = 0;
};

}  // namespace wr::console
