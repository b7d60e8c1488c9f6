#pragma once
// The Query protocol (STS, IAM): form fields in, XML out.

#include <map>
#include <string>
#include <string_view>

#include "wire/shape.h"

namespace wr::wire {

using FormFields = std::map<std::string, std::string, std::less<>>;

/// Fields of an application/x-www-form-urlencoded text; empty when malformed. A repeated name keeps
/// the first value.
std::optional<FormFields> parse_form(std::string_view text);

ApiResult<void> decode_query(const Shape& shape, const FormFields& fields, void* out);
/// For clients: "Action=...&Version=...&..." with everything escaped.
std::string encode_query_request(const ServiceModel& model,
                                 const Operation& operation,
                                 const void* value);
std::string encode_query_response(const ServiceModel& model,
                                  const Operation& operation,
                                  const void* value,
                                  const std::string& request_id);
std::string encode_query_error(const ServiceModel& model,
                               const ApiError& error,
                               const std::string& request_id);

}  // namespace wr::wire
