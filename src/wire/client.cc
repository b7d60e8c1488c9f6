// Encode, sign, send, decode.
#include "wire/client.h"

#include "base/json.h"
#include "wire/codec_json.h"
#include "wire/codec_query.h"
#include "wire/codec_rest.h"
#include "wire/codec_xml.h"

namespace wr::wire {
namespace {

/// Text between <name> and </name>; for error documents, which have no tables.
std::string xml_text(std::string_view body, const std::string& name) {
    const std::string open = "<" + name + ">";
    const size_t start = body.find(open);
    const size_t end =
        start == std::string_view::npos ? start : body.find("</" + name + ">", start);
    if (end == std::string_view::npos) return {};
    return std::string(body.substr(start + open.size(), end - start - open.size()));
}

ApiError read_error(const ServiceModel& model, const http::Response& response) {
    ApiError error{"", "", response.status, {}, {}};
    if (model.protocol == Protocol::RestXml || model.protocol == Protocol::Query) {
        error.code = xml_text(response.body, "Code");
        error.message = xml_text(response.body, "Message");
    } else if (const auto json = base::parse_json(response.body)) {
        error.code = (*json)["__type"].as_string();
        error.message = (*json)["message"].as_string();
        if (error.message.empty()) error.message = (*json)["Message"].as_string();
    }
    if (error.code.empty()) error.code = response.headers.get("x-amzn-ErrorType");
    const size_t hash = error.code.find('#');
    if (hash != std::string::npos) error.code = error.code.substr(hash + 1);
    if (error.code.empty()) error.code = std::to_string(response.status);
    return error;
}

ApiError client_error(std::string message) {
    return {"ClientError", std::move(message), 0, {}, {}};
}

}  // namespace

ApiResult<AnyStruct> Client::call_any(const ServiceModel& model,
                                      std::string_view name,
                                      const void* input,
                                      std::string_view payload) {
    const Operation* operation = nullptr;
    for (const Operation& candidate : model.operations) {
        if (candidate.name == name) operation = &candidate;
    }
    WR_ASSERT(operation != nullptr && operation->is_modelled);

    http::Request request;
    request.method = "POST";
    request.target = "/";
    std::string body;
    switch (model.protocol) {
        case Protocol::Json:
            body = encode_json(*operation->input, input);
            request.headers.set("Content-Type",
                                "application/x-amz-json-" + std::string(model.json_version));
            request.headers.set(
                "X-Amz-Target",
                std::string(model.target_prefix) + "." + std::string(operation->name));
            break;
        case Protocol::Query:
            body = encode_query_request(model, *operation, input);
            request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
            break;
        case Protocol::RestJson:
            encode_rest_request(model, *operation, BodyFormat::Json, input, payload, request, body);
            break;
        case Protocol::RestXml:
            encode_rest_request(model, *operation, BodyFormat::Xml, input, payload, request, body);
            break;
    }
    request.body = body;
    request.headers.set("Host", http_.host());
    if (!operation->is_unsigned) signer_(request, model.signing_name);
    auto response = http_.send(request);
    if (!response) return base::fail(client_error(response.error().message));
    if (response->status >= 300) return base::fail(read_error(model, *response));

    AnyStruct output = operation->make_output();
    switch (model.protocol) {
        case Protocol::Json:
            if (!response->body.empty())
                WR_TRY_VOID(decode_json(*operation->output, response->body, output.get()));
            break;
        case Protocol::Query:
            if (!operation->result_wrapper.empty())
                WR_TRY_VOID(decode_xml_at(
                    *operation->output, response->body, operation->result_wrapper, output.get()));
            break;
        case Protocol::RestJson:
            WR_TRY_VOID(decode_rest_response(
                *operation->output, BodyFormat::Json, *response, output.get()));
            break;
        case Protocol::RestXml:
            WR_TRY_VOID(
                decode_rest_response(*operation->output, BodyFormat::Xml, *response, output.get()));
            break;
    }
    return output;
}

}  // namespace wr::wire
