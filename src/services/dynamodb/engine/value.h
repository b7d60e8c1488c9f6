#pragma once
// Value and Item: what an attribute holds, with DynamoDB's size and comparison rules.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/dynamodb/engine/decimal.h"

namespace wr::dynamodb {

enum class Type { S, N, B, SS, NS, BS, M, L, Null, Bool };

struct Value;
using Item = std::map<std::string, Value>;
using List = std::vector<Value>;

struct Binary {
    std::string bytes;
    auto operator<=>(const Binary&) const = default;
};
struct Null {
    bool operator==(const Null&) const = default;
};
using StringSet = std::set<std::string>;
using NumberSet = std::set<Decimal>;
using BinarySet = std::set<Binary>;

struct Value {
    /// Alternatives in the order of Type.
    std::variant<std::string,
                 Decimal,
                 Binary,
                 StringSet,
                 NumberSet,
                 BinarySet,
                 Item,
                 List,
                 Null,
                 bool>
        data;

    Type type() const { return static_cast<Type>(data.index()); }
    template <typename T>
    const T* as() const {
        return std::get_if<T>(&data);
    }
    template <typename T>
    T* as() {
        return std::get_if<T>(&data);
    }
    bool operator==(const Value&) const;
};

inline Value string_value(std::string text) {
    return Value{std::move(text)};
}
inline Value number_value(Decimal number) {
    return Value{std::move(number)};
}
inline Value binary_value(std::string bytes) {
    return Value{Binary{std::move(bytes)}};
}

/// S, N, B, SS ... as the wire names them.
std::string_view type_name(Type type);
std::optional<Type> type_from_name(std::string_view name);
/// As AWS prints a value inside an error text: {S:abc}, {N:1}.
std::string describe(const Value& value);

/// Order of two strings, numbers or binaries; empty for other or different types.
std::optional<std::strong_ordering> compare(const Value& a, const Value& b);

/// Bytes that count towards the 400 KB of an item and towards capacity.
size_t size_bytes(const Value& value);
size_t size_bytes(const Item& item);
/// Levels of maps and lists; a scalar has none.
int nesting(const Value& value);

constexpr size_t item_bytes_max = 400 * 1024;
constexpr size_t hash_key_bytes_max = 2048;
constexpr size_t range_key_bytes_max = 1024;
constexpr int nesting_max = 32;

}  // namespace wr::dynamodb
