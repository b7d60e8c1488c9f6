#pragma once
// Decoders: bytes of records to batches, only the columns that are used.

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "sql/batch.h"
#include "sql/engine.h"
#include "sql/plan.h"

namespace wr::sql {

class Decoder {
public:
    virtual ~Decoder() = default;

    struct Output {
        std::function<void(Batch)> rows;
        /// What could not be read, and why.
        std::function<void(std::string_view raw, const std::string& message)> bad;
    };
    /// Calls `output` in the order of the records; every row has the ROWTIME `rowtime`.
    virtual void decode(std::span<const Record> records, int64_t rowtime, const Output& output) = 0;
};

/// `columns` are those of the input's stream, system columns included.
Compiled<std::unique_ptr<Decoder>> make_decoder(const InputSchema& schema,
                                                const std::vector<StreamColumn>& columns);

/// Collects rows of the used columns and hands them over in batches.
class RowCollector {
public:
    explicit RowCollector(const std::vector<StreamColumn>& columns);

    /// Batches have room for about as many rows as there are `records`.
    void start(int64_t rowtime, ArenaPtr arena, size_t records, const Decoder::Output& output);
    void begin_record(const Record& record) { record_ = &record; }
    /// A value of the row that is being made; columns without one are NULL. Text is copied.
    void set(uint32_t column, const Datum& value);
    /// For columns of that storage.
    void set_integer(uint32_t column, int64_t value);
    void set_double(uint32_t column, double value);
    void set_text(uint32_t column, std::string_view value);
    void end_row();
    void drop_row();
    /// Appends `rows` rows of the current record; column i of row r is `values[r * width + i]`.
    void commit(const std::vector<Datum>& values, size_t rows);
    /// Hands over the rows so far.
    void flush();
    /// The same for the last ones.
    void finish();

    Arena& arena() { return *arena_; }
    const std::vector<StreamColumn>& columns() const { return columns_; }
    /// Record columns, without the system's.
    size_t width() const { return width_; }

private:
    void reset();
    Datum system_value(SystemColumn column) const;

    static constexpr size_t rows_min = 64;

    const std::vector<StreamColumn>& columns_;
    size_t width_ = 0;
    int64_t rowtime_ = 0;
    ArenaPtr arena_;
    const Decoder::Output* output_ = nullptr;
    const Record* record_ = nullptr;
    std::vector<std::shared_ptr<Vector>> vectors_;
    std::vector<uint32_t> used_;         ///< record columns with a vector
    std::vector<uint32_t> used_system_;  ///< the system's
    size_t rows_ = 0;
    size_t rows_max_ = 0;
};

inline void RowCollector::set_integer(uint32_t column, int64_t value) {
    Vector& vector = *vectors_[column];
    vector.nulls[rows_] = 0;
    vector.integers[rows_] = value;
}
inline void RowCollector::set_double(uint32_t column, double value) {
    Vector& vector = *vectors_[column];
    vector.nulls[rows_] = 0;
    vector.doubles[rows_] = value;
}
inline void RowCollector::set_text(uint32_t column, std::string_view value) {
    Vector& vector = *vectors_[column];
    vector.nulls[rows_] = 0;
    vector.texts[rows_] = arena_->copy(value);
}
inline void RowCollector::set(uint32_t column, const Datum& value) {
    Vector& vector = *vectors_[column];
    vector.set(rows_, value);
    if (!value.null && vector.type.storage() == Storage::Text)
        vector.texts[rows_] = arena_->copy(value.s);
}

std::unique_ptr<Decoder> make_csv_decoder(const InputSchema& schema,
                                          const std::vector<StreamColumn>& columns);
Compiled<std::unique_ptr<Decoder>> make_json_decoder(const InputSchema& schema,
                                                     const std::vector<StreamColumn>& columns);

/// One row of CSV: fields between delimiters, "quoted" with "" inside. Advances `text` past the
/// row's delimiter. `scratch` holds fields that had doubled quotes.
void take_csv_row(std::string_view& text,
                  const InputSchema& schema,
                  Arena& scratch,
                  std::vector<std::string_view>& fields);

/// The documents of a payload; what is no document comes out as one piece, for the parser to
/// refuse.
std::vector<std::string_view> split_json_documents(std::string_view text);

}  // namespace wr::sql
