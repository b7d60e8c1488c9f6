// One switch over the encodings in each direction.
#include "wire/protocol.h"

#include <libdeflate.h>

#include "base/json_writer.h"
#include "base/limits.h"
#include "wire/codec_cbor.h"
#include "wire/codec_json.h"
#include "wire/codec_rest.h"
#include "wire/codec_xml.h"

namespace wr::wire {
namespace {

std::string json_content_type(const ServiceModel* model) {
    return "application/x-amz-json-" + std::string(model != nullptr ? model->json_version : "1.1");
}

/// DynamoDB qualifies its error codes, the others do not.
std::string error_type(const ServiceModel* model, const std::string& code) {
    if (model == nullptr || model->name != "dynamodb") return code;
    if (code == "ValidationException" || code == "SerializationException" ||
        code == "UnrecognizedClientException" || code == "MissingAuthenticationTokenException" ||
        code == "UnknownOperationException" || code == "InvalidSignatureException" ||
        code == "IncompleteSignatureException" || code == "AccessDeniedException" ||
        code == "ExpiredTokenException") {
        const char* space = code == "ValidationException" ? "com.amazon.coral.validate#"
                                                          : "com.amazon.coral.service#";
        return space + code;
    }
    return "com.amazonaws.dynamodb.v20120810#" + code;
}

/// What the Query protocol calls an error that both have.
std::string_view query_code(std::string_view code) {
    if (code == "ValidationException") return "ValidationError";
    if (code == "AccessDeniedException") return "AccessDenied";
    return code;
}

/// Clients of a service that spoke Query before go on reading its codes, from a header; the body
/// names the shape.
void rename_error(const Route& route, ApiError& error, http::Response& response) {
    if (route.model == nullptr || !route.model->speaks_query) return;
    response.headers.set(
        "x-amzn-query-error",
        std::string(query_code(error.code)) + (error.status >= 500 ? ";Receiver" : ";Sender"));
    for (const ErrorName& name : route.model->error_names) {
        if (name.code != error.code) continue;
        error.code = name.shape;
        return;
    }
}

/// The member that carries the text: a few services write it with a capital.
const char* message_key(const ServiceModel* model) {
    const bool capital = model != nullptr && (model->name == "lambda" || model->name == "athena" ||
                                              model->name == "glue");
    return capital ? "Message" : "message";
}

std::string json_error(const Route& route, const ApiError& error, bool with_type) {
    base::JsonWriter writer;
    writer.begin_object();
    if (with_type) {
        writer.key("__type");
        writer.string(error_type(route.model, error.code));
    } else {
        writer.key("Type");
        writer.string(error.status >= 500 ? "Server" : "User");
    }
    if (!error.message.empty()) {
        writer.key(message_key(route.model));
        writer.string(error.message);
    }
    for (const auto& [key, value] : error.fields) {
        writer.key(key);
        writer.raw(value.dump());
    }
    writer.end_object();
    return writer.take();
}

std::string xml_error(const ApiError& error,
                      const std::string& request_id,
                      const http::Request& request) {
    std::string out(xml_declaration);
    out += "<Error><Code>";
    append_xml_text(out, error.code);
    out += "</Code><Message>";
    append_xml_text(out, error.message);
    out += "</Message>";
    bool has_resource = false;
    for (const auto& [key, value] : error.fields) {
        has_resource = has_resource || key == "Resource";
        out += "<" + key + ">";
        append_xml_text(out, value.is_string() ? value.as_string() : value.dump());
        out += "</" + key + ">";
    }
    if (!has_resource) {
        out += "<Resource>";
        append_xml_text(out, request.path());
        out += "</Resource>";
    }
    out += "<RequestId>" + request_id + "</RequestId></Error>";
    return out;
}

void set_request_id(const Route& route, const std::string& request_id, http::Response& response) {
    response.headers.set(
        route.encoding == Encoding::RestXml ? "x-amz-request-id" : "x-amzn-RequestId", request_id);
    if (route.encoding == Encoding::RestXml) response.headers.set("x-amz-id-2", request_id);
}

/// DynamoDB's clients compare it with the body that they received.
void set_checksum(const Route& route, http::Response& response) {
    if (route.model == nullptr || route.model->name != "dynamodb") return;
    response.headers.set(
        "x-amz-crc32",
        std::to_string(libdeflate_crc32(0, response.body.data(), response.body.size())));
}

/// Of a gzip file with one member, as clients make of large requests; empty when it is none, or too
/// large.
std::optional<std::string> gunzip(std::string_view bytes) {
    constexpr size_t size_field = 4;
    if (bytes.size() < size_field) return std::nullopt;
    size_t size = 0;
    for (size_t i = 0; i < size_field; ++i)
        size |= size_t{static_cast<uint8_t>(bytes[bytes.size() - size_field + i])} << (8 * i);
    if (size > limits::http_body_in_memory_bytes_max) return std::nullopt;
    std::string out(size, '\0');
    libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
    if (decompressor == nullptr) return std::nullopt;
    const auto result = libdeflate_gzip_decompress(
        decompressor, bytes.data(), bytes.size(), out.data(), out.size(), nullptr);
    libdeflate_free_decompressor(decompressor);
    if (result != LIBDEFLATE_SUCCESS) return std::nullopt;
    return out;
}

}  // namespace

ApiResult<AnyStruct> decode_input(const Route& route,
                                  const http::Request& request,
                                  std::string_view payload) {
    std::string unpacked;
    const bool is_rpc = route.encoding == Encoding::Json || route.encoding == Encoding::Cbor ||
                        route.encoding == Encoding::RpcCbor;
    if (is_rpc && request.headers.get("Content-Encoding") == "gzip") {
        auto found = gunzip(payload);
        if (!found) return base::fail(ApiError{"SerializationException", "", 400, {}, {}});
        unpacked = *std::move(found);
        payload = unpacked;
    }
    AnyStruct input = route.operation->make_input();
    const Shape& shape = *route.operation->input;
    const RestRequestParts parts{&route.labels, &route.query, &request.headers, payload};
    switch (route.encoding) {
        case Encoding::Json: {
            // AWS takes an empty body for an operation without required members.
            if (!payload.empty()) WR_TRY_VOID(decode_json(shape, payload, input.get()));
            break;
        }
        case Encoding::Cbor:
            WR_TRY_VOID(decode_cbor(shape, payload, input.get()));
            break;
        case Encoding::RpcCbor:
            if (!payload.empty())
                WR_TRY_VOID(decode_cbor(shape, payload, input.get(), CborTime::Seconds));
            break;
        case Encoding::RestJson:
            WR_TRY_VOID(decode_rest_request(shape, BodyFormat::Json, parts, input.get()));
            break;
        case Encoding::RestXml:
            WR_TRY_VOID(decode_rest_request(shape, BodyFormat::Xml, parts, input.get()));
            break;
        case Encoding::Query:
            WR_TRY_VOID(decode_query(shape, route.form, input.get()));
            break;
    }
    return input;
}

http::Response encode_output(const Route& route,
                             const void* output,
                             const std::string& request_id) {
    http::Response response;
    const Operation& operation = *route.operation;
    switch (route.encoding) {
        case Encoding::Json:
            // Operations without an output answer with an empty body, not with {}.
            if (!operation.output->members.empty() || operation.output->name != "Empty")
                response.body = encode_json(*operation.output, output);
            response.headers.set("Content-Type", json_content_type(route.model));
            break;
        case Encoding::Cbor:
            if (!operation.output->members.empty())
                response.body = encode_cbor(*operation.output, output);
            response.headers.set("Content-Type", "application/x-amz-cbor-1.1");
            break;
        case Encoding::RpcCbor:
            response.headers.set("smithy-protocol", "rpc-v2-cbor");
            if (operation.output->members.empty()) break;
            response.body = encode_cbor(*operation.output, output, CborTime::Seconds);
            response.headers.set("Content-Type", "application/cbor");
            break;
        case Encoding::RestJson:
            encode_rest_response(*route.model, operation, BodyFormat::Json, output, response);
            break;
        case Encoding::RestXml:
            encode_rest_response(*route.model, operation, BodyFormat::Xml, output, response);
            break;
        case Encoding::Query:
            response.body = encode_query_response(*route.model, operation, output, request_id);
            response.headers.set("Content-Type", "text/xml");
            break;
    }
    set_request_id(route, request_id, response);
    set_checksum(route, response);
    return response;
}

http::Response encode_error(const Route& route,
                            const ApiError& told,
                            const std::string& request_id,
                            const http::Request& request) {
    ApiError error = told;
    http::Response response;
    response.status = error.status;
    for (const auto& [name, value] : error.headers) response.headers.set(name, value);
    switch (route.encoding) {
        case Encoding::Json:
            rename_error(route, error, response);
            response.body = json_error(route, error, true);
            response.headers.set("Content-Type", json_content_type(route.model));
            break;
        case Encoding::Cbor:
            response.body = encode_cbor_error(error);
            response.headers.set("Content-Type", "application/x-amz-cbor-1.1");
            break;
        case Encoding::RpcCbor:
            rename_error(route, error, response);
            response.body = encode_cbor_error(error);
            response.headers.set("smithy-protocol", "rpc-v2-cbor");
            response.headers.set("Content-Type", "application/cbor");
            break;
        case Encoding::RestJson:
            response.body = json_error(route, error, false);
            response.headers.set("Content-Type", "application/json");
            response.headers.set("x-amzn-ErrorType", error.code);
            break;
        case Encoding::RestXml:
            if (request.method != "HEAD" && error.status != 304) {
                response.body = xml_error(error, request_id, request);
                response.headers.set("Content-Type", "application/xml");
            }
            break;
        case Encoding::Query:
            response.body = route.model != nullptr
                                ? encode_query_error(*route.model, error, request_id)
                                : xml_error(error, request_id, request);
            response.headers.set("Content-Type", "text/xml");
            break;
    }
    set_request_id(route, request_id, response);
    set_checksum(route, response);
    return response;
}

}  // namespace wr::wire
