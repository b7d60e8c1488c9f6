#pragma once
// What can go wrong in identity pools, STS and IAM; the api layer turns it into AWS's codes.

#include <string>

#include "base/result.h"

namespace wr::identity {

enum class Fault {
    NoSuchEntity,
    EntityAlreadyExists,
    DeleteConflict,
    LimitExceeded,
    MalformedPolicy,
    InvalidInput,
    Validation,
    AccessDenied,
    // security tokens
    InvalidIdentityToken,
    ExpiredIdentityToken,
    PackedPolicyTooLarge,
    // identity pools
    ResourceNotFound,
    ResourceConflict,
    InvalidParameter,
    NotAuthorized,
    InvalidPoolConfiguration,
    TooManyRequests,
    // the store failed; the cause goes to the log, not to the client
    Storage,
};

struct EngineError {
    Fault fault = Fault::Storage;
    std::string message;
};

template <typename T>
using Outcome = base::Result<T, EngineError>;

inline base::Failure<EngineError> fault(Fault kind, std::string message) {
    return {EngineError{kind, std::move(message)}};
}
inline base::Failure<EngineError> storage_fault(const base::Error& error) {
    return {EngineError{Fault::Storage, error.message}};
}

}  // namespace wr::identity
