#pragma once
// The console under /_/: embedded page, session, private API.

#include <memory>

#include "base/clock.h"
#include "console/private_api.h"
#include "console/session.h"
#include "http/message.h"
#include "http/websocket.h"

namespace wr::console {

/// @threads any
class Console {
public:
    Console(Session session, PrivateApiOptions options, const base::Clock& clock);
    http::Response handle(const http::Request& request);
    /// The socket of a live feed, when its handshake has been answered.
    void take_feed(const std::string& ticket, http::TakenSocket socket) {
        feeds_->take(ticket, std::move(socket));
    }
    /// Ends the live feeds. Idempotent.
    void stop();

private:
    http::Response page(const http::Request& request, std::string_view path) const;

    http::Response api(const http::Request& request, std::string_view path);

    const Session session_;
    const base::Clock& clock_;
    const fleet::LiveFleet& fleet_;
    PrivateApi api_;
    const std::unique_ptr<http::WebSocketHub> feeds_;
};

}  // namespace wr::console
