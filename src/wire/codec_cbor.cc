// CBOR (RFC 8949) to structs and back. The Java SDKs write timestamps as tag 1 over milliseconds,
// Smithy's RPC v2 as the RFC does, over seconds.
#include "wire/codec_cbor.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "wire/scalars.h"
#include "wire/walk.h"

namespace wr::wire {
namespace {

enum Major : uint8_t {
    Unsigned = 0,
    Negative = 1,
    Bytes = 2,
    Text = 3,
    Array = 4,
    MapType = 5,
    Tag = 6,
    Simple = 7
};

constexpr uint8_t indefinite = 31;
constexpr uint8_t break_byte = 0xff;

/// A cursor over one item after another; every read is bounded by the input.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    bool done() const { return rest_.empty(); }
    bool at_break() const {
        return !rest_.empty() && static_cast<uint8_t>(rest_.front()) == break_byte;
    }
    void take_break() { rest_.remove_prefix(1); }

    struct Head {
        uint8_t major = 0;
        uint8_t info = 0;
        uint64_t argument = 0;
        bool is_indefinite() const { return info == indefinite; }
    };

    std::optional<Head> head() {
        if (rest_.empty()) return std::nullopt;
        const auto first = static_cast<uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        Head head{static_cast<uint8_t>(first >> 5), static_cast<uint8_t>(first & 31), 0};
        if (head.info < 24) {
            head.argument = head.info;
        } else if (head.info < 28) {
            const size_t size = size_t{1} << (head.info - 24);
            if (rest_.size() < size) return std::nullopt;
            for (size_t i = 0; i < size; ++i)
                head.argument = head.argument << 8 | static_cast<uint8_t>(rest_[i]);
            rest_.remove_prefix(size);
        } else if (head.info != indefinite) {
            return std::nullopt;
        }
        return head;
    }

