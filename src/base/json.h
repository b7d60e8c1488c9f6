#pragma once
// Json: a small document value for policies, metadata records and configuration.
//
// Hot paths do not use it: request bodies are decoded by wire/, rows by sql/.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace wr::base {

class Json {
public:
    using Array = std::vector<Json>;
    /// Keys keep their order of insertion; look-ups are linear.
    using Object = std::vector<std::pair<std::string, Json>>;

    Json() = default;                                              // null
    Json(std::nullptr_t) {}                                        // NOLINT
    Json(bool value) : value_(value) {}                            // NOLINT
    Json(int value) : value_(int64_t{value}) {}                    // NOLINT
    Json(int64_t value) : value_(value) {}                         // NOLINT
    Json(uint64_t value) : value_(static_cast<int64_t>(value)) {}  // NOLINT
    Json(double value) : value_(value) {}                          // NOLINT
    Json(std::string value) : value_(std::move(value)) {}          // NOLINT
    Json(std::string_view value) : value_(std::string(value)) {}   // NOLINT
    Json(const char* value) : value_(std::string(value)) {}        // NOLINT
    Json(Array value) : value_(std::move(value)) {}                // NOLINT
    Json(Object value) : value_(std::move(value)) {}               // NOLINT

    bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    bool is_bool() const { return std::holds_alternative<bool>(value_); }
    bool is_int() const { return std::holds_alternative<int64_t>(value_); }
    bool is_number() const { return is_int() || std::holds_alternative<double>(value_); }
    bool is_string() const { return std::holds_alternative<std::string>(value_); }
    bool is_array() const { return std::holds_alternative<Array>(value_); }
    bool is_object() const { return std::holds_alternative<Object>(value_); }

    /// The value, or `otherwise` when it is of another kind.
    bool as_bool(bool otherwise = false) const;
    int64_t as_int(int64_t otherwise = 0) const;
    double as_double(double otherwise = 0) const;
    /// Empty when it is not a string.
    const std::string& as_string() const;
    const Array& as_array() const;
    const Object& as_object() const;
    Array& array();    ///< Becomes an empty array when it is null.
    Object& object();  ///< Becomes an empty object when it is null.

    /// Null when absent or when this is not an object.
    const Json& operator[](std::string_view key) const;
    const Json* find(std::string_view key) const;
    /// Replaces or adds; null becomes an object.
    void set(std::string key, Json value);
    void push(Json value);

    /// Compact text; non-finite numbers become null.
    std::string dump() const;
    std::string dump_pretty(int indent = 4) const;
    bool operator==(const Json&) const = default;

private:
    std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> value_;
};

/// Nesting deeper than limits::json_depth_max, trailing text, duplicate-free or not: duplicates
/// keep the last.
Result<Json> parse_json(std::string_view text);

}  // namespace wr::base
