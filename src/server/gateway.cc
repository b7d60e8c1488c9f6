// The request path, readable top to bottom: route, authenticate, unwrap, decode, validate,
// authorise, call, encode. There is no other way to a service.
#include "server/gateway.h"

#include "base/logging.h"

namespace wr::server {
namespace {

std::vector<const wire::ServiceModel*> models_of(const std::vector<wire::ServiceBase*>& services) {
    std::vector<const wire::ServiceModel*> models;
    for (const auto* service : services) models.push_back(&service->model());
    return models;
}

auth::Family family_of(const wire::Route& route) {
    switch (route.encoding) {
        case wire::Encoding::Json:
        case wire::Encoding::Cbor:
        case wire::Encoding::RpcCbor:
            return auth::Family::Json;
        case wire::Encoding::RestJson:
            return auth::Family::RestJson;
        case wire::Encoding::RestXml:
            return auth::Family::S3;
        case wire::Encoding::Query:
            return auth::Family::Query;
    }
    return auth::Family::Json;
}

/// Whether bodies may be shown: text without keys and tokens, and not a caller's object.
bool has_open_text(const wire::Route& route) {
    if (route.model == nullptr || route.operation == nullptr) return false;
    const std::string_view service = route.model->name;
    if (service == "sts" || service == "cognitoidentity" || service == "s3") return false;
    return route.encoding != wire::Encoding::Cbor && route.encoding != wire::Encoding::RpcCbor &&
           route.operation->name.find("AccessKey") == std::string_view::npos;
}

bool is_loopback(const std::string& address) {
    return address == "::1" || address.starts_with("127.");
}

}  // namespace

Gateway::Gateway(GatewayOptions options,
                 std::vector<wire::ServiceBase*> services,
                 auth::CredentialSource& credentials,
                 auth::PolicySource& policies,
                 const base::Clock& clock,
                 base::Random& random,
                 Metrics& metrics,
                 Activity& activity)
    : options_(std::move(options)),
      services_(std::move(services)),
      router_(models_of(services_)),
      credentials_(credentials),
      policies_(policies),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      activity_(activity) {
    for (const auto* service : services_)
        for (const std::string_view name : service->quick_operations())
            quick_targets_.insert(std::string(service->model().target_prefix) + "." +
                                  std::string(name));
}

bool Gateway::is_quick(const http::Request& request) const {
    return quick_targets_.contains(request.headers.get("X-Amz-Target"));
}

void Gateway::serve(const std::shared_ptr<const http::Request>& request,
                    const http::Respond& respond) {
    const auto call = std::make_shared<Call>();
    call->request = request;
    call->request_id = random_.uuid();
    call->time = clock_.now();
    call->started = clock_.monotonic();
    Step done = run(*call);
    if (done && call->context.pending) {
        const auto finish = [this, call] {
            auto outcome = call->context.pending->outcome();
            if (!outcome) return answer(*call, base::fail(std::move(outcome).error()));
            call->output = *std::move(outcome);
            return answer(*call, {});
        };
        const auto later = [finish, respond] { respond({.make = finish}); };
        if (!call->context.pending->when_ready(later)) respond(finish());
        return;
    }
    respond(answer(*call, done));
}

http::Response Gateway::answer(Call& call, const Step& done) {
    http::Response response =
        done ? wire::encode_output(call.route, call.output.get(), call.request_id)
             : wire::encode_error(call.route, done.error(), call.request_id, *call.request);
    for (const auto& header : call.context.response_headers.all())
        response.headers.set(header.name, header.value);
    if (done && call.context.stream_body) {
        response.body.clear();
        response.stream_body = std::move(call.context.stream_body);
    }
    const auto duration = clock_.monotonic() - call.started;
    metrics_.count_request(
        {call.route.model != nullptr ? call.route.model->name : "unknown",
         call.route.operation != nullptr ? call.route.operation->name : "Unknown",
         response.status,
         duration,
         call.request->body.size(),
         response.body.size()});
    record(call, response, done ? "" : done.error().code, duration);
    return response;
}

wire::ApiResult<void> Gateway::run(Call& call) {
    WR_TRY_VOID(route(call));
    WR_TRY_VOID(authenticate(call));
    WR_TRY_VOID(unwrap_payload(call));
    WR_TRY_VOID(decode(call));
    WR_TRY_VOID(validate(call));
    WR_TRY_VOID(authorise(call));
    return invoke(call);
}

Gateway::Step Gateway::route(Call& call) const {
    const auto claims = auth::unverified_claims(*call.request);
    auto routed = router_.route(*call.request, claims ? claims->scope.service : std::string());
    if (!routed) {
        call.route = std::move(routed.error().route);
        return base::fail(std::move(routed.error().error));
    }
    call.route = *std::move(routed);
    call.family = family_of(call.route);
    for (auto* service : services_) {
        if (&service->model() == call.route.model) call.service = service;
    }
    WR_ASSERT(call.service != nullptr);
    return {};
}

Gateway::Step Gateway::authenticate(Call& call) {
    auth::VerifyContext context;
    context.family = call.family;
    context.service = call.route.model->signing_name;
    context.now = call.time;
    if (options_.any_credentials && is_loopback(call.request->peer_address)) {
        wire::Principal root;
        root.kind = wire::PrincipalKind::Root;
        root.account = options_.account;
        root.arn = "arn:aws:iam::" + options_.account + ":root";
        root.user_id = options_.account;
        WR_TRY(call.authenticated, auth::believe(*call.request, context, std::move(root)));
    } else {
        WR_TRY(call.authenticated, auth::verify(*call.request, context, credentials_));
    }
    auto& principal = call.authenticated.principal;
    // Policies of buckets alone let strangers in; elsewhere nothing that they sent is even parsed.
    if (principal.kind == wire::PrincipalKind::Anonymous && call.family != auth::Family::S3 &&
        !call.route.operation->is_unsigned)
        return base::fail(auth::missing_authentication(call.family));
    call.context.principal = principal;
    call.context.account = principal.account.empty() ? options_.account : principal.account;
    call.context.region =
        call.authenticated.scope.region.empty() ? options_.region : call.authenticated.scope.region;
    call.context.request_id = call.request_id;
    call.context.endpoint = (call.request->is_tls ? "https://" : "http://") +
                            std::string(call.request->headers.get("Host"));
    call.context.time = call.time;
    call.context.request = call.request;
    return {};
}

Gateway::Step Gateway::unwrap_payload(Call& call) const {
    call.context.payload = call.request->body;
    if (!auth::is_chunked(call.authenticated.payload)) return {};
    WR_TRY(auto decoded, auth::decode_aws_chunked(*call.request, call.authenticated));
    call.decoded_payload = std::move(decoded.payload);
    call.context.payload = call.decoded_payload;
    // Checksums of the trailer are read where those of the head are: from the headers.
    auto with_trailers = std::make_shared<http::Request>(*call.request);
    for (const auto& [name, value] : decoded.trailers) with_trailers->headers.set(name, value);
    call.request = with_trailers;
    call.context.request = with_trailers;
    return {};
}

Gateway::Step Gateway::decode(Call& call) const {
    WR_TRY(call.input, wire::decode_input(call.route, *call.request, call.context.payload));
    return {};
}

Gateway::Step Gateway::validate(Call& call) {
    const auto violations = validator_.check(*call.route.operation->input, call.input.get());
    if (!violations) return {};
    if (call.family == auth::Family::S3)
        return base::fail(wire::ApiError{"InvalidArgument", *violations, 400, {}, {}});
    if (call.family == auth::Family::Query)
        return base::fail(wire::ApiError{"ValidationError", *violations, 400, {}, {}});
    return base::fail(wire::validation_error(*violations));
}

Gateway::Step Gateway::authorise(Call& call) {
    if (call.route.operation->is_unsigned) return {};
    const wire::InputView input(*call.route.operation->input, call.input.get());
    const auto wanted = call.service->access(call.route.operation->name, input, call.context);
    const auto& principal = call.authenticated.principal;
    const bool anonymous = principal.kind == wire::PrincipalKind::Anonymous;
    if (wanted.empty())
        return anonymous ? Step(base::fail(auth::missing_authentication(call.family))) : Step();
    const auto policies = anonymous ? auth::PolicySet{} : policies_.policies_of(principal);
    for (const auto& access : wanted) {
        auth::AccessQuestion question;
        question.caller = auth::caller_of(principal);
        question.action = access.action;
        question.resource = access.resource;
        question.resource_account = options_.account;
        question.context =
            auth::base_context(principal, *call.request, call.context.region, call.time);
        for (const auto& [key, value] : access.context) question.context.set(key, value);
        auth::Policies attached;
        const std::string document = call.service->resource_policy(access.resource, call.context);
        if (!document.empty()) {
            auto parsed = auth::Policy::parse(document, auth::PolicyKind::Resource);
            // A policy that cannot be read must not open anything, nor hide a deny.
            if (!parsed) return base::fail(wire::internal_failure());
            attached.push_back(std::make_shared<const auth::Policy>(*std::move(parsed)));
        }
        const auto decision = auth::evaluate(question, policies, attached);
        if (decision.allowed) continue;
        if (anonymous && !decision.explicit_deny)
            return base::fail(auth::missing_authentication(call.family));
        return base::fail(
            auth::access_denied(call.family, principal, access.action, access.resource, decision));
    }
    return {};
}

Gateway::Step Gateway::invoke(Call& call) const {
    WR_TRY(call.output,
           call.route.operation->invoke(*call.service, call.input.get(), call.context));
    return {};
}

void Gateway::record(const Call& call,
                     const http::Response& response,
                     const std::string& error_code,
                     std::chrono::nanoseconds duration) const {
    RequestNote note;
    note.time = call.time;
    note.request_id = call.request_id;
    note.principal = call.authenticated.principal.arn;
    note.agent = call.request->headers.get("User-Agent");
    note.service = call.route.model != nullptr ? call.route.model->name : "";
    note.operation = call.route.operation != nullptr ? call.route.operation->name : "";
    note.method = call.request->method;
    note.path = call.request->path();
    note.status = response.status;
    note.code = error_code;
    note.duration = duration;
    note.bytes_in = call.request->body.size();
    note.bytes_out = response.body.size();
    if (has_open_text(call.route)) {
        note.request = call.request->body;
        note.response = response.body;
    }
    activity_.add(note);
    const bool denied = response.status == 403 || response.status == 401;
    if (!denied && response.status < 500 && !base::log_enabled(base::LogLevel::Debug)) return;
    base::log(response.status >= 500 ? base::LogLevel::Error
              : denied               ? base::LogLevel::Warn
                                     : base::LogLevel::Debug,
              "request",
              {{"requestId", call.request_id},
               {"principal", call.authenticated.principal.arn},
               {"service", call.route.model != nullptr ? call.route.model->name : "unknown"},
               {"operation", call.route.operation != nullptr ? call.route.operation->name : ""},
               {"status", response.status},
               {"code", error_code}});
}

}  // namespace wr::server
