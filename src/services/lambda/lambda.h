#pragma once
// The face of Lambda: invoking a function.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wr::lambda {

enum class ErrorCode {
    ResourceNotFound,
    TooManyRequests,
    RequestTooLarge,
    NotReady,
    InvalidArgument,
    ServiceException
};
struct Error {
    ErrorCode code;
    std::string message;
};

struct InvokeOutcome {
    std::string payload;         ///< JSON: the function's result, or its error object
    std::string function_error;  ///< empty, or Unhandled
    std::string log_tail;        ///< last 4 KiB
    std::string executed_version = "$LATEST";
};

/// @threads any
class Face {
public:
    virtual ~Face() = default;
    /// Runs the function and waits for its answer, at most as long as its timeout.
    /// @param function_arn  with or without a qualifier
    virtual base::Result<InvokeOutcome, Error> invoke(const std::string& function_arn,
                                                      std::string_view payload) = 0;
};

}  // namespace wr::lambda
