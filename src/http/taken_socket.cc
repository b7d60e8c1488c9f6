// Connections that leave HTTP: the socket changes hands.
#include "http/taken_socket.h"

#include <fcntl.h>
#include <unistd.h>

#include "http/connection.h"

namespace wr::http {

TakenSocket::~TakenSocket() {
    if (descriptor_ < 0) return;
    channel_->finish();
    ::close(descriptor_);
}

/// A second descriptor of the same socket outlives the connection's own.
void Connection::hand_over() {
    const std::string ticket = std::exchange(upgrade_ticket_, {});
    response_ = Response();
    const int descriptor = fcntl(descriptor_->number(), F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) return close();
    // Before the first descriptor is closed, which its number could then be given to another.
    channel_->move_to(descriptor);
    TakenSocket socket(descriptor, std::move(channel_), std::string(input()));
    close();
    if (worker_.options->take_over) worker_.options->take_over(ticket, std::move(socket));
}

}  // namespace wr::http
