#pragma once
// Pending: an operation whose outcome comes after its handler has returned.

#include <functional>
#include <memory>

#include "wire/error.h"

namespace wr::wire {

/// Left in CallContext::pending by a handler that would otherwise have to wait; what the handler
/// returns is then not looked at. @threads any
class Pending {
public:
    virtual ~Pending() = default;
    /// @return false when the outcome is there already; `ready` is then not called. Otherwise it
    /// is called once, from any thread, and must not block.
    virtual bool when_ready(std::function<void()> ready) = 0;
    /// The operation's output, once it is ready.
    virtual ApiResult<std::shared_ptr<void>> outcome() = 0;
};

}  // namespace wr::wire
