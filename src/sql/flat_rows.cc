// Record by record: what is between two values is compared as a whole with what was there last.
#include "sql/flat_rows.h"

#include <algorithm>

namespace wr::sql {
namespace {

/// Records that go to the parser at once when those before were not as expected.
constexpr size_t pause_max = 63;
constexpr size_t lead_bytes_max = 128;

}  // namespace

bool FlatRows::take(std::string_view record) {
    if (wait_ > 0) {
        --wait_;
        return false;
    }
    if (read(record)) {
        collector_.end_row();
        pause_ = 0;
        return true;
    }
    collector_.drop_row();
    pause_ = std::min(pause_ * 2 + 1, pause_max);
    wait_ = pause_;
    return false;
}

bool FlatRows::read(std::string_view record) {
    FlatJson in(record);
    FlatValue value;
    char opener = '{';
    for (JsonField& field : tree_.fields) {
        if (field.key.empty()) return false;
        if (field.lead.empty() || !in.passes(field.lead)) {
            const char* const start = in.at();
            if (!in.key(opener, field.key)) return opener == ',' && in.ends();
            const auto lead_bytes = static_cast<size_t>(in.at() - start);
            if (lead_bytes <= lead_bytes_max) field.lead.assign(start, lead_bytes);
        }
        if (field.child == nullptr) {
            if (!in.value<false>(value)) return false;
        } else if (!in.value<true>(value) || !store(*field.child, value)) {
            return false;
        }
        opener = ',';
    }
    return opener == ',' && in.ends();
}

bool FlatRows::store(const JsonNode& node, const FlatValue& value) {
    for (const uint32_t column : node.columns)
        if (!store(column, value)) return false;
    return true;
}

/// The commonest pairs of a value and a column at once.
bool FlatRows::store(uint32_t column, const FlatValue& value) {
    const Type& to = collector_.columns()[column].type;
    const FlatNumber& number = value.number;
    if (value.kind == JsonScalar::Number) {
        if (to.kind == TypeKind::Double && number.exact() &&
            number.places <= FlatNumber::places_max) {
            collector_.set_double(column, number.to_double());
            return true;
        }
        if (to.is_integer() && number.whole()) {
            const int64_t whole = number.to_integer();
            if (whole < integer_min(to.kind) || whole > integer_max(to.kind)) return false;
            collector_.set_integer(column, whole);
            return true;
        }
    } else if (value.kind == JsonScalar::String && to.kind == TypeKind::VarChar &&
               value.characters.size() <= static_cast<size_t>(to.length)) {
        collector_.set_text(column, value.characters);
        return true;
    }
    Datum datum;
    if (!convert_json(value.kind, value.characters, to, collector_.arena(), datum)) return false;
    collector_.set(column, datum);
    return true;
}

}  // namespace wr::sql
