#pragma once
// A handler's right to answer once, from any thread.

#include <atomic>
#include <memory>
#include <utility>

#include "http/event_loop.h"
#include "http/message.h"

namespace wr::http {

/// Calls `deliver(Response)` on the loop's thread; says 500 for a handler that forgot to answer.
template <typename Deliver>
class Ticket {
public:
    Ticket(std::shared_ptr<EventLoop> loop, Deliver deliver)
        : loop_(std::move(loop)), deliver_(std::move(deliver)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() { answer(Response{.status = 500}); }

    void answer(Response response) {
        if (is_answered_.exchange(true)) return;
        // What is still to be made must not be made inside whatever this thread is doing.
        if (!response.make && loop_->is_current_thread()) {
            deliver_(std::move(response));
            return;
        }
        loop_->post([deliver = deliver_, response = std::move(response)]() mutable {
            deliver(response.make ? response.make() : std::move(response));
        });
    }

private:
    const std::shared_ptr<EventLoop> loop_;
    const Deliver deliver_;
    std::atomic<bool> is_answered_ = false;
};

template <typename Deliver>
Respond one_answer(std::shared_ptr<EventLoop> loop, Deliver deliver) {
    auto ticket = std::make_shared<Ticket<Deliver>>(std::move(loop), std::move(deliver));
    return [ticket = std::move(ticket)](Response response) { ticket->answer(std::move(response)); };
}

}  // namespace wr::http
