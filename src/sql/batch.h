#pragma once
// Rows in columns: the unit that flows between operators.

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sql/types.h"

namespace wr::sql {

/// Bytes that live as long as any column that points into them. Not thread-safe.
class Arena {
public:
    std::string_view copy(std::string_view bytes) {
        if (bytes.empty()) return {};
        char* const to = allocate(bytes.size());
        std::memcpy(to, bytes.data(), bytes.size());
        return {to, bytes.size()};
    }
    /// Uninitialised, stable until the arena ends.
    char* allocate(size_t size) {
        if (size > free_bytes_) return allocate_block(size);
        char* const result = free_;
        free_ += size;
        free_bytes_ -= size;
        return result;
    }
    size_t size_bytes() const { return size_bytes_; }

private:
    char* allocate_block(size_t size);

    static constexpr size_t block_bytes = 16 * 1024;
    std::vector<std::unique_ptr<char[]>> blocks_;
    char* free_ = nullptr;
    size_t free_bytes_ = 0;
    size_t size_bytes_ = 0;
};

using ArenaPtr = std::shared_ptr<Arena>;

/// One value. Text is a view; somebody else keeps it alive.
struct Datum {
    bool null = true;
    int64_t i = 0;
    double d = 0;
    std::string_view s;
};

inline Datum datum_of(int64_t value) {
    return {false, value, 0, {}};
}
inline Datum datum_of(double value) {
    return {false, 0, value, {}};
}
inline Datum datum_of(std::string_view value) {
    return {false, 0, 0, value};
}

/// A column of values; only the container of its type's storage is filled.
struct Vector {
    Type type;
    std::vector<uint8_t> nulls;
    std::vector<int64_t> integers;
    std::vector<double> doubles;
    std::vector<std::string_view> texts;
    std::vector<std::shared_ptr<const void>> owners;  ///< what keeps `texts` alive

    Vector(Type of, size_t rows);

    size_t size() const { return nulls.size(); }
    Datum get(size_t row) const;
    void set(size_t row, const Datum& value);
    void append(const Datum& value);
    /// New rows are NULL.
    void resize(size_t rows);
    void keep(std::shared_ptr<const void> owner);
    void keep_all_of(const Vector& other);
};

inline Datum Vector::get(size_t row) const {
    if (nulls[row] != 0) return {};
    switch (type.storage()) {
        case Storage::Integer:
            return datum_of(integers[row]);
        case Storage::Double:
            return datum_of(doubles[row]);
        case Storage::Text:
            return datum_of(texts[row]);
    }
    return {};
}

inline void Vector::set(size_t row, const Datum& value) {
    nulls[row] = value.null ? 1 : 0;
    if (value.null) return;
    switch (type.storage()) {
        case Storage::Integer:
            integers[row] = value.i;
            break;
        case Storage::Double:
            doubles[row] = value.d;
            break;
        case Storage::Text:
            texts[row] = value.s;
            break;
    }
}

using VectorPtr = std::shared_ptr<const Vector>;
/// Row numbers, ascending.
using Selection = std::span<const uint32_t>;

struct Batch {
    size_t rows = 0;
    std::vector<int64_t> rowtimes;   ///< milliseconds since 1970, ascending
    std::vector<VectorPtr> columns;  ///< null for a column that no pump reads
};

constexpr size_t batch_rows_max = 2048;

/// 0, 1, ... rows - 1; rows <= batch_rows_max.
Selection all_rows(size_t rows);
/// The selected rows of `vector`, in order.
VectorPtr gather(const VectorPtr& vector, Selection rows);
Batch gather(const Batch& batch, Selection rows);

}  // namespace wr::sql
