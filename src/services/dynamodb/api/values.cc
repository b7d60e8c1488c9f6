// The wire has ten optional members where the engine has one of ten alternatives.
#include "services/dynamodb/api/values.h"

#include <algorithm>

#include "base/encoding.h"
#include "services/dynamodb/engine/item_rules.h"

namespace wr::dynamodb::api {
namespace {

using Wire = gen::dynamodb::AttributeValue;

int types_set(const Wire& value) {
    return int{value.s.has_value()} + int{value.n.has_value()} + int{value.b.has_value()} +
           int{value.ss.has_value()} + int{value.ns.has_value()} + int{value.bs.has_value()} +
           int{value.m.has_value()} + int{value.l.has_value()} + int{value.null.has_value()} +
           int{value.bool_.has_value()};
}

std::string listed(const std::vector<std::string>& values, bool as_base64) {
    std::string text;
    for (const std::string& value : values) {
        text += (text.empty() ? "" : ", ") + (as_base64 ? base::base64_encode(value) : value);
    }
    return "[" + text + "]";
}

Result<Value> string_set(const std::vector<std::string>& values) {
    if (values.empty()) return invalid_parameters("An string set  may not be empty");
    StringSet set(values.begin(), values.end());
    if (set.size() != values.size()) {
        return invalid_parameters("Input collection " + listed(values, false) +
                                  " contains duplicates.");
    }
    return Value{std::move(set)};
}

Result<Value> number_set(const std::vector<std::string>& values) {
    if (values.empty()) return invalid_parameters("An number set  may not be empty");
    NumberSet set;
    for (const std::string& text : values) {
        WR_TRY(Decimal number, parse_number(text));
        if (!set.insert(std::move(number)).second) {
            return invalid("Input collection contains duplicates");
        }
    }
    return Value{std::move(set)};
}

Result<Value> binary_set(const std::vector<std::string>& values) {
    if (values.empty()) return invalid_parameters("Binary sets should not be empty");
    BinarySet set;
    for (const std::string& bytes : values) set.insert(Binary{bytes});
    if (set.size() != values.size()) {
        return invalid_parameters("Input collection " + listed(values, true) +
                                  "of type BS contains duplicates.");
    }
    return Value{std::move(set)};
}

/// Fills the one member that stands for the alternative.
struct ToWire {
    Wire& out;
    void operator()(const std::string& text) const { out.s = text; }
    void operator()(const Decimal& number) const { out.n = number.text(); }
    void operator()(const Binary& binary) const { out.b = binary.bytes; }
    void operator()(const StringSet& set) const { out.ss.emplace(set.begin(), set.end()); }
    void operator()(const NumberSet& set) const {
        auto& texts = out.ns.emplace();
        for (const Decimal& number : set) texts.push_back(number.text());
    }
    void operator()(const BinarySet& set) const {
        auto& all = out.bs.emplace();
        for (const Binary& binary : set) all.push_back(binary.bytes);
    }
    void operator()(const Item& map) const { out.m = to_wire(map); }
    void operator()(const List& list) const {
        auto& values = out.l.emplace();
        for (const Value& value : list) values.push_back(to_wire(value));
    }
    void operator()(const Null&) const { out.null = true; }
    void operator()(const bool& value) const { out.bool_ = value; }
};

base::Json value_json(const Value& value);

struct PayloadJson {
    base::Json operator()(const std::string& text) const { return text; }
    base::Json operator()(const Decimal& number) const { return number.text(); }
    base::Json operator()(const Binary& binary) const { return base::base64_encode(binary.bytes); }
    template <typename T>
    base::Json operator()(const std::set<T>& set) const {
        base::Json all = base::Json::Array{};
        for (const T& element : set) all.push((*this)(element));
        return all;
    }
    base::Json operator()(const Item& map) const { return item_json(map); }
    base::Json operator()(const List& list) const {
        base::Json all = base::Json::Array{};
        for (const Value& value : list) all.push(value_json(value));
        return all;
    }
    base::Json operator()(const Null&) const { return true; }
    base::Json operator()(const bool& value) const { return value; }
};

base::Json value_json(const Value& value) {
    base::Json json = base::Json::Object{};
    json.set(std::string(type_name(value.type())), std::visit(PayloadJson{}, value.data));
    return json;
}

}  // namespace

Result<Value> from_wire(const Wire& value) {
    const int types = types_set(value);
    if (types == 0) {
        return invalid(
            "Supplied AttributeValue is empty, must contain exactly one of the supported "
            "datatypes");
    }
    if (types > 1) {
        return invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
            "the supported datatypes");
    }
    if (value.s) return string_value(*value.s);
    if (value.n) {
        WR_TRY(Decimal number, parse_number(*value.n));
        return number_value(std::move(number));
    }
    if (value.b) return binary_value(*value.b);
    if (value.ss) return string_set(*value.ss);
    if (value.ns) return number_set(*value.ns);
    if (value.bs) return binary_set(*value.bs);
    if (value.bool_) return Value{*value.bool_};
    if (value.m) {
        WR_TRY(Item map, from_wire(*value.m));
        return Value{std::move(map)};
    }
    if (value.l) {
        WR_TRY(List list, from_wire(value.l));
        return Value{std::move(list)};
    }
    if (!*value.null) {
        return invalid_parameters("Null attribute value types must have the value of true");
    }
    return Value{Null{}};
}

Result<Item> from_wire(const WireItem& item) {
    Item converted;
    for (const auto& [name, wire] : item) {
        WR_TRY(Value value, from_wire(wire));
        converted.emplace_hint(converted.end(), name, std::move(value));
    }
    return converted;
}

Result<Item> from_wire(const std::optional<WireItem>& item) {
    if (!item) return Item{};
    return from_wire(*item);
}

Result<std::vector<Value>> from_wire(const std::optional<std::vector<Wire>>& values) {
    std::vector<Value> converted;
    if (!values) return converted;
    for (const Wire& wire : *values) {
        WR_TRY(Value value, from_wire(wire));
        converted.push_back(std::move(value));
    }
    return converted;
}

Result<std::optional<Item>> placeholder_values(const std::optional<WireItem>& values) {
    if (!values) return std::optional<Item>{};
    Item converted;
    for (const auto& [name, wire] : *values) {
        auto value = from_wire(wire);
        if (!value) {
            return invalid("ExpressionAttributeValues contains invalid value: " +
                           value.error().message + " for key " + name);
        }
        converted.emplace(name, std::move(*value));
    }
    return std::optional<Item>{std::move(converted)};
}

Wire to_wire(const Value& value) {
    Wire wire;
    std::visit(ToWire{wire}, value.data);
    return wire;
}

WireItem to_wire(const Item& item) {
    WireItem wire;
    for (const auto& [name, value] : item) wire.emplace_hint(wire.end(), name, to_wire(value));
    return wire;
}

base::Json item_json(const Item& item) {
    base::Json json = base::Json::Object{};
    for (const auto& [name, value] : item) json.set(name, value_json(value));
    return json;
}

}  // namespace wr::dynamodb::api
