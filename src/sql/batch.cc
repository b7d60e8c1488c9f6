// Columns, arenas and the copying of selected rows.
#include "sql/batch.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace wr::sql {

char* Arena::allocate_block(size_t size) {
    const size_t block = std::max(size, block_bytes);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    size_bytes_ += block;
    char* const result = blocks_.back().get();
    // The rest of the block that has more of it stays in use.
    if (block - size >= free_bytes_) {
        free_ = result + size;
        free_bytes_ = block - size;
    }
    return result;
}

Vector::Vector(Type of, size_t rows) : type(of) {
    resize(rows);
}

void Vector::append(const Datum& value) {
    nulls.push_back(value.null ? 1 : 0);
    switch (type.storage()) {
        case Storage::Integer:
            integers.push_back(value.i);
            break;
        case Storage::Double:
            doubles.push_back(value.d);
            break;
        case Storage::Text:
            texts.push_back(value.s);
            break;
    }
}

void Vector::resize(size_t rows) {
    nulls.resize(rows, 1);
    switch (type.storage()) {
        case Storage::Integer:
            integers.resize(rows);
            break;
        case Storage::Double:
            doubles.resize(rows);
            break;
        case Storage::Text:
            texts.resize(rows);
            break;
    }
}

void Vector::keep(std::shared_ptr<const void> owner) {
    if (!owner || std::find(owners.begin(), owners.end(), owner) != owners.end()) return;
    owners.push_back(std::move(owner));
}

void Vector::keep_all_of(const Vector& other) {
    for (const auto& owner : other.owners) keep(owner);
}

Selection all_rows(size_t rows) {
    static const auto identity = [] {
        std::array<uint32_t, batch_rows_max> numbers{};
        for (uint32_t i = 0; i < batch_rows_max; ++i) numbers[i] = i;
        return numbers;
    }();
    WR_ASSERT(rows <= identity.size());
    return {identity.data(), rows};
}

VectorPtr gather(const VectorPtr& vector, Selection rows) {
    if (!vector || rows.size() == vector->size()) return vector;
    auto result = std::make_shared<Vector>(vector->type, rows.size());
    for (size_t i = 0; i < rows.size(); ++i) result->nulls[i] = vector->nulls[rows[i]];
    switch (vector->type.storage()) {
        case Storage::Integer:
            for (size_t i = 0; i < rows.size(); ++i)
                result->integers[i] = vector->integers[rows[i]];
            break;
        case Storage::Double:
            for (size_t i = 0; i < rows.size(); ++i) result->doubles[i] = vector->doubles[rows[i]];
            break;
        case Storage::Text:
            for (size_t i = 0; i < rows.size(); ++i) result->texts[i] = vector->texts[rows[i]];
            break;
    }
    result->keep_all_of(*vector);
    return result;
}

Batch gather(const Batch& batch, Selection rows) {
    if (rows.size() == batch.rows) return batch;
    Batch result;
    result.rows = rows.size();
    result.rowtimes.reserve(rows.size());
    for (const uint32_t row : rows) result.rowtimes.push_back(batch.rowtimes[row]);
    for (const auto& column : batch.columns) result.columns.push_back(gather(column, rows));
    return result;
}

}  // namespace wr::sql
