#pragma once
// JSON paths of record columns, as one tree, so that a document is walked once.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/source.h"

namespace wr::sql {

struct JsonStep {
    enum class Kind : uint8_t { Key, Index, Each };
    Kind kind = Kind::Key;
    std::string key;
    uint64_t index = 0;
};

/// "$", "$.a.b", "$['a b']", "$.list[0:].x", "$.list[2]". The error's message says what is wrong.
Compiled<std::vector<JsonStep>> parse_json_path(std::string_view path);

struct JsonNode;

/// What the last object had at a place: producers keep one order of fields.
struct JsonField {
    std::string key;   ///< as it stood there, with its closing quote; empty: not remembered
    std::string lead;  ///< all that stood before the value: bracket or comma, key, colon
    JsonNode* child = nullptr;  ///< null for a field that no column takes
};

/// A place in the document: the columns that end here and the places below it.
struct JsonNode {
    std::string key;
    uint64_t index = 0;
    std::vector<uint32_t> columns;   ///< take the value itself
    std::vector<JsonNode> keys;      ///< of an object
    std::vector<JsonNode> indexes;   ///< of an array
    std::unique_ptr<JsonNode> each;  ///< every element of an array is a row
    std::vector<JsonField> fields;   ///< of the object, by position; a decoder's memory
};

/// False when the path flattens a second array.
bool add_json_path(JsonNode& root, const std::vector<JsonStep>& steps, uint32_t column);

}  // namespace wr::sql
