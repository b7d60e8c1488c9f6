// JSON to structs and back: one walk over the tables, simdjson's on-demand tokens in, our writer
// out.
#include "wire/codec_json.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <simdjson.h>

#include "base/encoding.h"
#include "base/json_writer.h"
#include "wire/scalars.h"
#include "wire/walk.h"

namespace wr::wire {
namespace {

namespace ondemand = simdjson::ondemand;

struct DecodeFailure {
    std::string message;
};
using Outcome = base::Result<void, DecodeFailure>;

Outcome malformed() {
    return base::fail(DecodeFailure{""});
}
Outcome mismatch(std::string message) {
    return base::fail(DecodeFailure{std::move(message)});
}

const char* java_name(Kind kind) {
    switch (kind) {
        case Kind::String:
            return "String";
        case Kind::Blob:
            return "Blob";
        case Kind::Boolean:
            return "Boolean";
        case Kind::Integer:
            return "Integer";
        case Kind::Long:
            return "Long";
        case Kind::Float:
            return "Float";
        case Kind::Double:
            return "Double";
        case Kind::Timestamp:
            return "Timestamp";
        case Kind::Structure:
        case Kind::List:
        case Kind::Map:
        case Kind::Body:
            break;
    }
    return "Object";
}

/// The text for a token of the wrong kind where `shape` was expected.
Outcome wrong_type(const Shape& shape, ondemand::value& value) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return malformed();
    const bool container =
        shape.kind == Kind::Structure || shape.kind == Kind::List || shape.kind == Kind::Map;
    switch (type) {
        case ondemand::json_type::object:
            return mismatch("Start of structure or map found where not expected.");
        case ondemand::json_type::array:
            return mismatch("Start of list found where not expected");
        case ondemand::json_type::number:
            return mismatch(container ? "Unexpected field type"
                                      : std::string("NUMBER_VALUE cannot be converted to ") +
                                            java_name(shape.kind));
        case ondemand::json_type::string:
            return mismatch(container ? "Unexpected field type"
                                      : std::string("STRING_VALUE cannot be converted to ") +
                                            java_name(shape.kind));
        case ondemand::json_type::boolean: {
            bool is_true = false;
            if (value.get_bool().get(is_true) != simdjson::SUCCESS) return malformed();
            return mismatch(container
                                ? "Unexpected field type"
                                : std::string(is_true ? "TRUE" : "FALSE") +
                                      "_VALUE cannot be converted to " + java_name(shape.kind));
        }
        case ondemand::json_type::null:
            return malformed();
    }
    return malformed();
}

class Decoder {
public:
    Outcome structure(const Shape& shape, ondemand::object object, void* out, int depth) {
        if (depth > nesting_depth_max) return malformed();
        for (auto entry : object) {
            ondemand::field field;
            if (std::move(entry).get(field) != simdjson::SUCCESS) return malformed();
            std::string_view key;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS) return malformed();
            const Member* member = find_member(shape, key);
            ondemand::value child = field.value();
            if (member == nullptr || member->location != Location::Body) {
                if (auto skipped = skip(child); !skipped) return skipped;
                continue;
            }
            bool is_null = false;
            if (child.is_null().get(is_null) != simdjson::SUCCESS) return malformed();
            if (is_null) continue;
            if (auto done = value(*member->shape, child, emplace_member(*member, out), depth + 1);
                !done)
                return done;
        }
        return {};
    }

    Outcome value(const Shape& shape, ondemand::value& in, void* out, int depth) {
        switch (shape.kind) {
            case Kind::Structure: {
                ondemand::object object;
                if (in.get_object().get(object) != simdjson::SUCCESS) return wrong_type(shape, in);
                return structure(shape, object, out, depth);
            }
            case Kind::List:
                return list(shape, in, out, depth);
            case Kind::Map:
                return map(shape, in, out, depth);
            case Kind::String:
            case Kind::Blob:
                return text(shape, in, out);
            case Kind::Boolean:
                return in.get_bool().get(*static_cast<bool*>(out)) == simdjson::SUCCESS
                           ? Outcome{}
                           : wrong_type(shape, in);
            case Kind::Integer:
            case Kind::Long:
            case Kind::Float:
            case Kind::Double:
            case Kind::Timestamp:
                return number(shape, in, out);
            case Kind::Body:
                return malformed();
        }
        return malformed();
    }

private:
    // On-demand parsing checks only what it visits: raw_json makes it walk over what we do not
    // want.
    static Outcome skip(ondemand::value& value) {
        std::string_view ignored;
        const auto error = simdjson::to_json_string(value).get(ignored);
        return error == simdjson::SUCCESS ? Outcome{} : malformed();
    }

