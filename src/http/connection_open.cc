// A connection's first bytes: in clear or TLS, and its handshake.
#include <errno.h>
#include <sys/socket.h>

#include "http/connection.h"
#include "http/http2_session.h"

namespace wr::http {
namespace {

/// A record of TLS that carries a handshake; no method of HTTP begins with it.
constexpr char tls_first_byte = 0x16;

}  // namespace

/// False when something has to be waited for.
bool Connection::choose_channel() {
    const int socket = descriptor_->number();
    if (!worker_.options->tls) {
        channel_ = Channel::plain(socket);
        return true;
    }
    char first = 0;
    const ssize_t count = recv(socket, &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return wait_for_input();
    if (count <= 0) {
        close();
        return false;
    }
    is_tls_ = first == tls_first_byte;
    is_refused_ = !is_tls_ && !worker_.options->allows_clear_text;
    channel_ = is_tls_ ? Channel::tls(socket, *worker_.options->tls) : Channel::plain(socket);
    since_ = worker_.now;
    return true;
}

bool Connection::open() {
    if (!channel_ && !choose_channel()) return false;
    switch (channel_->handshake()) {
        case Io::Done:
            if (is_tls_ && channel_->has_chosen_http_2()) {
                begin_http_2();
            } else {
                enter(Phase::Idle);
            }
            return true;
        case Io::WouldBlock:
            return channel_->wants_room() ? wait_for_room() : wait_for_input();
        case Io::Failed:
            close();
            return false;
    }
    return false;
}

}  // namespace wr::http
