// Samples to a schema: fields are collected with the narrowest type that holds every value seen.
#include "sql/discover.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "base/json.h"
#include "sql/cast.h"
#include "sql/datetime.h"
#include "sql/decode.h"
#include "sql/reserved.h"

namespace wr::sql {
namespace {

enum class Guess { Nothing, Boolean, Whole, Short, Long, Moment, Text };

struct Field {
    Guess guess = Guess::Nothing;
    int64_t smallest = 0;
    int64_t largest = 0;
    size_t length = 0;
    std::string mapping;

    void merge(Guess seen) {
        const bool numbers = guess >= Guess::Whole && guess <= Guess::Long &&
                             seen >= Guess::Whole && seen <= Guess::Long;
        if (guess == Guess::Nothing || guess == seen)
            guess = seen;
        else
            guess = numbers ? std::max(guess, seen) : Guess::Text;
    }

    void see_number(std::string_view digits) {
        int64_t whole = 0;
        bool exact = true;
        if (digits.find_first_of(".eE") == std::string_view::npos &&
            parse_decimal(digits, 0, whole, exact)) {
            smallest = std::min(smallest, whole);
            largest = std::max(largest, whole);
            merge(Guess::Whole);
            return;
        }
        // A REAL holds about seven digits.
        const auto count = std::count_if(
            digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
        merge(count > 7 ? Guess::Long : Guess::Short);
    }

    void see_text(std::string_view text) {
        length = std::max(length, count_utf8(text));
        // The form with T stays text: the service leaves it to its users to change.
        const bool moment = text.size() >= 19 && parse_timestamp(text, true).has_value();
        merge(moment ? Guess::Moment : Guess::Text);
    }

    std::string sql_type() const {
        switch (guess) {
            case Guess::Boolean:
                return "BOOLEAN";
            case Guess::Whole: {
                const bool fits = smallest >= integer_min(TypeKind::Integer) &&
                                  largest <= integer_max(TypeKind::Integer);
                return fits ? "INTEGER" : "BIGINT";
            }
            case Guess::Short:
                return "REAL";
            case Guess::Long:
                return "DOUBLE";
            case Guess::Moment:
                return "TIMESTAMP";
            default:
                break;
        }
        size_t size = 4;
        while (size < length && size < 32'768) size *= 2;
        return "VARCHAR(" +
               std::to_string(std::min<size_t>(std::max(size, length), character_length_max)) + ")";
    }
};

bool looks_like_number(std::string_view text) {
    int64_t value = 0;
    bool exact = true;
    return parse_decimal(text, 6, value, exact);
}

class JsonDiscovery {
public:
    bool add(std::string_view record) {
        for (const auto piece : split_json_documents(record)) {
            const auto document = base::parse_json(piece);
            if (!document) return false;
            if (document->is_array()) {
                for (const auto& row : document->as_array()) {
                    if (!row.is_object()) return false;
                    add_row(row);
                }
            } else if (document->is_object()) {
                add_row(*document);
            } else {
                return false;
            }
        }
        return true;
    }

    std::optional<DiscoveredSchema> finish() {
        if (fields_.empty()) return std::nullopt;
        DiscoveredSchema result;
        std::map<std::string, InputColumn> columns;
        std::vector<std::pair<std::string, std::string>> order;  // name, key of fields_
        size_t position = 0;
        for (const auto& [key, field] : fields_) {
            const auto dot = key.rfind('\n');
            std::string name = discovered_column_name(
                dot == std::string::npos ? key : key.substr(dot + 1), position++);
            for (int n = 1; columns.contains(name); ++n) {
                std::string candidate = name;
                candidate += std::to_string(n);
                if (!columns.contains(candidate)) {
                    name = candidate;
                    break;
                }
            }
            columns[name] = {name, field.sql_type(), field.mapping};
            order.emplace_back(name, key);
        }
        std::sort(order.begin(), order.end());
        if (order.size() > discovered_columns_max) order.resize(discovered_columns_max);
        for (const auto& [name, key] : order) result.schema.columns.push_back(columns[name]);
        for (const auto& row : rows_) {
            std::vector<std::string> texts;
            for (const auto& [name, key] : order) {
                const auto at = row.find(key);
                texts.push_back(at == row.end() ? "" : at->second);
            }
            result.rows.push_back(std::move(texts));
        }
        return result;
    }

private:
    static std::string step_of(const std::string& key) {
        const bool plain = key.find_first_of(".[]'\" ") == std::string::npos;
        return plain ? "." + key : "['" + key + "']";
    }

    void add_row(const base::Json& row) {
        rows_.emplace_back();
        add_object(row, "", "$", 0);
    }

    void add_object(const base::Json& object,
                    const std::string& prefix,
                    const std::string& path,
                    int depth) {
        for (const auto& [key, value] : object.as_object()) {
            const std::string full = prefix.empty() ? key : prefix + "\n" + key;
            const std::string mapping = path + step_of(key);
            if (value.is_object() && depth < 2) {
                add_object(value, full, mapping, depth + 1);
                continue;
            }
            see(full, mapping, value);
        }
    }

    void see(const std::string& key, const std::string& mapping, const base::Json& value) {
        Field& field = fields_[key];
        field.mapping = value.is_array() ? mapping + "[0:]" : mapping;
        std::string text = value.is_string() ? value.as_string() : value.dump();
        if (value.is_bool())
            field.merge(Guess::Boolean);
        else if (value.is_number())
            field.see_number(text);
        else if (!value.is_null())
            field.see_text(text);
        if (!value.is_null()) field.length = std::max(field.length, count_utf8(text));
        if (value.is_null()) text.clear();
        rows_.back()[key] = std::move(text);
    }

    std::map<std::string, Field> fields_;
    std::vector<std::map<std::string, std::string>> rows_;
};

std::vector<std::vector<std::string>> csv_rows(std::span<const std::string_view> records,
                                               const std::string& delimiter) {
    InputSchema schema;
    schema.column_delimiter = delimiter;
    std::vector<std::vector<std::string>> rows;
    Arena arena;
    std::vector<std::string_view> fields;
    for (const auto record : records) {
        std::string_view rest = record;
        while (!rest.empty()) {
            take_csv_row(rest, schema, arena, fields);
            rows.emplace_back(fields.begin(), fields.end());
        }
    }
    return rows;
}

/// Names come from a first row of words above columns of numbers.
bool has_header(const std::vector<std::vector<std::string>>& rows) {
    if (rows.size() < 2) return false;
    const auto number = [](const std::string& text) { return looks_like_number(text); };
    if (std::any_of(rows[0].begin(), rows[0].end(), number)) return false;
    return std::any_of(rows[1].begin(), rows[1].end(), number);
}

std::optional<DiscoveredSchema> discover_csv(std::span<const std::string_view> records) {
    DiscoveredSchema result;
    result.schema.format = RecordFormat::Csv;
    result.schema.row_path.clear();
    for (const char* delimiter : {",", "|", "\t", ";", " "}) {
        auto rows = csv_rows(records, delimiter);
        const bool even = !rows.empty() && rows[0].size() > 1 &&
                          std::all_of(rows.begin(), rows.end(), [&](const auto& row) {
                              return row.size() == rows[0].size();
                          });
        if (!even || rows[0].size() > discovered_columns_max) continue;
        result.schema.column_delimiter = delimiter;
        result.rows = std::move(rows);
        break;
    }
    if (result.rows.empty()) return std::nullopt;
    const bool header = has_header(result.rows);
    for (size_t i = 0; i < result.rows[0].size(); ++i) {
        Field field;
        for (size_t row = header ? 1 : 0; row < result.rows.size(); ++row) {
            const std::string& text = result.rows[row][i];
            if (text.empty()) continue;
            if (looks_like_number(text))
                field.see_number(text);
            else
                field.see_text(text);
            field.length = std::max(field.length, count_utf8(text));
        }
        InputColumn column;
        column.name = discovered_column_name(header ? result.rows[0][i] : "", i);
        column.sql_type = field.sql_type();
        result.schema.columns.push_back(std::move(column));
    }
    return result;
}

}  // namespace

std::string discovered_column_name(std::string_view field, size_t position) {
    std::string name;
    std::string upper;
    for (const char c : field) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(c >= '0' && c <= '9')) continue;
        name += c;
        upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (name.empty()) return "COL_" + std::to_string(position);
    const bool changed = name.size() != field.size();
    const bool digit = name[0] >= '0' && name[0] <= '9';
    if (name.size() > 100) name.resize(96);
    return changed || digit || is_reserved(upper) || field.size() > 100 ? "COL_" + name : name;
}

std::optional<DiscoveredSchema> discover_schema(std::span<const std::string_view> records) {
    if (records.empty()) return std::nullopt;
    JsonDiscovery json;
    const bool is_json = std::all_of(
        records.begin(), records.end(), [&](std::string_view record) { return json.add(record); });
    return is_json ? json.finish() : discover_csv(records);
}

}  // namespace wr::sql
