#pragma once
// Bytes of a snapshot: little-endian fixed-width fields, read back with bounds checks.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace wr::sql {

class StateWriter {
public:
    void u64(uint64_t value) { out_.append(reinterpret_cast<const char*>(&value), sizeof value); }
    void i64(int64_t value) { u64(static_cast<uint64_t>(value)); }
    void f64(double value) {
        uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        u64(bits);
    }
    void bytes(std::string_view value) {
        u64(value.size());
        out_ += value;
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

/// After a read past the end everything is zero and ok() is false.
class StateReader {
public:
    explicit StateReader(std::string_view bytes) : rest_(bytes) {}
    bool ok() const { return ok_; }
    bool done() const { return rest_.empty(); }
    uint64_t u64() {
        uint64_t value = 0;
        if (rest_.size() < sizeof value) {
            fail();
            return 0;
        }
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_.remove_prefix(sizeof value);
        return value;
    }
    int64_t i64() { return static_cast<int64_t>(u64()); }
    double f64() {
        const uint64_t bits = u64();
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }
    std::string_view bytes() {
        const uint64_t size = u64();
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const auto value = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return value;
    }
    /// A count of things of at least one byte each, so that damage cannot ask for much memory.
    size_t count() {
        const uint64_t value = u64();
        if (value <= rest_.size()) return value;
        fail();
        return 0;
    }
    void fail() {
        ok_ = false;
        rest_ = {};
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace wr::sql
