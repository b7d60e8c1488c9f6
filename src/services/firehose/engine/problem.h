#pragma once
// Problem: why the engine refused. The api layer gives each Fault its AWS code.

#include <string>
#include <utility>

#include "base/result.h"

namespace wr::firehose {

enum class Fault {
    ConcurrentModification,
    InvalidArgument,
    LimitExceeded,
    ResourceInUse,
    ResourceNotFound,
    ServiceUnavailable,
};

struct Problem {
    Fault fault = Fault::ServiceUnavailable;
    std::string message;
};

template <typename T>
using Outcome = base::Result<T, Problem>;

inline Problem problem(Fault fault, std::string message) {
    return {fault, std::move(message)};
}

}  // namespace wr::firehose
