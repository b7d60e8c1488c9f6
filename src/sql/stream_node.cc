// Several writers may run at different times: a row waits until no other writer can still bring an
// earlier one.
#include "sql/stream_node.h"

#include <algorithm>
#include <limits>

namespace wr::sql {
namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();

void save_row(const Batch& row, StateWriter& out) {
    out.i64(row.rowtimes[0]);
    for (const auto& column : row.columns) {
        const Datum value = column->get(0);
        out.u64(value.null ? 1 : 0);
        out.i64(value.i);
        out.f64(value.d);
        out.bytes(value.s);
    }
}

Batch load_row(const Stream& stream, StateReader& in) {
    Batch row;
    row.rows = 1;
    row.rowtimes = {in.i64()};
    for (const auto& column : stream.columns) {
        auto vector = std::make_shared<Vector>(column.type, 1);
        auto arena = std::make_shared<Arena>();
        Datum value;
        value.null = in.u64() != 0;
        value.i = in.i64();
        value.d = in.f64();
        value.s = arena->copy(in.bytes());
        vector->keep(std::move(arena));
        vector->set(0, value);
        row.columns.push_back(std::move(vector));
    }
    return row;
}

}  // namespace

StreamNode::StreamNode(const Stream& stream, Sink& sink) : stream_(stream), sink_(sink) {
    // Inputs and the error stream have the engine itself as their writer.
    const size_t writers = std::max<size_t>(stream.writers.size(), 1);
    for (size_t i = 0; i < writers; ++i) {
        entrances_.push_back(std::make_unique<Entrance>(*this));
        entrances_.back()->bound_ = std::numeric_limits<int64_t>::min();
    }
}

void StreamNode::deliver(const Batch& batch) {
    if (batch.rows == 0) return;
    if (stream_.kind != StreamKind::Table) sink_.on_rows(Rows(stream_, batch, next_ordinal_));
    next_ordinal_ += batch.rows;
    for (Operator* const reader : readers_) reader->on_batch(batch);
}

void StreamNode::receive(Entrance& from, const Batch& batch) {
    if (entrances_.size() == 1) {
        deliver(batch);
        return;
    }
    for (uint32_t row = 0; row < batch.rows; ++row) {
        const uint32_t one[] = {row};
        Batch single = gather(batch, one);
        from.waiting_.push_back({batch.rowtimes[row], std::move(single)});
    }
}

void StreamNode::receive_bound(Entrance& from, int64_t bound) {
    from.bound_ = std::max(from.bound_, bound);
    int64_t all = never;
    for (const auto& entrance : entrances_) all = std::min(all, entrance->bound_);
    if (entrances_.size() > 1) release(all);
    for (Operator* const reader : readers_) reader->on_bound(all);
}

/// Rows up to `bound`, earliest first; at one time, the pump that stands first in the code comes
/// first.
void StreamNode::release(int64_t bound) {
    while (true) {
        Entrance* first = nullptr;
        for (const auto& entrance : entrances_) {
            if (entrance->waiting_.empty() || entrance->waiting_.front().rowtime > bound) continue;
            if (first == nullptr ||
                entrance->waiting_.front().rowtime < first->waiting_.front().rowtime)
                first = entrance.get();
        }
        if (first == nullptr) return;
        const Waiting next = std::move(first->waiting_.front());
        first->waiting_.pop_front();
        deliver(next.row);
    }
}

int64_t StreamNode::next_emission() const {
    int64_t earliest = never;
    for (const auto& entrance : entrances_)
        if (!entrance->waiting_.empty())
            earliest = std::min(earliest, entrance->waiting_.front().rowtime);
    return earliest;
}

void StreamNode::save(StateWriter& out) const {
    out.u64(next_ordinal_);
    out.u64(entrances_.size());
    for (const auto& entrance : entrances_) {
        out.i64(entrance->bound_);
        out.u64(entrance->waiting_.size());
        for (const auto& waiting : entrance->waiting_) save_row(waiting.row, out);
    }
}

void StreamNode::load(StateReader& in) {
    next_ordinal_ = in.u64();
    if (in.u64() != entrances_.size()) in.fail();
    for (const auto& entrance : entrances_) {
        entrance->bound_ = in.i64();
        const size_t count = in.count();
        for (size_t i = 0; i < count && in.ok(); ++i) {
            Batch row = load_row(stream_, in);
            const int64_t rowtime = row.rowtimes[0];
            entrance->waiting_.push_back({rowtime, std::move(row)});
        }
    }
}

}  // namespace wr::sql
