#pragma once
// Buffer: bytes of a size that is known beforehand, in memory that nobody clears first.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace wr::base {

class Buffer {
public:
    Buffer() = default;
    /// Its bytes are whatever was there.
    explicit Buffer(size_t size)
        : data_(std::make_unique_for_overwrite<char[]>(size)), size_(size) {}
    static Buffer copy_of(std::string_view bytes) {
        Buffer copy(bytes.size());
        std::copy(bytes.begin(), bytes.end(), copy.data());
        return copy;
    }
    Buffer(Buffer&& other) noexcept
        : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        data_ = std::move(other.data_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }

    char* data() { return data_.get(); }
    size_t size() const { return size_; }
    std::string_view view() const { return {data_.get(), size_}; }

private:
    std::unique_ptr<char[]> data_;
    size_t size_ = 0;
};

}  // namespace wr::base
