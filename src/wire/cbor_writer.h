#pragma once
// CborWriter: appends CBOR items (RFC 8949) to a byte buffer; nesting is the caller's business.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace wr::wire {

/// What stands behind tag 1.
enum class CborTime { Milliseconds, Seconds };

/// Heads are of the shortest form, lengths definite.
class CborWriter {
public:
    explicit CborWriter(CborTime time) : time_(time) {}

    void array(uint64_t elements) { head(4, elements); }
    /// `entries` times a key and a value follow.
    void map(uint64_t entries) { head(5, entries); }
    void text(std::string_view value) {
        head(3, value.size());
        out_ += value;
    }
    void bytes(std::string_view value) {
        head(2, value.size());
        out_ += value;
    }
    void integer(int64_t value);
    void real(double value);
    void boolean(bool value) { out_ += static_cast<char>(value ? 0xf5 : 0xf4); }
    void timestamp(base::Timestamp value);
    /// A text of `size` characters, which `write` puts where it is told to.
    template <typename Write>
    void text_of(size_t size, const Write& write) {
        head(3, size);
        out_.resize(out_.size() + size);
        write(out_.data() + out_.size() - size);
    }
    /// Whole items, unchecked.
    void raw(std::string_view items) { out_ += items; }

    /// Makes room for items to come, so that a long document is not copied as it grows.
    void reserve(size_t bytes) { out_.reserve(out_.size() + bytes); }
    size_t size() const { return out_.size(); }
    CborTime time() const { return time_; }
    std::string take() { return std::move(out_); }

private:
    void head(uint8_t major, uint64_t argument) {
        const auto lead = static_cast<uint8_t>(major << 5);
        if (argument < 24) {
            out_ += static_cast<char>(lead | argument);
        } else {
            long_head(lead, argument);
        }
    }
    void long_head(uint8_t lead, uint64_t argument);

    std::string out_;
    CborTime time_;
};

}  // namespace wr::wire
