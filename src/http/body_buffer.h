#pragma once
// Where a request's body is gathered: memory, or a mapped temporary file when it is large.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wr::http {

/// Memory of malloc's, grown without copying where the system can remap.
class BodyBuffer {
public:
    /// @param spool_directory  for large bodies; must outlive this
    explicit BodyBuffer(const std::string& spool_directory) : spool_directory_(&spool_directory) {}
    ~BodyBuffer();
    BodyBuffer(const BodyBuffer&) = delete;
    BodyBuffer& operator=(const BodyBuffer&) = delete;

    /// Starts a body; `size_bytes` when it is known.
    base::Result<void> begin(uint64_t size_bytes);
    /// Where to read the next bytes of a body of known size into; never empty before its end.
    std::span<char> free_space();
    base::Result<void> commit(size_t size);
    base::Result<void> append(std::string_view bytes);
    uint64_t size_bytes() const { return size_; }

    struct Body {
        std::string_view bytes;  ///< followed by message.h's body_padding_bytes zeros
        std::shared_ptr<void> owner;
    };
    base::Result<Body> finish();

private:
    base::Result<void> open_file();
    base::Result<void> write_file(std::string_view bytes);
    bool reserve(size_t size);
    void reset();

    const std::string* spool_directory_;
    char* data_ = nullptr;  ///< the body, or the staging area of a file
    size_t capacity_ = 0;
    uint64_t size_ = 0;
    uint64_t expected_ = 0;
    int file_ = -1;
};

}  // namespace wr::http
