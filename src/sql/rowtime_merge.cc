// Each row waits on its own; its columns are those of the batch it came with.
#include "sql/rowtime_merge.h"

#include "sql/row_buffer.h"

namespace wr::sql {

RowtimeMerge::RowtimeMerge(std::vector<std::vector<Type>> types) {
    for (auto& each : types) {
        Input input;
        input.types = std::move(each);
        inputs_.push_back(std::move(input));
    }
}

void RowtimeMerge::receive(size_t input, const Batch& batch) {
    for (uint32_t row = 0; row < batch.rows; ++row) {
        const uint32_t one[] = {row};
        inputs_[input].waiting.push_back({gather(batch, one), 0});
    }
}

size_t RowtimeMerge::earliest(int64_t bound) const {
    size_t first = inputs_.size();
    for (size_t i = 0; i < inputs_.size(); ++i) {
        const auto& waiting = inputs_[i].waiting;
        if (waiting.empty() || waiting.front().rowtime() > bound) continue;
        if (first == inputs_.size() ||
            waiting.front().rowtime() < inputs_[first].waiting.front().rowtime())
            first = i;
    }
    return first;
}

int64_t RowtimeMerge::next_emission() const {
    int64_t next = std::numeric_limits<int64_t>::max();
    for (const auto& input : inputs_)
        if (!input.waiting.empty()) next = std::min(next, input.waiting.front().rowtime());
    return next;
}

size_t RowtimeMerge::state_bytes() const {
    constexpr size_t value_bytes = 64;
    size_t bytes = 0;
    for (const auto& input : inputs_)
        bytes += input.waiting.size() * (sizeof(Waiting) + input.types.size() * value_bytes);
    return bytes;
}

void RowtimeMerge::save(StateWriter& out) const {
    for (const auto& input : inputs_) {
        out.i64(input.bound);
        out.u64(input.waiting.size());
        for (const auto& waiting : input.waiting) {
            out.i64(waiting.rowtime());
            for (size_t i = 0; i < input.types.size(); ++i) {
                const auto& column = waiting.batch.columns[i];
                save_value(column ? column->get(waiting.row) : Datum{}, input.types[i], out);
            }
        }
    }
}

void RowtimeMerge::load(StateReader& in) {
    for (auto& input : inputs_) {
        input.bound = in.i64();
        const size_t count = in.count();
        for (size_t row = 0; row < count && in.ok(); ++row) {
            Waiting waiting;
            waiting.batch.rows = 1;
            waiting.batch.rowtimes = {in.i64()};
            const auto arena = std::make_shared<Arena>();
            for (const Type& type : input.types) {
                auto column = std::make_shared<Vector>(type, 1);
                column->keep(arena);
                Datum value = load_value(type, in);
                if (!value.null) value.s = arena->copy(value.s);
                column->set(0, value);
                waiting.batch.columns.push_back(std::move(column));
            }
            input.waiting.push_back(std::move(waiting));
        }
    }
}

}  // namespace wr::sql
