#pragma once
// ApiError: what a client is told. Codes and texts are AWS's.

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace wr::wire {

struct ApiError {
    std::string
        code;  ///< shape name or the code that the service prints, e.g. ResourceNotFoundException
    std::string message;
    int status = 400;
    /// Further members of the error's structure (CancellationReasons, BucketName, Resource ...).
    std::vector<std::pair<std::string, base::Json>> fields;
    /// Further response headers, e.g. x-amz-delete-marker.
    std::vector<std::pair<std::string, std::string>> headers;
};

template <typename T>
using ApiResult = base::Result<T, ApiError>;

/// 500 with a text that tells nothing of the inside; the cause goes to the log.
ApiError internal_failure();
ApiError validation_error(std::string message);  ///< ValidationException, 400

}  // namespace wr::wire
