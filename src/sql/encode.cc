// Rows to output records.
#include "base/encoding.h"
#include "base/json_writer.h"
#include "sql/cast.h"
#include "sql/datetime.h"
#include "sql/engine.h"
#include "sql/plan.h"

namespace wr::sql {
namespace {

void append_text_quoted(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

/// Values whose form is the same in every format; false for text.
bool append_plain(std::string& out, const Datum& value, const Type& type) {
    switch (type.kind) {
        case TypeKind::Boolean:
            out += value.i != 0 ? "true" : "false";
            return true;
        case TypeKind::Timestamp:
            append_timestamp(out, value.i);
            return true;
        default:
            break;
    }
    if (type.storage() == Storage::Text) return false;
    append_value_text(out, value, type);
    return true;
}

void append_json_value(std::string& out, const Datum& value, const Type& type) {
    if (value.null) {
        out += "null";
    } else if (type.is_binary()) {
        out += '"';
        base::base64_append(out, value.s);
        out += '"';
    } else if (type.storage() == Storage::Text) {
        base::append_json_string(out, value.s);
    } else if (type.is_datetime()) {
        out += '"';
        append_plain(out, value, type);
        out += '"';
    } else {
        append_plain(out, value, type);
    }
}

}  // namespace

std::string_view Rows::stream_name() const {
    return stream_.name;
}
size_t Rows::size() const {
    return batch_.rows;
}
base::Timestamp Rows::rowtime(size_t row) const {
    return base::Timestamp{std::chrono::milliseconds{batch_.rowtimes[row]}};
}

void Rows::append_json(size_t row, std::string& out) const {
    char separator = '{';
    for (size_t i = 0; i < stream_.columns.size(); ++i) {
        const auto& column = stream_.columns[i];
        if (column.system) continue;
        out += separator;
        separator = ',';
        out += column.json_key;
        append_json_value(
            out, batch_.columns[i] ? batch_.columns[i]->get(row) : Datum{}, column.type);
    }
    out += "}\n";
}

void Rows::append_csv(size_t row, std::string& out) const {
    bool first = true;
    for (size_t i = 0; i < stream_.columns.size(); ++i) {
        const auto& column = stream_.columns[i];
        if (column.system) continue;
        if (!first) out += ',';
        first = false;
        const Datum value = batch_.columns[i] ? batch_.columns[i]->get(row) : Datum{};
        if (value.null)
            out += "null";
        else if (column.type.is_binary())
            base::base64_append(out, value.s);
        else if (!append_plain(out, value, column.type))
            append_text_quoted(out, value.s);
    }
    out += '\n';
}

}  // namespace wr::sql
