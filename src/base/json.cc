// Json over simdjson's DOM parser and the project's own writer.
#include "base/json.h"

#include <simdjson.h>

#include "base/json_writer.h"
#include "base/limits.h"

namespace wr::base {
namespace {

Json from_element(const simdjson::dom::element& element) {
    using Type = simdjson::dom::element_type;
    switch (element.type()) {
        case Type::ARRAY: {
            Json::Array array;
            for (const auto child : simdjson::dom::array(element))
                array.push_back(from_element(child));
            return array;
        }
        case Type::OBJECT: {
            Json object{Json::Object{}};
            for (const auto field : simdjson::dom::object(element))
                object.set(std::string(field.key), from_element(field.value));
            return object;
        }
        case Type::INT64:
            return int64_t(element);
        case Type::UINT64:
            return static_cast<double>(uint64_t(element));
        case Type::DOUBLE:
            return double(element);
        case Type::STRING:
            return std::string_view(element);
        case Type::BOOL:
            return bool(element);
        case Type::NULL_VALUE:
            return {};
    }
    return {};
}

void write(JsonWriter& writer, const Json& value) {
    if (value.is_array()) {
        writer.begin_array();
        for (const auto& child : value.as_array()) write(writer, child);
        writer.end_array();
    } else if (value.is_object()) {
        writer.begin_object();
        for (const auto& [key, child] : value.as_object()) {
            writer.key(key);
            write(writer, child);
        }
        writer.end_object();
    } else if (value.is_string()) {
        writer.string(value.as_string());
    } else if (value.is_int()) {
        writer.integer(value.as_int());
    } else if (value.is_number()) {
        writer.number(value.as_double());
    } else if (value.is_bool()) {
        writer.boolean(value.as_bool());
    } else {
        writer.null();
    }
}

void write_pretty(std::string& out, const Json& value, int indent, int depth) {
    const auto line = [&](int level) {
        out += '\n';
        out.append(static_cast<size_t>(indent * level), ' ');
    };
    const bool array = value.is_array() && !value.as_array().empty();
    const bool object = value.is_object() && !value.as_object().empty();
    if (!array && !object) {
        out += value.dump();
        return;
    }
    out += array ? '[' : '{';
    bool first = true;
    const auto separate = [&] {
        if (!first) out += ',';
        first = false;
        line(depth + 1);
    };
    if (array) {
        for (const auto& child : value.as_array()) {
            separate();
            write_pretty(out, child, indent, depth + 1);
        }
    } else {
        for (const auto& [key, child] : value.as_object()) {
            separate();
            out += Json(key).dump();
            out += ": ";
            write_pretty(out, child, indent, depth + 1);
        }
    }
    line(depth);
    out += array ? ']' : '}';
}

template <typename T>
const T& get_or_empty(const T* value) {
    static const T empty{};
    return value != nullptr ? *value : empty;
}

}  // namespace

bool Json::as_bool(bool otherwise) const {
    const bool* value = std::get_if<bool>(&value_);
    return value != nullptr ? *value : otherwise;
}
int64_t Json::as_int(int64_t otherwise) const {
    const int64_t* value = std::get_if<int64_t>(&value_);
    return value != nullptr ? *value : otherwise;
}
double Json::as_double(double otherwise) const {
    if (const double* value = std::get_if<double>(&value_)) return *value;
    if (const int64_t* value = std::get_if<int64_t>(&value_)) return static_cast<double>(*value);
    return otherwise;
}
const std::string& Json::as_string() const {
    return get_or_empty(std::get_if<std::string>(&value_));
}
const Json::Array& Json::as_array() const {
    return get_or_empty(std::get_if<Array>(&value_));
}
const Json::Object& Json::as_object() const {
    return get_or_empty(std::get_if<Object>(&value_));
}

Json::Array& Json::array() {
    if (is_null()) value_ = Array{};
    return std::get<Array>(value_);
}
Json::Object& Json::object() {
    if (is_null()) value_ = Object{};
    return std::get<Object>(value_);
}

const Json* Json::find(std::string_view key) const {
    for (const auto& [name, value] : as_object()) {
        if (name == key) return &value;
    }
    return nullptr;
}

const Json& Json::operator[](std::string_view key) const {
    return get_or_empty(find(key));
}

void Json::set(std::string key, Json value) {
    for (auto& [name, old] : object()) {
        if (name == key) {
            old = std::move(value);
            return;
        }
    }
    object().emplace_back(std::move(key), std::move(value));
}

void Json::push(Json value) {
    array().push_back(std::move(value));
}

std::string Json::dump() const {
    JsonWriter writer;
    write(writer, *this);
    return writer.take();
}

std::string Json::dump_pretty(int indent) const {
    std::string out;
    write_pretty(out, *this, indent, 0);
    return out;
}

Result<Json> parse_json(std::string_view text) {
    thread_local simdjson::dom::parser parser;
    // The parser's depth limit is fixed at allocation.
    if (parser.max_depth() != limits::json_depth_max &&
        parser.allocate(1024, limits::json_depth_max) != simdjson::SUCCESS) {
        return fail(ErrorCode::Unavailable, "out of memory");
    }
    simdjson::dom::element root;
    const auto error = parser.parse(text.data(), text.size()).get(root);
    if (error != simdjson::SUCCESS)
        return fail(ErrorCode::InvalidArgument, simdjson::error_message(error));
    return from_element(root);
}

}  // namespace wr::base
