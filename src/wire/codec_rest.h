#pragma once
// HTTP bindings of the REST protocols: labels, query, headers, status and payload; bodies by
// codec_json and codec_xml.

#include <string>
#include <string_view>

#include "wire/shape.h"
#include "wire/uri_template.h"

namespace wr::wire {

enum class BodyFormat { Json, Xml };

struct RestRequestParts {
    const Parameters* labels = nullptr;
    const Parameters* query = nullptr;
    const http::Headers* headers = nullptr;
    std::string_view body;
};

ApiResult<void> decode_rest_request(const Shape& shape,
                                    BodyFormat format,
                                    const RestRequestParts& parts,
                                    void* out);

/// Fills status, headers and body; Content-Type only where the output does not set it.
void encode_rest_response(const ServiceModel& model,
                          const Operation& operation,
                          BodyFormat format,
                          const void* value,
                          http::Response& response);

/// For clients: target, headers and body.
void encode_rest_request(const ServiceModel& model,
                         const Operation& operation,
                         BodyFormat format,
                         const void* value,
                         std::string_view payload,
                         http::Request& request,
                         std::string& body);
ApiResult<void> decode_rest_response(const Shape& shape,
                                     BodyFormat format,
                                     const http::Response& response,
                                     void* out);

}  // namespace wr::wire
