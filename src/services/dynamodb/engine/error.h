#pragma once
// What the engine refuses, in the domain's terms; api/ turns each code into AWS's error.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/dynamodb/engine/value.h"

namespace wr::dynamodb {

enum class ErrorCode {
    Validation,
    ResourceNotFound,
    ResourceInUse,
    LimitExceeded,
    ConditionalCheckFailed,
    TransactionCanceled,
    IdempotentParameterMismatch,
    Internal,
};

/// One per action of a cancelled transaction, in request order.
struct CancellationReason {
    std::string code = "None";
    std::string message;
    std::optional<Item> item;
};

struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::optional<Item> item;                 ///< ConditionalCheckFailed, when asked for
    std::vector<CancellationReason> reasons;  ///< TransactionCanceled
};

template <typename T>
using Result = base::Result<T, Error>;

inline base::Failure<Error> fail(ErrorCode code, std::string message) {
    return {Error{code, std::move(message), {}, {}}};
}
inline base::Failure<Error> invalid(std::string message) {
    return fail(ErrorCode::Validation, std::move(message));
}
/// AWS's most common opening of a validation text.
inline base::Failure<Error> invalid_parameters(const std::string& rest) {
    return invalid("One or more parameter values were invalid: " + rest);
}

/// What became of each action of a transaction, as one error; empty when none failed. Failures that
/// are no fault of an action are returned as they are.
std::optional<Error> cancellation(std::vector<std::optional<Error>>& errors);

}  // namespace wr::dynamodb
