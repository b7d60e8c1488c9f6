// JSON records through simdjson: each document is walked once, along the tree of the columns'
// paths.
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sql/cast.h"
#include "sql/decode.h"
#include "sql/flat_rows.h"
#include "sql/json_path.h"
#include "sql/json_scalar.h"

namespace wr::sql {
namespace {

namespace od = simdjson::ondemand;

constexpr size_t remembered_fields_max = 64;
/// The padding behind every document is larger, so that comparing never leaves the buffer.
constexpr size_t remembered_key_bytes_max = simdjson::SIMDJSON_PADDING / 2;

std::string_view trim_end(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

class JsonDecoder final : public Decoder {
public:
    JsonDecoder(JsonNode tree,
                std::vector<JsonStep> row_path,
                const std::vector<StreamColumn>& columns)
        : tree_(std::move(tree)), row_path_(std::move(row_path)), collector_(columns) {}

    void decode(std::span<const Record> records, int64_t rowtime, const Output& output) override {
        for (; records.size() > batch_rows_max; records = records.subspan(batch_rows_max))
            decode_some(records.first(batch_rows_max), rowtime, output);
        decode_some(records, rowtime, output);
    }

private:
    void decode_some(std::span<const Record> records, int64_t rowtime, const Output& output) {
        collector_.start(rowtime, std::make_shared<Arena>(), records.size(), output);
        for (const auto& record : records) {
            collector_.begin_record(record);
            if (!row_path_.empty() || !flat_rows_.take(record.data))
                parsed_rows(record.data, output);
        }
        collector_.finish();
    }

    /// The parser wants room behind the text, of which no byte may change what it says.
    void parsed_rows(std::string_view data, const Output& output) {
        padded_.assign(data);
        padded_.append(simdjson::SIMDJSON_PADDING, '\0');
        const char* const end = padded_.data() + padded_.size();
        const std::string_view text(padded_.data(), data.size());
        if (document(text, padded_.size())) return;
        for (const auto piece : split_json_documents(text)) {
            if (document(piece, static_cast<size_t>(end - piece.data()))) continue;
            collector_.flush();
            output.bad(piece, error_);
        }
    }

    /// False with error_ set, and no row kept, when the text is not exactly one good document.
    bool document(std::string_view text, size_t room) {
        od::document doc;
        if (const auto code =
                parser_.iterate(simdjson::padded_string_view(text.data(), text.size(), room))
                    .get(doc))
            return refuse(code);
        values_.clear();
        rows_ = 0;
        od::json_type type{};
        if (const auto code = doc.type().get(type)) return refuse(code);
        // Taken from the document itself, which checks that the last bracket closes the first.
        if (type == od::json_type::object) {
            od::object object;
            if (const auto code = doc.get_object().get(object)) return refuse(code);
            if (!rows_in_object(object, 0)) return false;
        } else if (type == od::json_type::array) {
            od::array array;
            if (const auto code = doc.get_array().get(array)) return refuse(code);
            if (!rows_in_array(array, 0)) return false;
        } else {
            return refuse("the record is no JSON object");
        }
        const char* rest = nullptr;
        if (doc.current_location().get(rest) != simdjson::OUT_OF_BOUNDS)
            return refuse("text follows the JSON document");
        collector_.commit(values_, rows_);
        return true;
    }

    /// One text for whatever the parser stumbles over: the error stream is part of the output.
    bool refuse(simdjson::error_code code) {
        return refuse(code == simdjson::UTF8_ERROR ? "the record is not UTF-8"
                                                   : "the record is not a valid JSON document");
    }

    bool refuse(std::string message) {
        error_ = std::move(message);
        return false;
    }

    /// Follows the row path; an array there holds one row per element.
    bool rows_at(od::value value, size_t step) {
        od::json_type type{};
        if (const auto code = value.type().get(type)) return refuse(code);
        if (type == od::json_type::array) {
            od::array array;
            if (const auto code = value.get_array().get(array)) return refuse(code);
            return rows_in_array(array, step);
        }
        if (type != od::json_type::object) return refuse("a row is no JSON object");
        od::object object;
        if (const auto code = value.get_object().get(object)) return refuse(code);
        return rows_in_object(object, step);
    }

    bool rows_in_array(od::array array, size_t step) {
        const bool each = step < row_path_.size() && row_path_[step].kind == JsonStep::Kind::Each;
        const size_t next = each ? step + 1 : step;
        for (auto element : array) {
            od::value child;
            if (const auto code = element.get(child)) return refuse(code);
            if (!rows_at(child, next)) return false;
        }
        return true;
    }

    bool rows_in_object(od::object object, size_t step) {
        if (step == row_path_.size()) return row(object);
        for (auto field : object) {
            std::string_view key;
            od::value child;
            if (const auto code = field.unescaped_key().get(key)) return refuse(code);
            if (const auto code = field.value().get(child)) return refuse(code);
            const bool wanted =
                row_path_[step].kind == JsonStep::Kind::Key && key == row_path_[step].key;
            if (wanted && !rows_at(child, step + 1)) return false;
        }
        return true;
    }

    bool row(od::object object) {
        first_row_ = rows_;
        elements_ = 0;
        add_rows(1);
        // Even a row of which nothing is read must be walked to its end.
        if (!visit_object(object, tree_, first_row_)) return false;
        // Values outside the flattened array repeat on each of its rows.
        for (size_t r = first_row_ + 1; r < rows_; ++r)
            for (size_t i = 0; i < collector_.width(); ++i)
                if (!is_element_[i])
                    values_[r * collector_.width() + i] =
                        values_[first_row_ * collector_.width() + i];
        return true;
    }

    void add_rows(size_t count) {
        rows_ += count;
        values_.resize(rows_ * collector_.width());
    }

    bool visit(od::value value, JsonNode& node, size_t row) {
        const bool has_children = !node.keys.empty() || !node.indexes.empty() || node.each;
        if (!has_children) return store(value, node, row);
        od::json_type type{};
        if (const auto code = value.type().get(type)) return refuse(code);
        std::string_view raw;
        if (type == od::json_type::object) {
            od::object object;
            if (const auto code = value.get_object().get(object)) return refuse(code);
            if (!node.columns.empty()) {
                if (const auto code = object.raw_json().get(raw)) return refuse(code);
                if (!store_raw(raw, node, row)) return false;
                if (const auto code = object.reset().error()) return refuse(code);
            }
            return visit_object(object, node, row);
        }
        if (type == od::json_type::array) {
            od::array array;
            if (const auto code = value.get_array().get(array)) return refuse(code);
            if (!node.columns.empty()) {
                if (const auto code = array.raw_json().get(raw)) return refuse(code);
                if (!store_raw(raw, node, row)) return false;
                if (const auto code = array.reset().error()) return refuse(code);
            }
            return visit_array(array, node, row);
        }
        return store(value, node, row);
    }

    bool visit_object(od::object object, JsonNode& node, size_t row) {
        size_t position = 0;
        for (auto field : object) {
            od::raw_json_string key;
            if (const auto code = field.key().get(key)) return refuse(code);
            JsonNode* child = nullptr;
            if (!remembered(node, position, key.raw(), child)) {
                if (const auto code = look_up(field, key.raw(), node, position, child))
                    return refuse(code);
            }
            ++position;
            if (child == nullptr) continue;
            od::value inner;
            if (const auto code = field.value().get(inner)) return refuse(code);
            if (!visit(inner, *child, row)) return false;
        }
        return true;
    }

    /// A key without escapes is equal when its bytes are, closing quote included.
    static bool remembered(const JsonNode& node, size_t position, const char* key, JsonNode*& out) {
        if (position >= node.fields.size()) return false;
        const JsonField& field = node.fields[position];
        if (field.key.empty() || std::memcmp(field.key.data(), key, field.key.size()) != 0)
            return false;
        out = field.child;
        return true;
    }

    /// The parser saw the closing quote, so there is one.
    template <typename Field>
    static simdjson::error_code look_up(
        Field& field, const char* key, JsonNode& node, size_t position, JsonNode*& out) {
        const char* end = key;
        while (*end != '"' && *end != '\\') ++end;
        if (*end == '\\') {
            std::string_view name;
            if (const auto code = field.unescaped_key().get(name)) return code;
            out = find_name(node.keys, name);
            return simdjson::SUCCESS;
        }
        const std::string_view quoted(key, static_cast<size_t>(end - key) + 1);
        out = find_name(node.keys, quoted.substr(0, quoted.size() - 1));
        if (position >= remembered_fields_max || quoted.size() > remembered_key_bytes_max)
            return simdjson::SUCCESS;
        if (position >= node.fields.size()) node.fields.resize(position + 1);
        node.fields[position].key = quoted;
        node.fields[position].lead.clear();
        node.fields[position].child = out;
        return simdjson::SUCCESS;
    }

    static JsonNode* find_name(std::vector<JsonNode>& nodes, std::string_view name) {
        const auto at = std::find_if(
            nodes.begin(), nodes.end(), [&](const JsonNode& node) { return node.key == name; });
        return at == nodes.end() ? nullptr : &*at;
    }

    bool visit_array(od::array array, JsonNode& node, size_t row) {
        uint64_t index = 0;
        for (auto element : array) {
            od::value child;
            if (const auto code = element.get(child)) return refuse(code);
            if (node.each) {
                if (elements_ > 0) add_rows(1);
                if (!visit(child, *node.each, first_row_ + elements_)) return false;
                ++elements_;
            } else {
                for (auto& wanted : node.indexes)
                    if (wanted.index == index && !visit(child, wanted, row)) return false;
            }
            ++index;
        }
        return true;
    }

    bool store(od::value value, const JsonNode& node, size_t row) {
        Datum datum;
        for (const uint32_t column : node.columns) {
            if (!convert(value, collector_.columns()[column].type, datum)) return misfit(column);
            values_[row * collector_.width() + column] = datum;
        }
        return true;
    }

    bool store_raw(std::string_view raw, const JsonNode& node, size_t row) {
        Datum datum;
        for (const uint32_t column : node.columns) {
            if (!coerce_json(raw, collector_.columns()[column].type, datum)) return misfit(column);
            values_[row * collector_.width() + column] = datum;
        }
        return true;
    }

    bool misfit(uint32_t column) {
        const auto& described = collector_.columns()[column];
        return refuse("the field '" + described.name + "' does not fit " +
                      described.type.to_text());
    }

    bool convert(od::value& value, const Type& to, Datum& out) {
        out = {};
        od::json_type type{};
        if (value.type().get(type) != simdjson::SUCCESS) return false;
        std::string_view raw;
        switch (type) {
            case od::json_type::null:
                return trim_end(value.raw_json_token()) == "null";
            case od::json_type::boolean:
                raw = trim_end(value.raw_json_token());
                return (raw == "true" || raw == "false") &&
                       coerce_boolean(raw == "true", to, collector_.arena(), out);
            case od::json_type::number: {
                // What rounds to zero or to nothing at all is left to the careful way.
                double exact = 0;
                if (to.kind == TypeKind::Double &&
                    value.get_double().get(exact) == simdjson::SUCCESS && std::isnormal(exact)) {
                    out = datum_of(exact);
                    return true;
                }
                return json_number(trim_end(value.raw_json_token()), to, collector_.arena(), out);
            }
            case od::json_type::string:
                return string(value, to, out);
            case od::json_type::array: {
                od::array array;
                return value.get_array().get(array) == simdjson::SUCCESS &&
                       array.raw_json().get(raw) == simdjson::SUCCESS && coerce_json(raw, to, out);
            }
            case od::json_type::object: {
                od::object object;
                return value.get_object().get(object) == simdjson::SUCCESS &&
                       object.raw_json().get(raw) == simdjson::SUCCESS && coerce_json(raw, to, out);
            }
        }
        return false;
    }

    bool coerce_json(std::string_view raw, const Type& to, Datum& out) {
        return to.is_character() && coerce_text(trim_end(raw), to, collector_.arena(), out);
    }

    bool string(od::value& value, const Type& to, Datum& out) {
        const std::string_view token = trim_end(value.raw_json_token());
        const bool plain =
            token.size() >= 2 && token.back() == '"' && token.find('\\') == std::string_view::npos;
        if (plain)
            return plain_json_string(
                token.substr(1, token.size() - 2), to, collector_.arena(), out);
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return false;
        return coerce_text(collector_.arena().copy(text), to, collector_.arena(), out);
    }

public:
    void mark_elements(const JsonNode& node, bool inside) {
        is_element_.resize(collector_.width(), false);
        for (const uint32_t column : node.columns) is_element_[column] = inside;
        for (const auto& child : node.keys) mark_elements(child, inside);
        for (const auto& child : node.indexes) mark_elements(child, inside);
        if (node.each) mark_elements(*node.each, true);
    }
    const JsonNode& tree() const { return tree_; }

private:
    JsonNode tree_;
    const std::vector<JsonStep> row_path_;
    RowCollector collector_;
    FlatRows flat_rows_{tree_, collector_};
    od::parser parser_;
    std::string padded_;  ///< the record that the parser reads
    std::vector<bool> is_element_;
    std::vector<Datum> values_;
    size_t rows_ = 0;
    size_t first_row_ = 0;
    size_t elements_ = 0;
    std::string error_;
};

}  // namespace

Compiled<std::unique_ptr<Decoder>> make_json_decoder(const InputSchema& schema,
                                                     const std::vector<StreamColumn>& columns) {
    JsonNode tree;
    for (size_t i = 0; i < schema.columns.size(); ++i) {
        const auto& column = schema.columns[i];
        const std::string mapping =
            column.mapping.empty() ? "$['" + column.name + "']" : column.mapping;
        WR_TRY(const std::vector<JsonStep> steps, parse_json_path(mapping));
        if (!columns[i].used) continue;
        if (!add_json_path(tree, steps, static_cast<uint32_t>(i)))
            return error_at({}, "the mapping '" + mapping + "' flattens more than one array");
    }
    WR_TRY(std::vector<JsonStep> row_path,
           parse_json_path(schema.row_path.empty() ? "$" : schema.row_path));
    auto decoder = std::make_unique<JsonDecoder>(std::move(tree), std::move(row_path), columns);
    decoder->mark_elements(decoder->tree(), false);
    return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace wr::sql
