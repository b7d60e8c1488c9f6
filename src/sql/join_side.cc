// Rows own their text, so that a batch does not live on for one of its rows.
#include "sql/join_side.h"

#include <cstring>
#include <limits>

#include "sql/row_buffer.h"

namespace wr::sql {
void append_join_key(const Datum& value, const Type& type, std::string& out) {
    const auto bytes = [&out](const auto& field) {
        out.append(reinterpret_cast<const char*>(&field), sizeof field);
    };
    switch (type.storage()) {
        case Storage::Integer:
            bytes(value.i);
            break;
        case Storage::Double: {
            // -0.0 and 0.0 are one key.
            const double number = value.d == 0 ? 0.0 : value.d;
            bytes(number);
            break;
        }
        case Storage::Text:
            bytes(static_cast<uint64_t>(value.s.size()));
            out += value.s;
            break;
    }
}

void JoinSide::own_text(JoinRow& row) {
    size_t size = 0;
    for (const Datum& value : row.values) size += value.s.size();
    row.text = std::make_unique<char[]>(size);
    char* to = row.text.get();
    for (Datum& value : row.values) {
        if (value.s.empty()) continue;
        std::memcpy(to, value.s.data(), value.s.size());
        value.s = {to, value.s.size()};
        to += value.s.size();
    }
}

size_t JoinSide::bytes_of(const JoinRow& row) const {
    size_t bytes = sizeof(JoinRow) + row.key.size() * 2 + row.values.size() * sizeof(Datum) + 64;
    for (const Datum& value : row.values) bytes += value.s.size();
    return bytes;
}

JoinRow& JoinSide::keep(std::unique_ptr<JoinRow> row) {
    own_text(*row);
    bytes_ += bytes_of(*row);
    rows_.push_back(std::move(row));
    JoinRow& kept = *rows_.back();
    if (kept.has_key) by_key_[kept.key].push_back(&kept);
    return kept;
}

JoinRow& JoinSide::add(const Batch& batch, const std::vector<VectorPtr>& keys, uint32_t row) {
    auto made = std::make_unique<JoinRow>();
    made->rowtime = batch.rowtimes[row];
    for (const auto& column : batch.columns)
        made->values.push_back(column ? column->get(row) : Datum{});
    for (const auto& key : keys) {
        const Datum value = key->get(row);
        made->has_key = made->has_key && !value.null;
        append_join_key(value, key->type, made->key);
    }
    return keep(std::move(made));
}

const std::deque<JoinRow*>* JoinSide::find(const JoinRow& other) const {
    if (!other.has_key) return nullptr;
    const auto at = by_key_.find(other.key);
    return at == by_key_.end() ? nullptr : &at->second;
}

int64_t JoinSide::next_leaves() const {
    if (rows_.empty() || window_.frame == FrameKind::Rows)
        return std::numeric_limits<int64_t>::max();
    return rows_.front()->rowtime + window_.size;
}

bool JoinSide::overfull() const {
    return window_.frame == FrameKind::Rows && rows_.size() > static_cast<size_t>(window_.size) + 1;
}

std::unique_ptr<JoinRow> JoinSide::take_oldest() {
    std::unique_ptr<JoinRow> row = std::move(rows_.front());
    rows_.pop_front();
    bytes_ -= bytes_of(*row);
    if (row->has_key) {
        const auto at = by_key_.find(row->key);
        at->second.pop_front();
        if (at->second.empty()) by_key_.erase(at);
    }
    return row;
}

void JoinSide::save(StateWriter& out) const {
    out.u64(rows_.size());
    for (const auto& row : rows_) {
        out.i64(row->rowtime);
        for (size_t i = 0; i < types_.size(); ++i) save_value(row->values[i], types_[i], out);
        out.bytes(row->key);
        out.u64(row->has_key ? 1 : 0);
        out.u64(row->matched ? 1 : 0);
    }
}

void JoinSide::load(StateReader& in) {
    const size_t count = in.count();
    for (size_t i = 0; i < count && in.ok(); ++i) {
        auto row = std::make_unique<JoinRow>();
        row->rowtime = in.i64();
        for (const Type& type : types_) row->values.push_back(load_value(type, in));
        row->key = std::string(in.bytes());
        row->has_key = in.u64() != 0;
        row->matched = in.u64() != 0;
        keep(std::move(row));
    }
}

}  // namespace wr::sql