    Outcome list(const Shape& shape, ondemand::value& in, void* out, int depth) {
        ondemand::array array;
        if (in.get_array().get(array) != simdjson::SUCCESS) return wrong_type(shape, in);
        if (depth > nesting_depth_max) return malformed();
        for (auto entry : array) {
            ondemand::value element;
            if (std::move(entry).get(element) != simdjson::SUCCESS) return malformed();
            void* slot = shape.list->append(out);
            bool is_null = false;
            if (element.is_null().get(is_null) != simdjson::SUCCESS) return malformed();
            if (is_null) continue;
            if (auto done = value(*shape.element, element, slot, depth + 1); !done) return done;
        }
        return {};
    }

    Outcome map(const Shape& shape, ondemand::value& in, void* out, int depth) {
        ondemand::object object;
        if (in.get_object().get(object) != simdjson::SUCCESS) return wrong_type(shape, in);
        if (depth > nesting_depth_max) return malformed();
        for (auto entry : object) {
            ondemand::field field;
            if (std::move(entry).get(field) != simdjson::SUCCESS) return malformed();
            std::string_view key;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS) return malformed();
            ondemand::value child = field.value();
            bool is_null = false;
            if (child.is_null().get(is_null) != simdjson::SUCCESS) return malformed();
            if (is_null) continue;
            void* slot = shape.map->insert(out, std::string(key));
            if (auto done = value(*shape.element, child, slot, depth + 1); !done) return done;
        }
        return {};
    }

    static Outcome text(const Shape& shape, ondemand::value& in, void* out) {
        std::string_view text;
        if (in.get_string().get(text) != simdjson::SUCCESS) return wrong_type(shape, in);
        if (shape.kind == Kind::String) {
            *static_cast<std::string*>(out) = text;
            return {};
        }
        if (!base::base64_decode_into(text, *static_cast<std::string*>(out)))
            return mismatch("\\\"" + std::string(text.substr(0, 64)) +
                            "\\\" is not a valid Base64 encoded value");
        return {};
    }

    static Outcome number(const Shape& shape, ondemand::value& in, void* out) {
        if (shape.kind == Kind::Integer || shape.kind == Kind::Long) {
            int64_t integer = 0;
            if (in.get_int64().get(integer) == simdjson::SUCCESS) {
                *static_cast<int64_t*>(out) = integer;
                return {};
            }
        }
        double number = 0;
        if (in.get_double().get(number) != simdjson::SUCCESS) {
            std::string_view text;
            // Timestamps as ISO text are taken by AWS although the model says seconds; so are NaN
            // and infinities.
            const bool textual = shape.kind == Kind::Timestamp || shape.kind == Kind::Double ||
                                 shape.kind == Kind::Float;
            if (textual && in.get_string().get(text) == simdjson::SUCCESS &&
                parse_scalar(shape, TimestampFormat::Iso8601, text, out)) {
                return {};
            }
            return wrong_type(shape, in);
        }
        if (shape.kind == Kind::Timestamp) {
            *static_cast<base::Timestamp*>(out) = from_unix_seconds(number);
        } else if (shape.kind == Kind::Double || shape.kind == Kind::Float) {
            *static_cast<double*>(out) = number;
        } else {
            if (std::abs(number) >= 9.2e18) return wrong_type(shape, in);
            *static_cast<int64_t*>(out) = static_cast<int64_t>(number);
        }
        return {};
    }
};

void encode(base::JsonWriter& writer, const Shape& shape, const Member* member, const void* value);

void encode_members(base::JsonWriter& writer, const Shape& shape, const void* structure) {
    writer.begin_object();
    for (const Member& member : shape.members) {
        if (member.location != Location::Body) continue;
        const void* value = member_value(member, structure);
        if (value == nullptr) continue;
        writer.plain_key(member.wire_name);
        encode(writer, *member.shape, &member, value);
    }
    writer.end_object();
}

