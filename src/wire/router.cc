// Routing: X-Amz-Target, then Action, then REST templates; the most specific template wins.
#include "wire/router.h"

#include <algorithm>

#include "base/encoding.h"

namespace wr::wire {

struct Router::RestOperation {
    const ServiceModel* model;
    const Operation* operation;
    UriTemplate uri;
    std::vector<std::string_view> required_headers;

    size_t specificity() const {
        return 16 * (uri.fixed_query().size() + operation->required_query.size() +
                     required_headers.size()) +
               2 * uri.literal_segments() + (operation->is_modelled ? 1 : 0);
    }
    bool requirements_met(const http::Request& request, const Parameters& query) const {
        for (const auto name : operation->required_query) {
            if (find_parameter(query, name) == nullptr) return false;
        }
        for (const auto name : required_headers) {
            if (request.headers.find(name) == nullptr) return false;
        }
        return true;
    }
};

namespace {

const Operation* find_operation(const ServiceModel& model, std::string_view name) {
    for (const Operation& operation : model.operations) {
        if (operation.name == name) return &operation;
    }
    return nullptr;
}

bool is_rest(const ServiceModel& model) {
    return model.protocol == Protocol::RestJson || model.protocol == Protocol::RestXml;
}

/// Only a header that tells operations apart decides the route; the rest is the validator's.
std::vector<std::string_view> deciding_headers(const Operation& operation) {
    std::vector<std::string_view> names;
    if (operation.input == nullptr) return names;
    for (const Member& member : operation.input->members) {
        if (member.required && member.location == Location::Header &&
            member.wire_name == "x-amz-copy-source")
            names.push_back(member.wire_name);
    }
    return names;
}

bool looks_like_dated_path(std::string_view path) {
    // "/2015-03-31/..." is Lambda's.
    if (path.size() < 12 || path[0] != '/' || path[5] != '-' || path[8] != '-' || path[11] != '/')
        return false;
    for (const size_t i : {1, 2, 3, 4, 6, 7, 9, 10}) {
        if (path[i] < '0' || path[i] > '9') return false;
    }
    return true;
}

}  // namespace

std::string path_with_bucket(const http::Request& request) {
    std::string host(request.headers.get("Host"));
    host = host.substr(0, host.find(':'));
    for (const std::string_view base : {std::string_view(".s3.localhost"),
                                        std::string_view(".s3.localhost.localdomain"),
                                        std::string_view(".localhost")}) {
        if (host.size() > base.size() && host.ends_with(base)) {
            const std::string bucket = host.substr(0, host.size() - base.size());
            if (bucket == "s3") break;
            return "/" + bucket + std::string(request.path());
        }
    }
    return std::string(request.path());
}

Router::Router(std::vector<const ServiceModel*> models) : models_(std::move(models)) {
    for (const ServiceModel* model : models_) {
        if (!is_rest(*model)) continue;
        for (const Operation& operation : model->operations)
            rest_.push_back(
                {model, &operation, UriTemplate(operation.uri), deciding_headers(operation)});
    }
    std::stable_sort(
        rest_.begin(), rest_.end(), [](const RestOperation& a, const RestOperation& b) {
            return a.specificity() > b.specificity();
        });
}

Router::~Router() = default;

base::Result<Route, RouteFailure> Router::route(const http::Request& request,
                                                std::string_view scope_service) const {
    if (request.headers.get("smithy-protocol") == "rpc-v2-cbor") return route_rpc(request);
    if (const std::string* target = request.headers.find("X-Amz-Target"))
        return route_target(request, *target);
    const std::string content_type(request.headers.get("Content-Type"));
    const bool is_form =
        request.method == "POST" && content_type.starts_with("application/x-www-form-urlencoded");
    if (request.path() == "/" &&
        (is_form || request.query().find("Action=") != std::string_view::npos)) {
        auto form = parse_form(is_form && !request.body.empty() ? request.body : request.query());
        if (form && form->contains("Action")) return route_query(*std::move(form), scope_service);
    }
    const ServiceModel* model = rest_model(request, scope_service);
    if (model == nullptr)
        return base::fail(
            RouteFailure{Route{}, ApiError{"UnknownOperationException", "", 404, {}, {}}});
    return route_rest(*model,
                      request,
                      model->protocol == Protocol::RestXml ? path_with_bucket(request)
                                                           : std::string(request.path()));
}

base::Result<Route, RouteFailure> Router::route_target(const http::Request& request,
                                                       const std::string& target) const {
    Route route;
    route.encoding = request.headers.get("Content-Type").find("cbor") != std::string_view::npos
                         ? Encoding::Cbor
                         : Encoding::Json;
    const size_t dot = target.rfind('.');
    for (const ServiceModel* model : models_) {
        if (model->protocol != Protocol::Json || dot == std::string::npos ||
            target.substr(0, dot) != model->target_prefix)
            continue;
        route.model = model;
        route.operation = find_operation(*model, target.substr(dot + 1));
        if (route.operation != nullptr && route.operation->is_modelled) return route;
    }
    return base::fail(RouteFailure{route, ApiError{"UnknownOperationException", "", 400, {}, {}}});
}

/// "/service/Granite.../operation/GetMetricData"; what stands before it is the endpoint's own path.
base::Result<Route, RouteFailure> Router::route_rpc(const http::Request& request) const {
    constexpr std::string_view service_word = "/service/";
    constexpr std::string_view operation_word = "/operation/";
    Route route;
    route.encoding = Encoding::RpcCbor;
    const std::string_view path = request.path();
    const size_t service = path.rfind(service_word);
    const size_t operation = path.rfind(operation_word);
    if (request.method == "POST" && service != std::string_view::npos &&
        operation != std::string_view::npos && service + service_word.size() <= operation) {
        const std::string_view name =
            path.substr(service + service_word.size(), operation - service - service_word.size());
        for (const ServiceModel* model : models_) {
            if (!model->speaks_rpc_cbor || model->target_prefix != name) continue;
            route.model = model;
            route.operation =
                find_operation(*model, path.substr(operation + operation_word.size()));
            if (route.operation != nullptr && route.operation->is_modelled) return route;
        }
    }
    return base::fail(RouteFailure{route, ApiError{"UnknownOperationException", "", 404, {}, {}}});
}

base::Result<Route, RouteFailure> Router::route_query(FormFields form,
                                                      std::string_view scope_service) const {
    Route route;
    route.encoding = Encoding::Query;
    const std::string action = form["Action"];
    const std::string version = form["Version"];
    route.form = std::move(form);
    for (const ServiceModel* model : models_) {
        if (model->protocol != Protocol::Query && !model->speaks_query) continue;
        if (version.empty() ? model->signing_name != scope_service : model->api_version != version)
            continue;
        route.model = model;
        route.operation = find_operation(*model, action);
        if (route.operation != nullptr && route.operation->is_modelled) return route;
        return base::fail(RouteFailure{route, unknown_operation(*model, action, Protocol::Query)});
    }
    return base::fail(
        RouteFailure{route,
                     ApiError{"InvalidAction",
                              "Could not find operation " + action + " for version " +
                                  (version.empty() ? "NO_VERSION_SPECIFIED" : version),
                              400,
                              {},
                              {}}});
}

const ServiceModel* Router::rest_model(const http::Request& request,
                                       std::string_view scope_service) const {
    const ServiceModel* s3 = nullptr;
    for (const ServiceModel* model : models_) {
        if (!is_rest(*model)) continue;
        if (model->signing_name == scope_service) return model;
        if (model->protocol == Protocol::RestXml) s3 = model;
    }
    if (scope_service.empty() && looks_like_dated_path(request.path())) {
        for (const ServiceModel* model : models_) {
            if (model->protocol == Protocol::RestJson) return model;
        }
    }
    return s3;
}

base::Result<Route, RouteFailure> Router::route_rest(const ServiceModel& model,
                                                     const http::Request& request,
                                                     const std::string& path) const {
    Route route;
    route.model = &model;
    route.encoding = model.protocol == Protocol::RestJson ? Encoding::RestJson : Encoding::RestXml;
    auto query = parse_query(request.query());
    if (!query)
        return base::fail(RouteFailure{
            route, ApiError{"InvalidURI", "Couldn't parse the specified URI.", 400, {}, {}}});
    route.query = *std::move(query);
    for (const RestOperation& candidate : rest_) {
        if (candidate.model != &model || candidate.operation->method != request.method) continue;
        auto labels = candidate.uri.match(path, route.query);
        if (!labels || !candidate.requirements_met(request, route.query)) continue;
        route.operation = candidate.operation;
        if (!candidate.operation->is_modelled)
            return base::fail(
                RouteFailure{route, unknown_operation(model, candidate.operation->name)});
        route.labels = *std::move(labels);
        return route;
    }
    if (model.protocol == Protocol::RestXml)
        return base::fail(
            RouteFailure{route,
                         ApiError{"MethodNotAllowed",
                                  "The specified method is not allowed against this resource.",
                                  405,
                                  {},
                                  {}}});
    return base::fail(RouteFailure{route, unknown_operation(model, "")});
}

}  // namespace wr::wire
