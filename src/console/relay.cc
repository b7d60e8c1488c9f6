// Forwards one request to the server's own port, and makes its answer harmless.
#include "console/relay.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace wr::console {
namespace {

constexpr std::array<std::string_view, 12> services = {"kinesis",
                                                       "firehose",
                                                       "kinesisanalytics",
                                                       "lambda",
                                                       "dynamodb",
                                                       "s3",
                                                       "cognito-identity",
                                                       "iam",
                                                       "athena",
                                                       "glue",
                                                       "monitoring",
                                                       "logs"};
constexpr std::array<std::string_view, 6> headers_in = {
    "Content-Type", "X-Amz-Target", "X-Amz-Invocation-Type", "X-Amz-Log-Type", "Range", "Accept"};
constexpr std::array<std::string_view, 8> headers_out = {"x-amzn-RequestId",
                                                         "x-amzn-ErrorType",
                                                         "x-amz-request-id",
                                                         "X-Amz-Function-Error",
                                                         "X-Amz-Log-Result",
                                                         "Content-Range",
                                                         "Last-Modified",
                                                         "ETag"};

http::Response refusal(int status, std::string_view code, std::string_view message) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    base::Json body;
    body.set("__type", code);
    body.set("message", message);
    response.body = body.dump();
    return response;
}

/// JSON stays JSON; everything else is text or a download, whatever its owner called it.
std::string safe_type(std::string_view service, std::string_view given) {
    if (service == "s3" && !given.starts_with("application/xml")) return "application/octet-stream";
    if (given.find("json") != std::string_view::npos) return "application/json";
    return "text/plain; charset=utf-8";
}

}  // namespace

http::Response relay(http::Client& client,
                     const wire::Signer& signer,
                     const http::Request& request,
                     std::string_view path) {
    const size_t slash = path.find('/');
    const std::string_view service = path.substr(0, slash);
    if (std::find(services.begin(), services.end(), service) == services.end())
        return refusal(404, "NotFound", "There is no such service.");
    // Queries' protocol takes any method, but an address alone must not change anything.
    if (request.method == "GET" && request.query().find("Action=") != std::string_view::npos)
        return refusal(405, "MethodNotAllowed", "The request has to be sent by POST.");
    http::Request forwarded;
    forwarded.method = request.method;
    forwarded.target = slash == std::string_view::npos ? "/" : std::string(path.substr(slash));
    if (!request.query().empty()) forwarded.target += "?" + std::string(request.query());
    for (const auto name : headers_in) {
        if (const std::string* value = request.headers.find(name))
            forwarded.headers.set(name, *value);
    }
    forwarded.body = request.body;
    forwarded.headers.set("Host", client.host());
    signer(forwarded, service);
    auto answer = client.send(forwarded);
    if (!answer) return refusal(502, "ServiceUnavailable", answer.error().message);

    http::Response response;
    response.status = answer->status;
    response.body = std::move(answer->body);
    response.headers.set("Content-Type", safe_type(service, answer->headers.get("Content-Type")));
    response.headers.set("Cache-Control", "no-store");
    if (service == "s3") response.headers.set("Content-Disposition", "attachment");
    for (const auto name : headers_out) {
        if (const std::string* value = answer->headers.find(name))
            response.headers.set(name, *value);
    }
    return response;
}

}  // namespace wr::console