/// What the first element took says how much room its successors will need.
void encode_list(base::JsonWriter& writer, const Shape& shape, const void* list) {
    constexpr size_t reserved_bytes_max = 16 * 1024 * 1024;
    const size_t count = shape.list->size(list);
    const size_t start = writer.size();
    writer.begin_array();
    if (shape.list->write_json != nullptr && shape.list->write_json(list, writer)) {
        return writer.end_array();
    }
    each_element(shape, list, [&, is_first = true](const void* element) mutable {
        encode(writer, *shape.element, nullptr, element);
        if (!std::exchange(is_first, false)) return;
        const size_t first = writer.size() - start;
        writer.reserve(std::min(reserved_bytes_max, count * (first + first / 16)));
    });
    writer.end_array();
}

void encode(base::JsonWriter& writer, const Shape& shape, const Member* member, const void* value) {
    switch (shape.kind) {
        case Kind::Structure:
            encode_members(writer, shape, value);
            return;
        case Kind::List:
            encode_list(writer, shape, value);
            return;
        case Kind::Map:
            writer.begin_object();
            each_entry(shape, value, [&](const std::string& key, const void* entry) {
                writer.key(key);
                encode(writer, *shape.element, nullptr, entry);
            });
            writer.end_object();
            return;
        case Kind::String:
            writer.string(scalar<std::string>(value));
            return;
        case Kind::Blob:
            writer.base64(scalar<std::string>(value));
            return;
        case Kind::Boolean:
            writer.boolean(scalar<bool>(value));
            return;
        case Kind::Integer:
        case Kind::Long:
            writer.integer(scalar<int64_t>(value));
            return;
        case Kind::Float:
        case Kind::Double:
            if (std::isfinite(scalar<double>(value)))
                writer.number(scalar<double>(value));
            else
                writer.string(std::isnan(scalar<double>(value)) ? "NaN"
                              : scalar<double>(value) > 0       ? "Infinity"
                                                                : "-Infinity");
            return;
        case Kind::Timestamp: {
            const auto format = timestamp_format(member, shape, TimestampFormat::UnixSeconds);
            if (format == TimestampFormat::UnixSeconds)
                writer.raw(UnixSeconds(scalar<base::Timestamp>(value)).text());
            else
                writer.string(format_scalar(shape, format, value));
            return;
        }
        case Kind::Body:
            return;
    }
}

/// A buffer that is kept between requests, but not at the size of the largest.
struct Trimmed {
    std::string& buffer;
    ~Trimmed() {
        constexpr size_t kept_bytes_max = 1024 * 1024;
        if (buffer.capacity() > kept_bytes_max) std::string().swap(buffer);
    }
};

}  // namespace

ApiResult<void> decode_json(const Shape& shape, std::string_view body, void* out) {
    const auto refuse = [](std::string message) {
        return base::fail(ApiError{"SerializationException", std::move(message), 400, {}, {}});
    };
    thread_local ondemand::parser parser;
    thread_local std::string padded;
    const Trimmed trim{padded};
    padded.assign(body);
    padded.append(simdjson::SIMDJSON_PADDING, '\0');
    ondemand::document document;
    if (parser.iterate(padded.data(), body.size(), padded.size()).get(document) !=
        simdjson::SUCCESS)
        return refuse("");
    ondemand::value root;
    ondemand::object object;
    if (document.get_value().get(root) != simdjson::SUCCESS) return refuse("");
    if (root.get_object().get(object) != simdjson::SUCCESS) {
        const auto wrong = wrong_type(shape, root);
        return refuse(wrong ? "" : wrong.error().message);
    }
    if (auto decoded = Decoder().structure(shape, object, out, 0); !decoded)
        return refuse(decoded.error().message);
    // Anything after the object is no JSON document.
    if (document.current_location().error() == simdjson::SUCCESS) return refuse("");
    return {};
}

std::string encode_json(const Shape& shape, const void* value) {
    base::JsonWriter writer;
    encode(writer, shape, nullptr, value);
    return writer.take();
}

}  // namespace wr::wire
