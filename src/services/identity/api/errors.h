#pragma once
// The engine's faults in the codes of each of the three services.

#include "services/identity/engine/error.h"
#include "wire/error.h"

namespace wr::identity::api {

wire::ApiError iam_error(EngineError error);
wire::ApiError sts_error(EngineError error);
wire::ApiError cognito_error(EngineError error);

}  // namespace wr::identity::api
