#pragma once
// What every command shares: where the server is, with which keys, and how failures are told.
//
// Endpoint: --endpoint-url, AWS_ENDPOINT_URL, DIR/endpoint, http://127.0.0.1:4566. Keys: AWS_*,
// then DIR/credentials.json. DIR: --data, WILDRYDES_DATA, ./wildrydes-data.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "cli/signals.h"
#include "fleet/aws.h"
#include "wire/error.h"

namespace wr::cli {

/// Flags that every command takes.
struct CommonFlags {
    std::string endpoint_url;
    std::string region;
    std::string data_directory;
};

struct Keys {
    std::string account;  ///< empty when the keys come from AWS_*
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;
    std::string region;  ///< of credentials.json
};

class Context {
public:
    explicit Context(const CommonFlags& flags);

    const std::string& data_directory() const { return data_directory_; }
    std::string endpoint() const;
    std::string region() const;
    /// The file with the authority behind an https endpoint: of AWS_CA_BUNDLE, else the data
    /// directory's own. Empty when there is none.
    std::string trust_file() const;
    /// The same of the data directory alone, as an absolute path.
    std::string stored_trust_file() const;
    /// Of AWS_*, else of the data directory; empty when there are none.
    std::optional<Keys> keys() const;
    /// Of the data directory alone.
    std::optional<Keys> stored_keys() const;
    /// Clients for the server. Without keys: says so and returns null.
    fleet::Aws* aws();
    /// What signs in to the console's private API; of the data directory, empty without one.
    std::string console_token() const;
    /// The endpoint without credentials.
    http::Client& http(std::chrono::milliseconds request_timeout = std::chrono::seconds{5});

    const base::Clock& clock() const { return clock_; }
    Signals& signals() { return signals_; }

private:
    const CommonFlags flags_;
    const std::string data_directory_;
    Signals signals_;
    base::SystemClock clock_;
    std::unique_ptr<fleet::Aws> aws_;
    std::unique_ptr<http::Client> http_;
};

std::string environment(const char* name);
/// Tells a failed call on standard error; its exit code.
int report(const wire::ApiError& error, const std::string& endpoint);
int fail(int exit_code, const std::string& message);

}  // namespace wr::cli
