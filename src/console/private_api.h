#pragma once
// What the page asks beyond AWS: its configuration, alerts, and queries on the archive.
//
// Everything is answered over the public APIs, with the server's own keys, like any other client.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "console/map_source.h"
#include "fleet/fleet_watch.h"
#include "gen/console/types.h"
#include "http/client.h"
#include "http/message.h"
#include "wire/client.h"

namespace wr::console {

/// The stream that the map and the alerts are about.
constexpr const char* fleet_stream_name = "wildrydes";

struct PrivateApiOptions {
    std::string endpoint;
    std::string account;
    std::string region;
    wire::Signer signer;
    /// Newest readings and alerts; outlives the console.
    fleet::FleetWatch* watch = nullptr;
    /// Whether the demo's pipeline is being created at this moment.
    std::function<bool()> is_setting_up = [] { return false; };
    MapSource map;
    /// The fleet of the server itself, and what is to become of it. Does not wait.
    std::function<api::FleetState()> fleet = [] { return api::FleetState(); };
    std::function<base::Result<void>(const api::FleetRequest&)> set_fleet;
    /// Counters of what moves: streams, applications, deliveries.
    std::function<base::Json()> pulse = [] { return base::Json(); };
    /// What moves inside of an SQL application.
    std::function<api::TapAnswer(const std::string& application)> tap = [](const std::string&) {
        return api::TapAnswer();
    };
    /// The deployment package of a function, a zip file.
    std::function<base::Result<std::string>(const std::string& function)> function_code;
    /// What one of the last invocations of a function was given and answered.
    std::function<std::optional<api::InvocationTalk>(const std::string& function,
                                                     const std::string& request_id)>
        invocation;
    /// Copies everything into a new directory of this machine, given by its absolute path.
    std::function<base::Result<base::Json>(const std::string& directory)> back_up;
    /// Requests after the one with this number, oldest first.
    std::function<base::Json(uint64_t after)> activity = [](uint64_t) { return base::Json(); };
};

/// @threads any; blocks for the calls it makes
class PrivateApi {
public:
    explicit PrivateApi(PrivateApiOptions options);
    /// `path` is what follows /_/api.
    http::Response handle(const http::Request& request, std::string_view path);
    const MapSource& map() const { return options_.map; }

private:
    http::Response config();
    http::Response alerts(const http::Request& request) const;
    http::Response change_alerts(const http::Request& request, std::string_view what) const;
    http::Response activity(const http::Request& request) const;
    http::Response function_code(const http::Request& request) const;
    http::Response invocation(const http::Request& request) const;
    http::Response back_up(const http::Request& request) const;
    http::Response set_fleet(const http::Request& request) const;
    http::Response start_query(const http::Request& request);
    http::Response query(const std::string& id);

    const PrivateApiOptions options_;
    const std::string program_;
    std::unique_ptr<http::Client> http_;
    wire::Client client_;
};

}  // namespace wr::console
