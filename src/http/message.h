#pragma once
// HTTP messages as values; nothing here knows AWS.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/file_system.h"

namespace wr::http {

struct Header {
    std::string name;   ///< as received; compare without case
    std::string value;  ///< trimmed
};

class Headers {
public:
    /// First value, or null when absent. Names compare without case.
    const std::string* find(std::string_view name) const;
    std::string_view get(std::string_view name) const;  ///< empty when absent
    size_t count(std::string_view name) const;
    void set(std::string_view name, std::string value);  ///< replaces all of that name
    void add(std::string name, std::string value);
    void remove(std::string_view name);
    void reserve(size_t count) { headers_.reserve(count); }
    const std::vector<Header>& all() const { return headers_; }

private:
    std::vector<Header> headers_;
};

bool equals_ignoring_case(std::string_view a, std::string_view b);

/// Zero bytes that may be read after Request::body, so that parsers may load whole vectors.
constexpr size_t body_padding_bytes = 64;

/// A request whose head was checked by the strict parser and whose body has arrived whole.
struct Request {
    std::string method;
    std::string target;  ///< raw, as on the request line: path and query, still encoded
    Headers headers;
    /// In memory, or a mapped temporary file above limits::http_body_in_memory_bytes_max.
    /// De-chunked, and followed by body_padding_bytes readable zeros when a server filled it in.
    std::string_view body;
    std::string peer_address;  ///< of the socket, never of a header
    bool is_tls = false;
    std::shared_ptr<void> body_owner;  ///< keeps `body` alive

    std::string_view path() const;   ///< raw, before '?'
    std::string_view query() const;  ///< raw, after '?', or empty
};

/// Part of a file as a body: sent without passing through memory where the system can.
struct FileBody {
    std::shared_ptr<const io::File> file;
    uint64_t offset = 0;
    uint64_t size_bytes = 0;
};

/// A body that is sent while it is made, in chunks of HTTP/1.1. @threads any
class BodyWriter {
public:
    virtual ~BodyWriter() = default;
    /// False once the client has gone; the bytes are then lost.
    virtual bool write(std::string_view bytes) = 0;
    /// Bytes written that the client's socket has not taken yet.
    virtual size_t waiting_bytes() const = 0;
    /// Ends the body. Later writes are refused.
    virtual void end() = 0;
};

struct Response {
    int status = 200;
    /// Content-Length, Date, Connection and Server are the connection's business.
    Headers headers{};
    std::string body{};
    std::optional<FileBody> file_body{};        ///< instead of `body`
    std::optional<uint64_t> head_size_bytes{};  ///< answer to HEAD: Content-Length without a body
    /// Instead of `body`: told once, on an event loop's thread, when the head is on its way.
    std::function<void(std::shared_ptr<BodyWriter>)> stream_body{};
    /// Instead of everything above: makes the response, on the event loop's thread.
    std::function<Response()> make{};
};

/// Must be called exactly once, from any thread.
using Respond = std::function<void(Response)>;
/// Called on an event loop's thread: must not block.
using Handler = std::function<void(std::shared_ptr<const Request>, Respond)>;

}  // namespace wr::http
