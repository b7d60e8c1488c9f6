#pragma once
// Which service, operation and protocol a request means. Looks at syntax alone; authentication is
// not its business.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/codec_query.h"
#include "wire/shape.h"
#include "wire/uri_template.h"

namespace wr::wire {

enum class Encoding { Json, Cbor, RpcCbor, RestJson, RestXml, Query };

struct Route {
    const ServiceModel* model = nullptr;
    const Operation* operation = nullptr;
    Encoding encoding = Encoding::Json;
    Parameters labels;  ///< REST: decoded path labels
    Parameters query;   ///< REST: decoded query parameters
    FormFields form;    ///< Query
};

/// What could not be routed, with as much of the route as was found, so that the error speaks the
/// right protocol.
struct RouteFailure {
    Route route;
    ApiError error;
};

class Router {
public:
    explicit Router(std::vector<const ServiceModel*> models);
    ~Router();
    /// @param scope_service  service named by the credential scope, or empty for unsigned requests
    base::Result<Route, RouteFailure> route(const http::Request& request,
                                            std::string_view scope_service) const;

private:
    struct RestOperation;
    base::Result<Route, RouteFailure> route_target(const http::Request& request,
                                                   const std::string& target) const;
    base::Result<Route, RouteFailure> route_rpc(const http::Request& request) const;
    base::Result<Route, RouteFailure> route_query(FormFields form,
                                                  std::string_view scope_service) const;
    base::Result<Route, RouteFailure> route_rest(const ServiceModel& model,
                                                 const http::Request& request,
                                                 const std::string& path) const;
    const ServiceModel* rest_model(const http::Request& request,
                                   std::string_view scope_service) const;

    std::vector<const ServiceModel*> models_;
    std::vector<RestOperation> rest_;
};

/// S3's virtual-host style: "/key" on bucket.s3.localhost becomes "/bucket/key".
std::string path_with_bucket(const http::Request& request);

}  // namespace wr::wire
