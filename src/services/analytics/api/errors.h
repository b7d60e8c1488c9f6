#pragma once
// The engine's errors in AWS's names; both API versions have the same.

#include "services/analytics/engine/error.h"
#include "wire/error.h"

namespace wr::analytics::api {

wire::ApiError to_api_error(const Error& error);

}  // namespace wr::analytics::api

/// WR_ANALYTICS_TRY(auto x, f()); declares x from f()'s value or returns f()'s error in AWS's name.
#define WR_ANALYTICS_TRY(declaration, expression) \
    WR_ANALYTICS_TRY_IMPL(WR_CONCAT(wr_result_, __COUNTER__), declaration, expression)
#define WR_ANALYTICS_TRY_IMPL(result, declaration, expression)                                \
    auto result = (expression);                                                               \
    if (!result) return ::wr::base::fail(::wr::analytics::api::to_api_error(result.error())); \
    declaration = *std::move(result)

#define WR_ANALYTICS_TRY_VOID(expression)                                                    \
    do {                                                                                     \
        if (auto wr_result_ = (expression); !wr_result_)                                     \
            return ::wr::base::fail(::wr::analytics::api::to_api_error(wr_result_.error())); \
    } while (false)
