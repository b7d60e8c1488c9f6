#pragma once
// What the page asks beyond AWS: its configuration, alerts, and queries on the archive.
//
// Everything is answered over the public APIs, with the server's own keys, like any other client.

#include <memory>
#include <string>

#include "base/json.h"
#include "http/client.h"
#include "http/message.h"
#include "wire/client.h"

namespace wr::console {

struct PrivateApiOptions {
    std::string endpoint;
    std::string account;
    std::string region;
    wire::Signer signer;
};

/// @threads any; blocks for the calls it makes
class PrivateApi {
public:
    explicit PrivateApi(PrivateApiOptions options);
    /// `path` is what follows /_/api.
    http::Response handle(const http::Request& request, std::string_view path);

private:
    http::Response config();
    http::Response alerts();
    http::Response start_query(const http::Request& request);
    http::Response query(const std::string& id);

    const PrivateApiOptions options_;
    std::unique_ptr<http::Client> http_;
    wire::Client client_;
};

}  // namespace wr::console
