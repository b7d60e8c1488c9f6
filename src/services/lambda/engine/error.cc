// Failures whose cause is nobody's business outside.
#include "services/lambda/engine/error.h"

#include "base/logging.h"

namespace wr::lambda {

base::Failure<EngineError> service_failure(const base::Error& cause) {
    base::log_error("lambda_storage_failed", {{"reason", cause.message}});
    return refuse(Failure::Service, "An internal error occurred.");
}

}  // namespace wr::lambda
