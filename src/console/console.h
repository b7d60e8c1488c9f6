#pragma once
// The console under /_/: embedded page, session, private API.

#include <memory>

#include "console/private_api.h"
#include "console/session.h"
#include "http/message.h"

namespace wr::console {

/// @threads any
class Console {
public:
    Console(Session session, PrivateApiOptions options);
    http::Response handle(const http::Request& request);

private:
    http::Response page(const http::Request& request, std::string_view path) const;

    const Session session_;
    PrivateApi api_;
};

}  // namespace wr::console
