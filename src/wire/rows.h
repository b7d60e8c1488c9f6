#pragma once
// Rows: the elements of a list in an answer, made while the answer is written.

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace wr::base {
class JsonWriter;
}

namespace wr::wire {

class CborWriter;

/// Held, as every list is that was decoded; or made one by one for whoever walks them, so that a
/// page of ten thousand records never stands in memory as structures. Each walk makes the same
/// rows. Which lists are Rows says codegen/overrides.json.
template <typename T>
class Rows {
public:
    using Visitor = std::function<void(const T& row)>;
    /// Writes all rows as the elements of an array that is open.
    using JsonWrite = std::function<void(base::JsonWriter& writer)>;
    using CborWrite = std::function<void(CborWriter& writer)>;

    Rows() = default;
    /// `each` calls its visitor `count` times; the row may be the same object each time.
    /// `json` and `cbor`, if there are any, write the bytes that the tables would, faster.
    Rows(size_t count,
         std::function<void(const Visitor& visit)> each,
         JsonWrite json = {},
         CborWrite cbor = {})
        : count_(count), each_(std::move(each)), json_(std::move(json)), cbor_(std::move(cbor)) {}

    size_t size() const { return each_ ? count_ : held_.size(); }
    bool empty() const { return size() == 0; }
    T& append() { return held_.emplace_back(); }
    void each(const Visitor& visit) const {
        if (each_) return each_(visit);
        for (const T& row : held_) visit(row);
    }
    /// False, and nothing written, when only the tables know how.
    bool write_json(base::JsonWriter& writer) const {
        if (json_) json_(writer);
        return json_ != nullptr;
    }
    /// Likewise.
    bool write_cbor(CborWriter& writer) const {
        if (cbor_) cbor_(writer);
        return cbor_ != nullptr;
    }
    /// Those that are held.
    std::vector<T>& held() { return held_; }
    const std::vector<T>& held() const { return held_; }

private:
    std::vector<T> held_;
    size_t count_ = 0;
    std::function<void(const Visitor& visit)> each_;
    JsonWrite json_;
    CborWrite cbor_;
};

}  // namespace wr::wire
