#pragma once
// The console's own sign-in: a token that `wildrydes up` prints, kept as a cookie.

#include <string>
#include <string_view>

#include "http/message.h"

namespace wr::console {

/// The token lives in the data directory, so that `wildrydes open` finds it and a restart keeps it.
class Session {
public:
    explicit Session(std::string token) : token_(std::move(token)) {}
    bool is_signed_in(const http::Request& request) const;
    bool is_token(std::string_view candidate) const;
    /// Set-Cookie: HttpOnly, SameSite=Strict, for /_/ only. Browsers share cookies between the
    /// ports of a host: each port that is asked, as `host` says, has one of its own, so that two
    /// servers of a machine do not sign each other's users out.
    std::string cookie(std::string_view host) const;

private:
    const std::string token_;
};

}  // namespace wr::console
