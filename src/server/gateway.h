#pragma once
// The gateway: the one path from a request's bytes to a service and back.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "auth/aws_chunked.h"
#include "auth/evaluate.h"
#include "auth/sigv4.h"
#include "base/clock.h"
#include "base/random.h"
#include "http/message.h"
#include "server/activity.h"
#include "server/metrics.h"
#include "wire/protocol.h"
#include "wire/validate.h"

namespace wr::server {

struct GatewayOptions {
    std::string account;           ///< owner of everything on this server
    std::string region;            ///< of requests whose signature names none
    bool any_credentials = false;  ///< believe every key id: loopback only, for drop-in use
};

/// @threads any; `serve` blocks as long as the operation does, unless it is a quick one
class Gateway {
public:
    Gateway(GatewayOptions options,
            std::vector<wire::ServiceBase*> services,
            auth::CredentialSource& credentials,
            auth::PolicySource& policies,
            const base::Clock& clock,
            base::Random& random,
            Metrics& metrics,
            Activity& activity);

    /// Whether `serve` may be called on an event loop's thread.
    bool is_quick(const http::Request& request) const;
    void serve(const std::shared_ptr<const http::Request>& request, const http::Respond& respond);

private:
    /// What the steps hand on to one another.
    struct Call {
        std::shared_ptr<const http::Request> request;
        std::string request_id;
        base::Timestamp time;
        wire::Route route;
        auth::Family family = auth::Family::Json;
        wire::ServiceBase* service = nullptr;
        auth::Authenticated authenticated;
        wire::CallContext context;
        std::string decoded_payload;
        wire::AnyStruct input;
        wire::AnyStruct output;
        base::MonotonicTime started;
    };
    using Step = wire::ApiResult<void>;

    Step route(Call& call) const;
    Step authenticate(Call& call);
    Step unwrap_payload(Call& call) const;
    Step decode(Call& call) const;
    Step validate(Call& call);
    Step authorise(Call& call);
    Step invoke(Call& call) const;
    wire::ApiResult<void> run(Call& call);
    http::Response answer(Call& call, const Step& done);
    void record(const Call& call,
                const http::Response& response,
                const std::string& error_code,
                std::chrono::nanoseconds duration) const;

    const GatewayOptions options_;
    std::vector<wire::ServiceBase*> services_;
    wire::Router router_;
    wire::Validator validator_;
    std::set<std::string, std::less<>> quick_targets_;  ///< values of X-Amz-Target
    auth::CredentialSource& credentials_;
    auth::PolicySource& policies_;
    const base::Clock& clock_;
    base::Random& random_;
    Metrics& metrics_;
    Activity& activity_;
};

}  // namespace wr::server
