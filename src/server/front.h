#pragma once
// The front door: health, metrics and console on the event loop's side, AWS requests to the
// gateway's threads.

#include <memory>

#include "base/executor.h"
#include "http/message.h"
#include "server/gateway.h"
#include "server/health.h"

namespace wr::server {

/// Answers paths under /_/; a page of its own, served to browsers on this machine.
using ConsoleHandler = std::function<http::Response(const http::Request&)>;

/// @threads any
class Front {
public:
    Front(Gateway& gateway,
          Metrics& metrics,
          const Health& health,
          base::Executor& executor,
          base::Executor& console_executor,
          ConsoleHandler console);
    void handle(std::shared_ptr<const http::Request> request, http::Respond respond);

private:
    std::optional<http::Response> refuse_foreign_pages(const http::Request& request) const;
    std::optional<http::Response> local(const http::Request& request) const;

    Gateway& gateway_;
    Metrics& metrics_;
    const Health& health_;
    base::Executor& executor_;
    /// Apart from the requests that it makes itself, which need threads of their own.
    base::Executor& console_executor_;
    const ConsoleHandler console_;
};

}  // namespace wr::server
