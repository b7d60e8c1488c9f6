#pragma once
// The calling side of every API: the same tables, the other way round.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/client.h"
#include "wire/shape.h"

namespace wr::wire {

/// Adds the Authorization header; auth/ provides it.
using Signer = std::function<void(http::Request& request, std::string_view signing_name)>;

/// @threads any
class Client {
public:
    Client(http::Client& http, Signer signer) : http_(http), signer_(std::move(signer)) {}

    /// @error what the server answered, or ClientError (status 0) when it could not be reached or
    /// understood
    template <typename Output>
    ApiResult<Output> call(const ServiceModel& model,
                           std::string_view operation,
                           const void* input,
                           std::string_view payload) {
        auto result = call_any(model, operation, input, payload);
        if (!result) return base::fail(std::move(result).error());
        return std::move(*static_cast<Output*>(result->get()));
    }

private:
    ApiResult<AnyStruct> call_any(const ServiceModel& model,
                                  std::string_view operation,
                                  const void* input,
                                  std::string_view payload);

    http::Client& http_;
    Signer signer_;
};

}  // namespace wr::wire
