// Aggregates over flat arrays indexed by group.
#include "sql/accumulator.h"

#include <algorithm>

#include "sql/cast.h"

namespace wr::sql {

Accumulator::Accumulator(const AggregateCall& call)
    : kind_(call.kind),
      arg_type_(call.arg ? call.arg->type : Type{}),
      counts_rows_(!call.arg),
      half_life_(call.number) {}

void Accumulator::resize(size_t group_count) {
    if (is_variance(kind_) || kind_ == AggregateKind::ExpAvg) {
        partials_.resize(group_count);
        return;
    }
    counts_.resize(group_count, 0);
    if (kind_ == AggregateKind::Count) return;
    switch (arg_type_.storage()) {
        case Storage::Integer:
            integers_.resize(group_count, 0);
            overflowed_.resize(group_count, 0);
            break;
        case Storage::Double:
            doubles_.resize(group_count, 0);
            break;
        case Storage::Text:
            texts_.resize(group_count);
            break;
    }
}

void Accumulator::add_integers(const Vector& arg,
                               Selection rows,
                               const std::vector<uint32_t>& groups) {
    for (size_t i = 0; i < rows.size(); ++i) {
        if (arg.nulls[rows[i]] != 0) continue;
        const uint32_t group = groups[i];
        ++counts_[group];
        if (__builtin_add_overflow(integers_[group], arg.integers[rows[i]], &integers_[group]))
            overflowed_[group] = 1;
    }
}

template <typename T, typename V>
void Accumulator::keep_one(const std::vector<T>& values,
                           std::vector<V>& best,
                           const Vector& arg,
                           Selection rows,
                           const std::vector<uint32_t>& groups) {
    const bool smallest = kind_ == AggregateKind::Min;
    const bool latest = kind_ == AggregateKind::LastValue;
    const bool ordered = smallest || kind_ == AggregateKind::Max;
    for (size_t i = 0; i < rows.size(); ++i) {
        if (arg.nulls[rows[i]] != 0) continue;
        const uint32_t group = groups[i];
        const T& value = values[rows[i]];
        const bool better = ordered && (smallest ? value < best[group] : best[group] < value);
        if (counts_[group]++ == 0 || latest || better) best[group] = V(value);
    }
}

void Accumulator::add_partials(const Vector& arg,
                               const std::vector<int64_t>& rowtimes,
                               Selection rows,
                               const std::vector<uint32_t>& groups) {
    for (size_t i = 0; i < rows.size(); ++i) {
        if (arg.nulls[rows[i]] != 0) continue;
        Partial& partial = partials_[groups[i]];
        partial = merged(
            kind_, half_life_, partial, partial_of(kind_, arg.doubles[rows[i]], rowtimes[rows[i]]));
    }
}

void Accumulator::update(const Vector* arg,
                         const std::vector<int64_t>& rowtimes,
                         Selection rows,
                         const std::vector<uint32_t>& groups,
                         size_t group_count) {
    resize(group_count);
    if (counts_rows_) {
        for (const uint32_t group : groups) ++counts_[group];
        return;
    }
    if (kind_ == AggregateKind::Count) {
        for (size_t i = 0; i < rows.size(); ++i)
            if (arg->nulls[rows[i]] == 0) ++counts_[groups[i]];
        return;
    }
    if (!partials_.empty()) {
        add_partials(*arg, rowtimes, rows, groups);
        return;
    }
    const bool best = kind_ != AggregateKind::Sum && kind_ != AggregateKind::Avg;
    switch (arg_type_.storage()) {
        case Storage::Integer:
            if (best)
                keep_one(arg->integers, integers_, *arg, rows, groups);
            else
                add_integers(*arg, rows, groups);
            break;
        case Storage::Double:
            if (best) {
                keep_one(arg->doubles, doubles_, *arg, rows, groups);
                break;
            }
            for (size_t i = 0; i < rows.size(); ++i) {
                if (arg->nulls[rows[i]] != 0) continue;
                ++counts_[groups[i]];
                doubles_[groups[i]] += arg->doubles[rows[i]];
            }
            break;
        case Storage::Text:
            keep_one(arg->texts, texts_, *arg, rows, groups);
            break;
    }
}

bool Accumulator::finish(size_t group, Datum& out, std::string& error) const {
    out = {};
    if (!partials_.empty()) {
        double result = 0;
        if (partial_result(kind_, partials_[group], result)) out = datum_of(result);
        return true;
    }
    const int64_t count = counts_[group];
    if (kind_ == AggregateKind::Count) {
        out = datum_of(count);
        return true;
    }
    if (count == 0) return true;
    const bool average = kind_ == AggregateKind::Avg;
    switch (arg_type_.storage()) {
        case Storage::Text:
            out = datum_of(std::string_view(texts_[group]));
            return true;
        case Storage::Double:
            out =
                datum_of(average ? doubles_[group] / static_cast<double>(count) : doubles_[group]);
            return true;
        case Storage::Integer:
            break;
    }
    if (overflowed_[group] != 0) {
        error = "numeric overflow in an aggregate";
        return false;
    }
    int64_t value = integers_[group];
    // Whole numbers are cut toward zero, decimals are rounded.
    if (average)
        value = arg_type_.kind == TypeKind::Decimal
                    ? static_cast<int64_t>(divide_rounded(value, count))
                    : value / count;
    out = datum_of(value);
    return true;
}

void Accumulator::clear() {
    counts_.clear();
    integers_.clear();
    doubles_.clear();
    texts_.clear();
    overflowed_.clear();
    partials_.clear();
}

void Accumulator::drop_first(size_t groups) {
    const auto cut = [groups](auto& values) {
        values.erase(values.begin(),
                     values.begin() + static_cast<ptrdiff_t>(std::min(groups, values.size())));
    };
    cut(counts_);
    cut(integers_);
    cut(doubles_);
    cut(texts_);
    cut(overflowed_);
    cut(partials_);
}

size_t Accumulator::state_bytes() const {
    size_t bytes = counts_.size() * 8 + integers_.size() * 9 + doubles_.size() * 8 +
                   partials_.size() * sizeof(Partial);
    for (const auto& text : texts_) bytes += sizeof text + text.capacity();
    return bytes;
}

void Accumulator::save(StateWriter& out) const {
    for (const int64_t value : counts_) out.i64(value);
    for (const int64_t value : integers_) out.i64(value);
    for (const uint8_t value : overflowed_) out.u64(value);
    for (const double value : doubles_) out.f64(value);
    for (const auto& value : texts_) out.bytes(value);
    for (const auto& value : partials_) {
        out.i64(value.count);
        out.i64(value.at);
        out.f64(value.a);
        out.f64(value.b);
    }
}

void Accumulator::load(StateReader& in, size_t group_count) {
    clear();
    resize(group_count);
    for (int64_t& value : counts_) value = in.i64();
    for (int64_t& value : integers_) value = in.i64();
    for (uint8_t& value : overflowed_) value = in.u64() != 0 ? 1 : 0;
    for (double& value : doubles_) value = in.f64();
    for (auto& value : texts_) value = std::string(in.bytes());
    for (auto& value : partials_) {
        value.count = in.i64();
        value.at = in.i64();
        value.a = in.f64();
        value.b = in.f64();
    }
}

}  // namespace wr::sql
