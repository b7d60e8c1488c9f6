#pragma once
// From a routed request to an input, from an output or an error to a response: the codecs behind
// one door.

#include "wire/router.h"

namespace wr::wire {

/// @param payload  the body after aws-chunked decoding
ApiResult<AnyStruct> decode_input(const Route& route,
                                  const http::Request& request,
                                  std::string_view payload);
http::Response encode_output(const Route& route, const void* output, const std::string& request_id);
/// In the protocol of the route; JSON when the route is unknown. HEAD and 304 get no body.
http::Response encode_error(const Route& route,
                            const ApiError& error,
                            const std::string& request_id,
                            const http::Request& request);

}  // namespace wr::wire
