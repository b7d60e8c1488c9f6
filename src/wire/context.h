#pragma once
// CallContext: who calls, where and when; what a handler may know of its request beside the input.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "wire/pending.h"

namespace wr::wire {

enum class PrincipalKind { Anonymous, Root, User, AssumedRole };

/// Set by authentication, never from what a client claims.
struct Principal {
    PrincipalKind kind = PrincipalKind::Anonymous;
    std::string account;  ///< twelve digits; empty for anonymous
    std::string arn;      ///< as GetCallerIdentity prints it
    std::string user_id;  ///< AIDA..., AROA...:session, or the account for root
    std::string access_key_id;
    std::string role_arn;        ///< assumed roles: the role behind the session
    std::string session_policy;  ///< JSON of an inline session policy, or empty
    std::map<std::string, std::string> tags;
    /// Condition keys that the session carries (aws:FederatedProvider,
    /// cognito-identity.amazonaws.com:sub ...).
    std::map<std::string, std::string> session_context;
};

struct CallContext {
    Principal principal;
    std::string account;  ///< the account that owns what is acted on
    std::string region;
    std::string request_id;
    std::string endpoint;  ///< http://host:port as the client wrote it
    base::Timestamp time;
    std::shared_ptr<const http::Request> request;
    /// Body after aws-chunked decoding and signature checks; streaming payloads read this.
    std::string_view payload;
    /// Further response headers that no output member stands for.
    http::Headers response_headers;
    /// Set by a handler whose answer is an event stream: makes the body, instead of the output.
    std::function<void(std::shared_ptr<http::BodyWriter>)> stream_body;
    /// Set by a handler whose outcome is still to come.
    std::shared_ptr<Pending> pending;
};

/// One question to the policies: may the principal do `action` on `resource`?
struct AccessRequest {
    std::string action;    ///< kinesis:PutRecords
    std::string resource;  ///< ARN, or * where the action has none
    std::map<std::string, std::string>
        context;  ///< condition keys known from the request, e.g. s3:prefix
};

}  // namespace wr::wire
