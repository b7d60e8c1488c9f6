// Clients that share one pool of connections and sign with the same keys.
#include "fleet/aws.h"

namespace wr::fleet {

Aws::Aws(const AwsOptions& options, const base::Clock& clock)
    : region(options.region),
      endpoint(options.endpoint),
      http_(http::Client::create({.endpoint = options.endpoint, .trust_file = options.trust_file})),
      wire_(*http_,
            [credentials = options.credentials, region = options.region, &clock](
                http::Request& request, std::string_view service) {
                auth::sign(request, credentials, {std::string(service), region}, clock.now());
            }) {}

}  // namespace wr::fleet
