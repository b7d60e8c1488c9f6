// Sizes follow the developer guide's "DynamoDB item sizes and formats".
#include "services/dynamodb/engine/value.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"

namespace wr::dynamodb {
namespace {

constexpr std::array<std::string_view, 10> type_names = {
    "S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"};

constexpr size_t container_overhead = 3;
constexpr size_t element_overhead = 1;

size_t number_size(const Decimal& number) {
    return 1 + (number.digit_count() + 1) / 2 + (number.is_negative() ? 1 : 0);
}

struct SizeOf {
    size_t operator()(const std::string& text) const { return text.size(); }
    size_t operator()(const Decimal& number) const { return number_size(number); }
    size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
    size_t operator()(const StringSet& set) const {
        size_t total = 0;
        for (const std::string& text : set) total += text.size();
        return total;
    }
    size_t operator()(const NumberSet& set) const {
        size_t total = 0;
        for (const Decimal& number : set) total += number_size(number);
        return total;
    }
    size_t operator()(const BinarySet& set) const {
        size_t total = 0;
        for (const Binary& binary : set) total += binary.bytes.size();
        return total;
    }
    size_t operator()(const Item& map) const {
        return container_overhead + map.size() * element_overhead + size_bytes(map);
    }
    size_t operator()(const List& list) const {
        size_t total = container_overhead + list.size() * element_overhead;
        for (const Value& value : list) total += size_bytes(value);
        return total;
    }
    size_t operator()(const Null&) const { return 1; }
    size_t operator()(const bool&) const { return 1; }
};

}  // namespace

bool Value::operator==(const Value& other) const {
    return data == other.data;
}

std::string_view type_name(Type type) {
    return type_names[static_cast<size_t>(type)];
}

std::optional<Type> type_from_name(std::string_view name) {
    const auto* found = std::find(type_names.begin(), type_names.end(), name);
    if (found == type_names.end()) return std::nullopt;
    return static_cast<Type>(found - type_names.begin());
}

std::string describe(const Value& value) {
    std::string text;
    if (const auto* string = value.as<std::string>()) text = *string;
    if (const auto* number = value.as<Decimal>()) text = number->text();
    if (const auto* binary = value.as<Binary>()) text = base::base64_encode(binary->bytes);
    return "{" + std::string(type_name(value.type())) + ":" + text + "}";
}

std::optional<std::strong_ordering> compare(const Value& a, const Value& b) {
    if (a.type() != b.type()) return std::nullopt;
    switch (a.type()) {
        case Type::S:
            return *a.as<std::string>() <=> *b.as<std::string>();
        case Type::N:
            return *a.as<Decimal>() <=> *b.as<Decimal>();
        case Type::B:
            return *a.as<Binary>() <=> *b.as<Binary>();
        case Type::SS:
        case Type::NS:
        case Type::BS:
        case Type::M:
        case Type::L:
        case Type::Null:
        case Type::Bool:
            return std::nullopt;
    }
    return std::nullopt;
}

size_t size_bytes(const Value& value) {
    return std::visit(SizeOf{}, value.data);
}

size_t size_bytes(const Item& item) {
    size_t total = 0;
    for (const auto& [name, value] : item) total += name.size() + size_bytes(value);
    return total;
}

int nesting(const Value& value) {
    int deepest = 0;
    if (const auto* map = value.as<Item>()) {
        for (const auto& [name, child] : *map) deepest = std::max(deepest, nesting(child));
        return deepest + 1;
    }
    if (const auto* list = value.as<List>()) {
        for (const Value& child : *list) deepest = std::max(deepest, nesting(child));
        return deepest + 1;
    }
    return 0;
}

}  // namespace wr::dynamodb
