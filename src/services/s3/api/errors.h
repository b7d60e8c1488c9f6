#pragma once
// Problems of the engine as S3's errors.

#include "services/s3/engine/problem.h"
#include "wire/error.h"

namespace wr::s3::api {

wire::ApiError to_api_error(Problem problem);

}  // namespace wr::s3::api

/// WR_API_TRY(auto x, engine_call()): as WR_TRY, turning a Problem into an ApiError.
#define WR_API_TRY(declaration, expression) \
    WR_API_TRY_IMPL(WR_CONCAT(wr_result_, __COUNTER__), declaration, expression)
#define WR_API_TRY_IMPL(result, declaration, expression)                                          \
    auto result = (expression);                                                                   \
    if (!result) return ::wr::base::fail(::wr::s3::api::to_api_error(std::move(result).error())); \
    declaration = *std::move(result)
#define WR_API_TRY_VOID(expression)                                                              \
    do {                                                                                         \
        if (auto wr_result_ = (expression); !wr_result_)                                         \
            return ::wr::base::fail(::wr::s3::api::to_api_error(std::move(wr_result_).error())); \
    } while (false)
