#pragma once
// StrongId<Tag, T>: a value that cannot be mistaken for another of the same representation.

#include <compare>
#include <functional>
#include <utility>

namespace wr::base {

template <typename Tag, typename T>
class StrongId {
public:
    StrongId() = default;
    explicit StrongId(T value) : value_(std::move(value)) {}
    const T& value() const { return value_; }
    auto operator<=>(const StrongId&) const = default;

private:
    T value_{};
};

}  // namespace wr::base

template <typename Tag, typename T>
struct std::hash<wr::base::StrongId<Tag, T>> {
    size_t operator()(const wr::base::StrongId<Tag, T>& id) const {
        return std::hash<T>{}(id.value());
    }
};
