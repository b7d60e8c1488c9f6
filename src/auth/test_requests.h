#pragma once
// What the tests of authentication share: one known key, requests from parts.

#include <string>
#include <utility>
#include <vector>

#include "auth/credential.h"
#include "base/time_format.h"
#include "http/message.h"

namespace wr::auth::testing_support {

using base::Timestamp;
using Pairs = std::vector<std::pair<std::string, std::string>>;

class OneKey final : public CredentialSource {
public:
    explicit OneKey(std::string id, std::string secret, std::string token = "")
        : id_(std::move(id)), secret_(std::move(secret)), token_(std::move(token)) {}

    base::Result<Credential, CredentialProblem> find(std::string_view access_key_id,
                                                     std::string_view session_token,
                                                     Timestamp) override {
        if (access_key_id != id_) return base::fail(CredentialProblem::UnknownKey);
        if (session_token != token_) return base::fail(CredentialProblem::InvalidToken);
        if (expired) return base::fail(CredentialProblem::ExpiredToken);
        Credential credential;
        credential.secret = secret_;
        credential.principal.kind = wire::PrincipalKind::User;
        credential.principal.arn = "arn:aws:iam::123456789012:user/rider";
        return credential;
    }
    bool expired = false;

private:
    std::string id_;
    std::string secret_;
    std::string token_;
};

inline Timestamp at(std::string_view text) {
    return *base::parse_basic(text);
}

inline http::Request make_request(std::string method,
                                  std::string target,
                                  const Pairs& headers,
                                  std::string_view body = "") {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    request.body = body;
    request.peer_address = "127.0.0.1";
    return request;
}

}  // namespace wr::auth::testing_support
