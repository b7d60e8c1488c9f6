#pragma once
// HTTP/2 of one connection, without its socket: bytes and answers in, requests and bytes out.
//
// Sources: RFC 9113, RFC 7541. nghttp2 stays behind this header. Limits: base/limits.h.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/chunk_writer.h"
#include "http/message.h"
#include "http/server.h"

namespace wr::http {

/// What a client sends first.
constexpr std::string_view http_2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

struct Http2Options {
    std::string peer_address;
    bool is_tls = false;
    /// Time limits and the directory for large bodies; must outlive the session.
    const ServerOptions* server = nullptr;
    const std::string* date = nullptr;  ///< as answers say it; must outlive the session
};

/// @threads the connection's loop
class Http2Session {
public:
    /// A request that is there whole. It takes one answer, also when its stream has gone.
    struct Arrived {
        int32_t stream = 0;
        std::shared_ptr<Request> request;
    };

    static std::unique_ptr<Http2Session> create(const Http2Options& options,
                                                base::MonotonicTime now);
    virtual ~Http2Session() = default;

    virtual void receive(std::string_view bytes, base::MonotonicTime now) = 0;
    virtual std::vector<Arrived> take_arrived() = 0;

    /// False when the stream has gone. `writer`: for a response with stream_body, which is the
    /// caller's to call; closed when the stream goes.
    virtual bool answer(int32_t stream, Response response, std::shared_ptr<ChunkWriter> writer) = 0;
    /// More of the body that the stream's writer makes.
    virtual void append(int32_t stream, std::string_view bytes, bool is_last) = 0;

    /// Adds frames until `out` holds about `bytes_max`.
    virtual void produce(std::string& out, size_t bytes_max) = 0;
    /// Nothing more will be read or produced.
    virtual bool is_over() const = 0;

    /// Breaks off streams that do not move, and ends a connection without any.
    virtual void check_time(base::MonotonicTime now) = 0;
    /// Takes no new requests; bodies without a known end are broken off.
    virtual void drain() = 0;
    /// The connection has closed.
    virtual void abandon() = 0;
};

}  // namespace wr::http
