#pragma once
// The bytes of one client: in clear, or through TLS, over a socket that never blocks.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "io/file_system.h"

namespace wr::http {

class TlsContext;

/// What became of a call that does not wait.
enum class Io { Done, WouldBlock, Failed };

/// Does not own its socket. @threads one at a time
class Channel {
public:
    static std::unique_ptr<Channel> plain(int socket);
    /// The server's side, before its handshake.
    static std::unique_ptr<Channel> tls(int socket, const TlsContext& context);
    virtual ~Channel() = default;

    /// To be called until Done; after WouldBlock when the socket can do what `wants_room` says.
    virtual Io handshake() = 0;
    virtual bool wants_room() const = 0;
    /// Whether the handshake has settled on HTTP/2.
    virtual bool has_chosen_http_2() const = 0;

    /// Up to `size` bytes. The client's end is Failed.
    virtual Io receive(char* to, size_t size, size_t& received) = 0;
    /// Bytes that have left the socket and wait here: nothing will say that they can be read.
    virtual bool has_unread_input() const = 0;
    /// `first`, then `second`; Done with fewer bytes when the client takes no more. What was not
    /// taken has to be offered again. `more_follows`: a file does.
    virtual Io send(std::string_view first,
                    std::string_view second,
                    bool more_follows,
                    size_t& sent) = 0;
    /// @param file  with a descriptor
    virtual Io send_file(const io::File& file, uint64_t offset, size_t size, size_t& sent) = 0;
    /// Says that nothing follows, as far as that is possible without waiting.
    virtual void finish() = 0;
    /// From now on through another descriptor of the same socket.
    virtual void move_to(int socket) = 0;
};

}  // namespace wr::http
