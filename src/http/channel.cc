// Sockets in clear and with TLS, without waiting.
#include "http/channel.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "http/tls.h"

namespace wr::http {
namespace {

/// One record of TLS.
constexpr size_t record_bytes_max = 16 * 1024;

Io io_of_error() {
    return errno == EAGAIN || errno == EWOULDBLOCK ? Io::WouldBlock : Io::Failed;
}

class PlainChannel final : public Channel {
public:
    explicit PlainChannel(int socket) : socket_(socket) {}

    Io handshake() override { return Io::Done; }
    bool wants_room() const override { return false; }
    bool has_chosen_http_2() const override { return false; }
    bool has_unread_input() const override { return false; }

    Io receive(char* to, size_t size, size_t& received) override {
        for (;;) {
            const ssize_t count = recv(socket_, to, size, MSG_DONTWAIT);
            if (count > 0) {
                received = static_cast<size_t>(count);
                return Io::Done;
            }
            if (count < 0 && errno == EINTR) continue;
            return count < 0 ? io_of_error() : Io::Failed;
        }
    }

    Io send(std::string_view first,
            std::string_view second,
            bool more_follows,
            size_t& sent) override {
        std::array<iovec, 2> parts{};
        parts[0] = {const_cast<char*>(first.data()), first.size()};
        parts[1] = {const_cast<char*>(second.data()), second.size()};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more_follows ? MSG_MORE : 0);
        for (;;) {
            const ssize_t count = sendmsg(socket_, &message, flags);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return io_of_error();
            sent = static_cast<size_t>(count);
            return Io::Done;
        }
    }

    Io send_file(const io::File& file, uint64_t offset, size_t size, size_t& sent) override {
        for (;;) {
            auto at = static_cast<off_t>(offset);
            const ssize_t count = sendfile(socket_, file.descriptor(), &at, size);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return io_of_error();
            // Nothing more although the length was promised: the client must see a broken answer.
            if (count == 0) return Io::Failed;
            sent = static_cast<size_t>(count);
            return Io::Done;
        }
    }

    void finish() override { shutdown(socket_, SHUT_WR); }
    void move_to(int socket) override { socket_ = socket; }

private:
    int socket_;
};

class TlsChannel final : public Channel {
public:
    TlsChannel(int socket, const TlsContext& context)
        : socket_(socket), ssl_(SSL_new(context.native()), SSL_free) {
        if (ssl_ && SSL_set_fd(ssl_.get(), socket) == 1) {
            SSL_set_accept_state(ssl_.get());
        } else {
            is_broken_ = true;
        }
    }
    ~TlsChannel() override { ERR_clear_error(); }

    Io handshake() override {
        if (is_broken_) return Io::Failed;
        ERR_clear_error();
        const Io result = io_of(SSL_do_handshake(ssl_.get()));
        is_established_ = result == Io::Done;
        return result;
    }
    bool wants_room() const override { return wants_room_; }

    bool has_chosen_http_2() const override {
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(ssl_.get(), &name, &size);
        return size == 2 && std::memcmp(name, "h2", 2) == 0;
    }
    bool has_unread_input() const override { return SSL_pending(ssl_.get()) > 0; }

    Io receive(char* to, size_t size, size_t& received) override {
        ERR_clear_error();
        return io_of(SSL_read_ex(ssl_.get(), to, size, &received));
    }

    Io send(std::string_view first,
            std::string_view second,
            bool /*more_follows*/,
            size_t& sent) override {
        std::string_view bytes = first.empty() ? second : first;
        if (!first.empty() && !second.empty() && first.size() < record_bytes_max) {
            // Head and body of a small answer leave as one record.
            const size_t of_second = std::min(second.size(), record_bytes_max - first.size());
            joined_.assign(first.begin(), first.end());
            joined_.insert(joined_.end(), second.begin(), second.begin() + of_second);
            bytes = {joined_.data(), joined_.size()};
        }
        if (bytes.empty()) return Io::Done;
        ERR_clear_error();
        return io_of(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent));
    }

    Io send_file(const io::File& file, uint64_t offset, size_t size, size_t& sent) override {
        joined_.resize(std::min(size, record_bytes_max));
        const auto read = file.read_at(offset, joined_.data(), joined_.size());
        if (!read || *read != joined_.size()) return Io::Failed;
        return send({joined_.data(), joined_.size()}, {}, false, sent);
    }

    void finish() override {
        ERR_clear_error();
        if (is_established_ && !is_broken_) SSL_shutdown(ssl_.get());
        shutdown(socket_, SHUT_WR);
    }

    void move_to(int socket) override {
        socket_ = socket;
        if (SSL_set_fd(ssl_.get(), socket) != 1) is_broken_ = true;
    }

private:
    Io io_of(int result) {
        wants_room_ = false;
        if (result == 1) return Io::Done;
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_WANT_WRITE:
                wants_room_ = true;
                return Io::WouldBlock;
            case SSL_ERROR_WANT_READ:
                return Io::WouldBlock;
            case SSL_ERROR_ZERO_RETURN:
                return Io::Failed;
            default:
                // After these OpenSSL forbids every further call, the farewell included.
                is_broken_ = true;
                return Io::Failed;
        }
    }

    int socket_;
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
    std::vector<char> joined_;
    bool wants_room_ = false;
    bool is_broken_ = false;
    bool is_established_ = false;
};

}  // namespace

std::unique_ptr<Channel> Channel::plain(int socket) {
    return std::make_unique<PlainChannel>(socket);
}

std::unique_ptr<Channel> Channel::tls(int socket, const TlsContext& context) {
    return std::make_unique<TlsChannel>(socket, context);
}

}  // namespace wr::http
