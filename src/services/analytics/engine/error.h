#pragma once
// Errors of the analytics engine; the api layer gives them AWS's names.

#include <string>
#include <vector>

#include "base/result.h"

namespace wr::analytics {

enum class ErrorCode {
    ResourceNotFound,
    ResourceInUse,
    InvalidArgument,
    CodeValidation,
    InvalidApplicationConfiguration,
    ConcurrentModification,
    LimitExceeded,
    UnableToDetectSchema,
    UnsupportedOperation,
    InternalFailure,
};

struct Error {
    ErrorCode code = ErrorCode::InternalFailure;
    std::string message;
    std::vector<std::string> raw_records;  ///< UnableToDetectSchema: what was looked at
};

template <typename T>
using Result = base::Result<T, Error>;

inline base::Failure<Error> fail(ErrorCode code, std::string message) {
    return {Error{code, std::move(message), {}}};
}

/// A failure of the store: the cause goes to the log, the caller learns that it is ours.
base::Failure<Error> internal_failure(const base::Error& cause);

}  // namespace wr::analytics
