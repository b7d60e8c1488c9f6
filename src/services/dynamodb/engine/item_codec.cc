// One tag byte per value, lengths as LEB128; a version byte opens the item.
#include "services/dynamodb/engine/item_codec.h"

#include <optional>

namespace wr::dynamodb {
namespace {

constexpr char format_version = 1;
// Deeper than any item the API lets in, shallow enough for the stack.
constexpr int depth_max = 64;

void put_length(std::string& out, size_t length) {
    while (length >= 0x80) {
        out += static_cast<char>(0x80 | (length & 0x7F));
        length >>= 7;
    }
    out += static_cast<char>(length);
}

void put_text(std::string& out, std::string_view text) {
    put_length(out, text.size());
    out += text;
}

void put_value(std::string& out, const Value& value);

void put_map(std::string& out, const Item& map) {
    put_length(out, map.size());
    for (const auto& [name, value] : map) {
        put_text(out, name);
        put_value(out, value);
    }
}

struct PutPayload {
    std::string& out;
    void operator()(const std::string& text) const { put_text(out, text); }
    void operator()(const Decimal& number) const { number.append_ordered(out); }
    void operator()(const Binary& binary) const { put_text(out, binary.bytes); }
    template <typename T>
    void operator()(const std::set<T>& set) const {
        put_length(out, set.size());
        for (const T& element : set) (*this)(element);
    }
    void operator()(const Item& map) const { put_map(out, map); }
    void operator()(const List& list) const {
        put_length(out, list.size());
        for (const Value& value : list) put_value(out, value);
    }
    void operator()(const Null&) const {}
    void operator()(const bool& value) const { out += value ? '\1' : '\0'; }
};

void put_value(std::string& out, const Value& value) {
    out += static_cast<char>(value.type());
    std::visit(PutPayload{out}, value.data);
}

/// Every take_ function is empty when the bytes do not fit.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    bool at_end() const { return bytes_.empty(); }

    std::optional<uint8_t> take_byte() {
        if (bytes_.empty()) return std::nullopt;
        const auto byte = static_cast<uint8_t>(bytes_.front());
        bytes_.remove_prefix(1);
        return byte;
    }

    /// A count or length, which can never exceed the bytes that are left.
    std::optional<size_t> take_length() {
        size_t length = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            const auto byte = take_byte();
            if (!byte) return std::nullopt;
            length |= static_cast<size_t>(*byte & 0x7F) << shift;
            if ((*byte & 0x80) == 0) {
                if (length > bytes_.size()) return std::nullopt;
                return length;
            }
        }
        return std::nullopt;
    }

    std::optional<std::string> take_text() {
        const auto length = take_length();
        if (!length) return std::nullopt;
        std::string text(bytes_.substr(0, *length));
        bytes_.remove_prefix(*length);
        return text;
    }

    std::optional<Item> take_map(int depth) {
        const auto count = take_length();
        if (!count) return std::nullopt;
        Item map;
        for (size_t i = 0; i < *count; ++i) {
            auto name = take_text();
            auto value = name ? take_value(depth) : std::nullopt;
            if (!value) return std::nullopt;
            map.emplace_hint(map.end(), std::move(*name), std::move(*value));
        }
        return map;
    }

    std::optional<Value> take_value(int depth) {
        const auto tag = take_byte();
        if (!tag || depth > depth_max) return std::nullopt;
        switch (static_cast<Type>(*tag)) {
            case Type::S:
                return wrap(take_text());
            case Type::N:
                return wrap(Decimal::take_ordered(bytes_));
            case Type::B:
                return wrap(take_binary());
            case Type::SS:
                return wrap(take_set<std::string>([&] { return take_text(); }));
            case Type::NS:
                return wrap(take_set<Decimal>([&] { return Decimal::take_ordered(bytes_); }));
            case Type::BS:
                return wrap(take_set<Binary>([&] { return take_binary(); }));
            case Type::M:
                return wrap(take_map(depth + 1));
            case Type::L:
                return wrap(take_list(depth + 1));
            case Type::Null:
                return Value{Null{}};
            case Type::Bool:
                if (const auto byte = take_byte()) return Value{*byte != 0};
                return std::nullopt;
        }
        return std::nullopt;
    }

private:
    template <typename T>
    static std::optional<Value> wrap(std::optional<T> data) {
        if (!data) return std::nullopt;
        return Value{std::move(*data)};
    }

    std::optional<Binary> take_binary() {
        auto text = take_text();
        if (!text) return std::nullopt;
        return Binary{std::move(*text)};
    }

    template <typename T, typename Take>
    std::optional<std::set<T>> take_set(Take take) {
        const auto count = take_length();
        if (!count) return std::nullopt;
        std::set<T> set;
        for (size_t i = 0; i < *count; ++i) {
            auto element = take();
            if (!element) return std::nullopt;
            set.insert(std::move(*element));
        }
        return set;
    }

    std::optional<List> take_list(int depth) {
        const auto count = take_length();
        if (!count) return std::nullopt;
        List list;
        for (size_t i = 0; i < *count; ++i) {
            auto value = take_value(depth);
            if (!value) return std::nullopt;
            list.push_back(std::move(*value));
        }
        return list;
    }

    std::string_view bytes_;
};

}  // namespace

std::string encode_item(const Item& item) {
    std::string out(1, format_version);
    put_map(out, item);
    return out;
}

base::Result<Item> decode_item(std::string_view bytes) {
    Reader reader(bytes);
    const auto version = reader.take_byte();
    if (!version || *version != format_version) {
        return base::fail(base::ErrorCode::Corruption, "item: unknown format version");
    }
    auto item = reader.take_map(0);
    if (!item || !reader.at_end()) {
        return base::fail(base::ErrorCode::Corruption, "item: the stored bytes are damaged");
    }
    return std::move(*item);
}

}  // namespace wr::dynamodb
