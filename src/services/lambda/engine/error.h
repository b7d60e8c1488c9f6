#pragma once
// What the engine's operations fail with; the api layer gives each AWS's name.

#include <string>

#include "base/result.h"

namespace wr::lambda {

enum class Failure {
    ResourceNotFound,
    ResourceConflict,
    ResourceInUse,
    InvalidParameter,
    InvalidRequestContent,
    TooManyRequests,
    RequestTooLarge,
    PreconditionFailed,
    Service,
};

struct EngineError {
    Failure failure = Failure::Service;
    std::string message;
};

template <typename T>
using EngineResult = base::Result<T, EngineError>;

inline base::Failure<EngineError> refuse(Failure failure, std::string message) {
    return {EngineError{failure, std::move(message)}};
}

/// For storage that failed: the cause goes to the log, not to the client.
base::Failure<EngineError> service_failure(const base::Error& cause);

}  // namespace wr::lambda
