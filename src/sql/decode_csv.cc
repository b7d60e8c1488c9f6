// CSV records, and what both decoders share.
#include <algorithm>

#include "sql/cast.h"
#include "sql/decode.h"

namespace wr::sql {
namespace {

class CsvDecoder final : public Decoder {
public:
    CsvDecoder(const InputSchema& schema, const std::vector<StreamColumn>& columns)
        : schema_(schema), collector_(columns) {}

    void decode(std::span<const Record> records, int64_t rowtime, const Output& output) override {
        const auto arena = std::make_shared<Arena>();
        collector_.start(rowtime, arena, records.size(), output);
        std::vector<std::string_view> fields;
        for (const auto& record : records) {
            collector_.begin_record(record);
            std::string_view rest = record.data;
            while (!rest.empty()) {
                const std::string_view before = rest;
                take_csv_row(rest, schema_, *arena, fields);
                const auto raw = before.substr(0, before.size() - rest.size());
                if (!add_row(fields)) {
                    collector_.flush();
                    output.bad(raw, error_);
                }
            }
        }
        collector_.finish();
    }

private:
    bool add_row(const std::vector<std::string_view>& fields) {
        row_.assign(collector_.width(), {});
        for (size_t i = 0; i < collector_.width() && i < fields.size(); ++i) {
            const auto& column = collector_.columns()[i];
            // An empty field is an empty text, and nothing for any other type.
            if (!column.used || (fields[i].empty() && !column.type.is_character())) continue;
            if (coerce_text(fields[i], column.type, collector_.arena(), row_[i])) continue;
            error_ = "the field '" + column.name + "' does not fit " + column.type.to_text();
            return false;
        }
        collector_.commit(row_, 1);
        return true;
    }

    const InputSchema& schema_;
    RowCollector collector_;
    std::vector<Datum> row_;
    std::string error_;
};

}  // namespace

void take_csv_row(std::string_view& text,
                  const InputSchema& schema,
                  Arena& scratch,
                  std::vector<std::string_view>& fields) {
    fields.clear();
    const std::string_view row_end = schema.row_delimiter;
    const std::string_view column_end = schema.column_delimiter;
    while (true) {
        std::string_view field;
        if (text.starts_with('"')) {
            std::string value;
            size_t at = 1;
            for (; at < text.size(); ++at) {
                if (text[at] != '"') {
                    value += text[at];
                } else if (at + 1 < text.size() && text[at + 1] == '"') {
                    value += text[at++];
                } else {
                    ++at;
                    break;
                }
            }
            field = scratch.copy(value);
            text.remove_prefix(at);
        } else {
            size_t end = 0;
            while (end < text.size() && !text.substr(end).starts_with(column_end) &&
                   !(!row_end.empty() && text.substr(end).starts_with(row_end)))
                ++end;
            field = text.substr(0, end);
            text.remove_prefix(end);
            // A row may end in \r\n although only \n was declared.
            if (row_end == "\n" && field.ends_with('\r')) field.remove_suffix(1);
        }
        fields.push_back(field);
        if (text.empty()) return;
        if (!row_end.empty() && text.starts_with(row_end)) {
            text.remove_prefix(row_end.size());
            return;
        }
        if (text.starts_with(column_end)) {
            text.remove_prefix(column_end.size());
        } else {
            // Text after a closing quote belongs to no field.
            text.remove_prefix(1);
            fields.pop_back();
            if (text.empty()) return;
        }
    }
}

std::unique_ptr<Decoder> make_csv_decoder(const InputSchema& schema,
                                          const std::vector<StreamColumn>& columns) {
    return std::make_unique<CsvDecoder>(schema, columns);
}

Compiled<std::unique_ptr<Decoder>> make_decoder(const InputSchema& schema,
                                                const std::vector<StreamColumn>& columns) {
    if (schema.format == RecordFormat::Json) return make_json_decoder(schema, columns);
    if (schema.column_delimiter.empty()) return error_at({}, "CSV needs a column delimiter");
    return make_csv_decoder(schema, columns);
}

RowCollector::RowCollector(const std::vector<StreamColumn>& columns) : columns_(columns) {
    while (width_ < columns.size() && !columns[width_].system) ++width_;
    for (uint32_t i = 0; i < columns.size(); ++i)
        if (columns[i].used) (columns[i].system ? used_system_ : used_).push_back(i);
}

void RowCollector::reset() {
    vectors_.clear();
    rows_ = 0;
    for (const auto& column : columns_) {
        auto vector = column.used ? std::make_shared<Vector>(column.type, rows_max_) : nullptr;
        if (vector) vector->keep(arena_);
        vectors_.push_back(std::move(vector));
    }
}

void RowCollector::start(int64_t rowtime,
                         ArenaPtr arena,
                         size_t records,
                         const Decoder::Output& output) {
    rowtime_ = rowtime;
    arena_ = std::move(arena);
    output_ = &output;
    rows_max_ = std::clamp(records, rows_min, batch_rows_max);
    reset();
}

Datum RowCollector::system_value(SystemColumn column) const {
    switch (column) {
        case SystemColumn::ApproximateArrivalTime:
            return datum_of(int64_t{record_->approximate_arrival.time_since_epoch().count()});
        case SystemColumn::ShardId:
            return datum_of(record_->shard_id);
        case SystemColumn::PartitionKey:
            return datum_of(record_->partition_key);
        case SystemColumn::SequenceNumber:
            return datum_of(record_->sequence_number);
    }
    return {};
}

void RowCollector::end_row() {
    for (const uint32_t i : used_system_)
        set(i, system_value(static_cast<SystemColumn>(i - width_)));
    if (++rows_ == rows_max_) flush();
}

void RowCollector::drop_row() {
    for (const uint32_t i : used_) vectors_[i]->nulls[rows_] = 1;
}

void RowCollector::commit(const std::vector<Datum>& values, size_t rows) {
    for (size_t row = 0; row < rows; ++row) {
        for (const uint32_t i : used_) set(i, values[row * width_ + i]);
        end_row();
    }
}

void RowCollector::flush() {
    if (rows_ == 0) return;
    finish();
    reset();
}

void RowCollector::finish() {
    if (rows_ == 0) return;
    Batch batch;
    batch.rows = rows_;
    batch.rowtimes.assign(rows_, rowtime_);
    for (auto& vector : vectors_) {
        if (vector) vector->resize(rows_);
        batch.columns.push_back(std::move(vector));
    }
    rows_ = 0;
    output_->rows(std::move(batch));
}

}  // namespace wr::sql
