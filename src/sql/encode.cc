// Rows to output records.
#include <array>
#include <charconv>
#include <cstring>

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

/// The pieces of a row on their way into a string, which takes few long ones faster than many
/// short ones.
class Pieces {
public:
    explicit Pieces(std::string& out) : out_(out) {}
    ~Pieces() { whole(); }
    Pieces(const Pieces&) = delete;
    Pieces& operator=(const Pieces&) = delete;

    void put(std::string_view text) {
        if (text.size() > buffer_.size()) {
            whole() += text;
            return;
        }
        std::memcpy(room(text.size()), text.data(), text.size());
        size_ += text.size();
    }
    template <typename Number>
    void put_number(Number value) {
        char* const at = room(number_bytes_max);
        const auto end = std::to_chars(at, at + number_bytes_max, value).ptr;
        size_ += static_cast<size_t>(end - at);
    }
    /// The string with all pieces so far, to be appended to.
    std::string& whole() {
        out_.append(buffer_.data(), size_);
        size_ = 0;
        return out_;
    }

private:
    static constexpr size_t number_bytes_max = 32;

    char* room(size_t bytes) {
        if (buffer_.size() - size_ < bytes) whole();
        return buffer_.data() + size_;
    }

    std::string& out_;
    std::array<char, 512> buffer_;
    size_t size_ = 0;
};

/// Doubles whose shortest digits are their JSON.
bool is_plain_double(double value) {
    constexpr double limit = 1e15;
    return value != 0 && value > -limit && value < limit;
}

void put_json_value(Pieces& out, const Datum& value, const Type& type) {
    if (value.null) {
        out.put("null");
    } else if (type.is_integer()) {
        out.put_number(value.i);
    } else if (type.kind == TypeKind::Double && is_plain_double(value.d)) {
        out.put_number(value.d);
    } else if (type.is_binary()) {
        out.put("\"");
        base::base64_append(out.whole(), value.s);
        out.put("\"");
    } else if (type.storage() == Storage::Text) {
        base::append_json_string(out.whole(), value.s);
    } else if (type.is_datetime()) {
        out.put("\"");
        append_plain(out.whole(), value, type);
        out.put("\"");
    } else {
        append_plain(out.whole(), value, type);
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
    Pieces pieces(out);
    std::string_view separator = "{";
    for (size_t i = 0; i < stream_.columns.size(); ++i) {
        const auto& column = stream_.columns[i];
        if (column.system) continue;
        pieces.put(separator);
        separator = ",";
        pieces.put(column.json_key);
        put_json_value(
            pieces, batch_.columns[i] ? batch_.columns[i]->get(row) : Datum{}, column.type);
    }
    pieces.put("}\n");
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