    std::optional<uint8_t> peek_major() const {
        if (rest_.empty()) return std::nullopt;
        return static_cast<uint8_t>(static_cast<uint8_t>(rest_.front()) >> 5);
    }
    bool take_null() {
        if (rest_.empty() || static_cast<uint8_t>(rest_.front()) != 0xf6) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// A byte or text string, definite or in chunks.
    std::optional<std::string> string(const Head& head) {
        if (!head.is_indefinite()) return chunk(head.argument);
        std::string whole;
        while (!at_break()) {
            const auto part_head = this->head();
            if (!part_head || part_head->major != head.major || part_head->is_indefinite())
                return std::nullopt;
            auto part = chunk(part_head->argument);
            if (!part) return std::nullopt;
            whole += *part;
        }
        take_break();
        return whole;
    }

    /// Calls `item` for each element; a map has two items an entry. False when the input is
    /// malformed.
    template <typename Item>
    bool items(const Head& head, Item item) {
        if (head.is_indefinite()) {
            while (!at_break()) {
                if (rest_.empty() || !item()) return false;
            }
            take_break();
            return true;
        }
        for (uint64_t i = 0; i < head.argument; ++i) {
            if (!item()) return false;
        }
        return true;
    }

    bool skip(int depth) {
        const auto head = this->head();
        if (!head || depth > nesting_depth_max) return false;
        switch (head->major) {
            case Bytes:
            case Text:
                return string(*head).has_value();
            case Array:
                return items(*head, [&] { return skip(depth + 1); });
            case MapType:
                return items(*head, [&] { return skip(depth + 1) && skip(depth + 1); });
            case Tag:
                return skip(depth + 1);
            default:
                return !head->is_indefinite();
        }
    }

private:
    std::optional<std::string> chunk(uint64_t size) {
        if (size > rest_.size()) return std::nullopt;
        std::string bytes(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return bytes;
    }

    std::string_view rest_;
};

double half_to_double(uint64_t bits) {
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const double mantissa = static_cast<double>(bits & 1023);
    double value = 0;
    if (exponent == 0)
        value = std::ldexp(mantissa, -24);
    else if (exponent != 31)
        value = std::ldexp(mantissa + 1024, exponent - 25);
    else
        value = mantissa == 0 ? INFINITY : NAN;
    return (bits & 0x8000) != 0 ? -value : value;
}

/// Any number as a double, and as an integer where it is one.
struct Number {
    double real = 0;
    std::optional<int64_t> integer;
};

std::optional<Number> to_number(const Reader::Head& head) {
    Number number;
    if (head.is_indefinite()) return std::nullopt;
    if (head.major == Unsigned || head.major == Negative) {
        if (head.argument > INT64_MAX) return std::nullopt;
        const auto magnitude = static_cast<int64_t>(head.argument);
        number.integer = head.major == Unsigned ? magnitude : -1 - magnitude;
        number.real = static_cast<double>(*number.integer);
        return number;
    }
    if (head.major != Simple) return std::nullopt;
    if (head.info == 25)
        number.real = half_to_double(head.argument);
    else if (head.info == 26)
        number.real = std::bit_cast<float>(static_cast<uint32_t>(head.argument));
    else if (head.info == 27)
        number.real = std::bit_cast<double>(head.argument);
    else
        return std::nullopt;
    return number;
}

class Decoder {
public:
    Decoder(std::string_view body, CborTime time) : reader_(body), time_(time) {}

    bool document(const Shape& shape, void* out) {
        const auto head = reader_.head();
        return head && head->major == MapType && structure(shape, *head, out, 0) && reader_.done();
    }

private:
    bool structure(const Shape& shape, const Reader::Head& head, void* out, int depth) {
        if (depth > nesting_depth_max) return false;
        return reader_.items(head, [&] {
            const auto key_head = reader_.head();
            if (!key_head || key_head->major != Text) return false;
            const auto key = reader_.string(*key_head);
            if (!key) return false;
            const Member* member = find_member(shape, *key);
            if (member == nullptr || member->location != Location::Body)
                return reader_.skip(depth + 1);
            if (reader_.take_null()) return true;
            return value(*member->shape, emplace_member(*member, out), depth + 1);
        });
    }

    bool value(const Shape& shape, void* out, int depth) {
        auto head = reader_.head();
        if (!head || depth > nesting_depth_max) return false;
        bool is_timestamp = false;
        while (head && head->major == Tag) {
            is_timestamp = head->argument == 1;
            head = reader_.head();
        }
        if (!head) return false;
        switch (shape.kind) {
            case Kind::Structure:
                return head->major == MapType && structure(shape, *head, out, depth);
            case Kind::List:
                return head->major == Array && reader_.items(*head, [&] {
                    void* slot = shape.list->append(out);
                    return reader_.take_null() || value(*shape.element, slot, depth + 1);
                });
            case Kind::Map:
                return head->major == MapType && reader_.items(*head, [&] {
                    const auto key_head = reader_.head();
                    const auto key = key_head && key_head->major == Text ? reader_.string(*key_head)
                                                                         : std::nullopt;
                    return key && value(*shape.element, shape.map->insert(out, *key), depth + 1);
                });
            case Kind::String:
            case Kind::Blob: {
                const uint8_t wanted = shape.kind == Kind::String ? Text : Bytes;
                auto text = head->major == wanted ? reader_.string(*head) : std::nullopt;
                if (text) *static_cast<std::string*>(out) = std::move(*text);
                return text.has_value();
            }
            case Kind::Boolean:
                *static_cast<bool*>(out) = head->info == 21;
                return head->major == Simple && (head->info == 20 || head->info == 21);
            case Kind::Integer:
            case Kind::Long:
            case Kind::Float:
            case Kind::Double:
            case Kind::Timestamp:
                return number(shape, *head, is_timestamp, out);
            case Kind::Body:
                return false;
        }
        return false;
    }

    bool number(const Shape& shape, const Reader::Head& head, bool is_timestamp, void* out) const {
        const auto number = to_number(head);
        if (!number) return false;
        if (shape.kind == Kind::Timestamp) {
            // Untagged numbers are seconds.
            *static_cast<base::Timestamp*>(out) =
                is_timestamp && number->integer && time_ == CborTime::Milliseconds
                    ? base::Timestamp{std::chrono::milliseconds{*number->integer}}
                    : from_unix_seconds(number->real);
            return true;
        }
        if (shape.kind == Kind::Float || shape.kind == Kind::Double) {
            *static_cast<double*>(out) = number->real;
            return true;
        }
        if (!number->integer) return false;
        *static_cast<int64_t*>(out) = *number->integer;
        return true;
    }

    Reader reader_;
    CborTime time_;
};

void encode(CborWriter& writer, const Shape& shape, const void* value);

void encode_members(CborWriter& writer, const Shape& shape, const void* value) {
    uint64_t present = 0;
    for (const Member& member : shape.members)
        present += member.location == Location::Body && member_value(member, value) != nullptr;
    writer.map(present);
    for (const Member& member : shape.members) {
        const void* child =
            member.location == Location::Body ? member_value(member, value) : nullptr;
        if (child == nullptr) continue;
        writer.text(member.wire_name);
        encode(writer, *member.shape, child);
    }
}

void encode_list(CborWriter& writer, const Shape& shape, const void* list) {
    writer.array(shape.list->size(list));
    if (shape.list->write_cbor != nullptr && shape.list->write_cbor(list, writer)) return;
    each_element(
        shape, list, [&](const void* element) { encode(writer, *shape.element, element); });
}

void encode(CborWriter& writer, const Shape& shape, const void* value) {
    switch (shape.kind) {
        case Kind::Structure:
            return encode_members(writer, shape, value);
        case Kind::List:
            return encode_list(writer, shape, value);
        case Kind::Map:
            writer.map(shape.map->size(value));
            each_entry(shape, value, [&](const std::string& key, const void* entry) {
                writer.text(key);
                encode(writer, *shape.element, entry);
            });
            return;
        case Kind::String:
            return writer.text(scalar<std::string>(value));
        case Kind::Blob:
            return writer.bytes(scalar<std::string>(value));
        case Kind::Boolean:
            return writer.boolean(scalar<bool>(value));
        case Kind::Integer:
        case Kind::Long:
            return writer.integer(scalar<int64_t>(value));
        case Kind::Float:
        case Kind::Double:
            return writer.real(scalar<double>(value));
        case Kind::Timestamp:
            return writer.timestamp(scalar<base::Timestamp>(value));
        case Kind::Body:
            return;
    }
}

}  // namespace

ApiResult<void> decode_cbor(const Shape& shape, std::string_view body, void* out, CborTime time) {
    if (body.empty() || !Decoder(body, time).document(shape, out))
        return base::fail(ApiError{"SerializationException", "", 400, {}, {}});
    return {};
}

std::string encode_cbor(const Shape& shape, const void* value, CborTime time) {
    CborWriter writer(time);
    encode_members(writer, shape, value);
    return writer.take();
}

std::string encode_cbor_error(const ApiError& error) {
    CborWriter writer(CborTime::Milliseconds);
    writer.map(2);
    writer.text("__type");
    writer.text(error.code);
    writer.text("message");
    writer.text(error.message);
    return writer.take();
}

}  // namespace wr::wire
