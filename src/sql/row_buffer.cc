// Columns that grow row by row, with an arena of their own.
#include "sql/row_buffer.h"

#include <algorithm>

namespace wr::sql {

int compare_values(const Datum& a, const Datum& b) {
    if (a.null || b.null) return static_cast<int>(a.null) - static_cast<int>(b.null);
    if (a.i != b.i) return a.i < b.i ? -1 : 1;
    if (a.d != b.d) return a.d < b.d ? -1 : 1;
    const int texts = a.s.compare(b.s);
    return texts < 0 ? -1 : (texts > 0 ? 1 : 0);
}

void save_value(const Datum& value, const Type& type, StateWriter& out) {
    out.u64(value.null ? 1 : 0);
    if (value.null) return;
    switch (type.storage()) {
        case Storage::Integer:
            out.i64(value.i);
            break;
        case Storage::Double:
            out.f64(value.d);
            break;
        case Storage::Text:
            out.bytes(value.s);
            break;
    }
}

Datum load_value(const Type& type, StateReader& in) {
    if (in.u64() != 0) return {};
    switch (type.storage()) {
        case Storage::Integer:
            return datum_of(in.i64());
        case Storage::Double:
            return datum_of(in.f64());
        case Storage::Text:
            return datum_of(in.bytes());
    }
    return {};
}

RowBuffer::RowBuffer(std::vector<Type> types) : types_(std::move(types)) {
    clear();
}

void RowBuffer::clear() {
    arena_ = std::make_shared<Arena>();
    rowtimes_.clear();
    columns_.clear();
    for (const Type& type : types_) {
        columns_.push_back(std::make_shared<Vector>(type, 0));
        columns_.back()->keep(arena_);
    }
}

void RowBuffer::append_value(size_t column, Datum value) {
    if (!value.null && types_[column].storage() == Storage::Text) value.s = arena_->copy(value.s);
    columns_[column]->append(value);
}

void RowBuffer::append(const Batch& batch, uint32_t row) {
    rowtimes_.push_back(batch.rowtimes[row]);
    for (size_t i = 0; i < columns_.size(); ++i)
        append_value(i, batch.columns[i] ? batch.columns[i]->get(row) : Datum{});
}

void RowBuffer::send(std::span<const uint32_t> order,
                     const int64_t* rowtime,
                     Operator& next) const {
    for (size_t from = 0; from < order.size(); from += batch_rows_max) {
        const auto part = order.subspan(from, std::min(batch_rows_max, order.size() - from));
        Batch batch;
        batch.rows = part.size();
        for (const uint32_t row : part)
            batch.rowtimes.push_back(rowtime != nullptr ? *rowtime : rowtimes_[row]);
        for (size_t i = 0; i < columns_.size(); ++i) {
            auto column = std::make_shared<Vector>(types_[i], part.size());
            column->keep(arena_);
            for (size_t row = 0; row < part.size(); ++row)
                column->set(row, columns_[i]->get(part[row]));
            batch.columns.push_back(std::move(column));
        }
        next.on_batch(batch);
    }
}

size_t RowBuffer::state_bytes() const {
    return arena_->size_bytes() + rowtimes_.size() * sizeof(int64_t) * (1 + 2 * types_.size());
}

void RowBuffer::save(StateWriter& out) const {
    out.u64(rowtimes_.size());
    for (size_t row = 0; row < rowtimes_.size(); ++row) {
        out.i64(rowtimes_[row]);
        for (size_t i = 0; i < types_.size(); ++i) save_value(value(row, i), types_[i], out);
    }
}

void RowBuffer::load(StateReader& in) {
    clear();
    const size_t count = in.count();
    for (size_t row = 0; row < count && in.ok(); ++row) {
        rowtimes_.push_back(in.i64());
        for (size_t i = 0; i < types_.size(); ++i) append_value(i, load_value(types_[i], in));
    }
}

}  // namespace wr::sql
