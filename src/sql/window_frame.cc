// Counts and exact sums are added to and subtracted from; everything else is merged, so that no
// rounding error outlives the rows that caused it.
#include "sql/window_frame.h"

#include <algorithm>

namespace wr::sql {
namespace {

constexpr size_t dead_rows_max = 32;
constexpr size_t rows_min = 4;

using Fold = FramePlan::Fold;

bool picks_a_row(AggregateKind kind) {
    return kind >= AggregateKind::FirstValue;
}

bool best_of_rows(AggregateKind kind) {
    return kind == AggregateKind::Min || kind == AggregateKind::Max;
}

Fold fold_of(AggregateKind kind, const Type& arg) {
    const bool adds = kind == AggregateKind::Sum || kind == AggregateKind::Avg;
    if (adds) return arg.storage() == Storage::Integer ? Fold::None : Fold::Sum;
    if (is_variance(kind) || kind == AggregateKind::ExpAvg) return Fold::Moments;
    if (!best_of_rows(kind)) return Fold::None;
    switch (arg.storage()) {
        case Storage::Integer:
            return Fold::BestInteger;
        case Storage::Double:
            return Fold::BestDouble;
        case Storage::Text:
            break;
    }
    return Fold::BestText;
}

}  // namespace

FramePlan make_frame_plan(const Node& node, const WindowSpec& spec, std::vector<BoundPtr>& args) {
    FramePlan plan;
    for (const uint32_t index : spec.calls) {
        const AggregateCall& call = node.aggregates[index];
        FramePlan::Call planned;
        planned.call = &call;
        if (call.arg) {
            const auto at = std::find_if(args.begin(), args.end(), [&](const BoundPtr& other) {
                return same(*other, *call.arg);
            });
            planned.arg = static_cast<size_t>(at - args.begin());
            if (at == args.end()) {
                args.push_back(call.arg);
                plan.args.push_back(call.arg->type);
                plan.has_texts = plan.has_texts || call.arg->type.storage() == Storage::Text;
            }
            const bool adds = call.kind == AggregateKind::Sum || call.kind == AggregateKind::Avg;
            planned.sums = adds && call.arg->type.storage() == Storage::Integer;
            planned.fold = fold_of(call.kind, call.arg->type);
        }
        plan.merges = plan.merges || planned.merges();
        plan.calls.push_back(planned);
    }
    return plan;
}

WindowFrame::WindowFrame(const FramePlan& plan)
    : texts_(plan.has_texts ? plan.args.size() : 0),
      running_(plan.calls.size()),
      row_words_(plan.row_words()),
      first_value_(1 + plan.null_words()) {}

Datum WindowFrame::value(const FramePlan& plan, size_t arg, size_t place) const {
    if (is_null(arg, place)) return {};
    switch (plan.args[arg].storage()) {
        case Storage::Integer:
            return datum_of(integer(arg, place));
        case Storage::Double:
            return datum_of(number(arg, place));
        case Storage::Text:
            return datum_of(std::string_view(texts_[arg][place]));
    }
    return {};
}

size_t WindowFrame::row_bytes(const FramePlan& plan, size_t place) const {
    size_t bytes = row_words_ * sizeof(uint64_t) + plan.calls.size() * sizeof(Partial);
    if (!plan.has_texts) return bytes;
    for (const auto& column : texts_)
        if (!column.empty()) bytes += sizeof(std::string) + column[place].size();
    return bytes;
}

size_t WindowFrame::append(const FramePlan& plan,
                           const std::vector<Datum>& values,
                           int64_t rowtime) {
    const size_t place = rows_++;
    if (words_.size() < rows_ * row_words_)
        words_.resize(std::max(rows_min * row_words_, 2 * words_.size()));
    uint64_t* const row = words_.data() + place * row_words_;
    row[0] = static_cast<uint64_t>(rowtime);
    std::fill_n(row + 1, plan.null_words(), 0);
    for (size_t arg = 0; arg < plan.args.size(); ++arg) {
        const Datum& value = values[arg];
        if (value.null) row[1 + arg / 64] |= uint64_t{1} << arg % 64;
        switch (plan.args[arg].storage()) {
            case Storage::Integer:
                row[first_value_ + arg] = static_cast<uint64_t>(value.i);
                break;
            case Storage::Double:
                row[first_value_ + arg] = std::bit_cast<uint64_t>(value.d);
                break;
            case Storage::Text:
                texts_[arg].emplace_back(value.s);
                break;
        }
    }
    enter(plan, place);
    return row_bytes(plan, place);
}

/// Everything that counts the row once, wherever it stands; partials are folded separately.
void WindowFrame::enter(const FramePlan& plan, size_t place) {
    for (size_t i = 0; i < running_.size(); ++i) {
        const auto& planned = plan.calls[i];
        Running& running = running_[i];
        if (!planned.call->arg) {
            ++running.count;
            continue;
        }
        if (is_null(planned.arg, place)) continue;
        ++running.count;
        if (planned.sums) running.sum += integer(planned.arg, place);
        if (planned.call->ignore_nulls) running.not_null.push_back(base_ + place);
    }
}

size_t WindowFrame::push(const FramePlan& plan, const std::vector<Datum>& args, int64_t rowtime) {
    const size_t bytes = append(plan, args, rowtime);
    for (size_t i = 0; i < running_.size(); ++i) fold_back(plan, i, rows_ - 1);
    return bytes;
}

void WindowFrame::fold_back(const FramePlan& plan, size_t call, size_t place) {
    const auto& planned = plan.calls[call];
    if (!planned.merges() || is_null(planned.arg, place)) return;
    Partial& back = running_[call].back;
    if (planned.fold == Fold::Sum) {
        const double value = number(planned.arg, place);
        back.a = back.count == 0 ? value : back.a + value;
        ++back.count;
        return;
    }
    back = merge(plan, call, back, single(plan, call, place));
}

Partial WindowFrame::single(const FramePlan& plan, size_t call, size_t place) const {
    const auto& planned = plan.calls[call];
    Partial partial;
    if (is_null(planned.arg, place)) return partial;
    partial.count = 1;
    switch (planned.fold) {
        case Fold::BestInteger:
            partial.at = integer(planned.arg, place);
            return partial;
        case Fold::BestDouble:
            partial.a = number(planned.arg, place);
            return partial;
        case Fold::BestText:
            partial.at = static_cast<int64_t>(base_ + place);
            return partial;
        default:
            return partial_of(planned.call->kind, number(planned.arg, place), rowtime_at(place));
    }
}

Partial WindowFrame::merge(const FramePlan& plan,
                           size_t call,
                           const Partial& a,
                           const Partial& b) const {
    const auto& planned = plan.calls[call];
    if (a.count == 0) return b;
    if (b.count == 0) return a;
    const auto best = [&](const auto& older, const auto& newer) {
        const bool newer_is =
            planned.call->kind == AggregateKind::Min ? newer < older : older < newer;
        return newer_is ? b : a;
    };
    switch (planned.fold) {
        case Fold::BestInteger:
            return best(a.at, b.at);
        case Fold::BestDouble:
            return best(a.a, b.a);
        case Fold::BestText:
            return best(text_of(planned, a), text_of(planned, b));
        default:
            return merged(planned.call->kind, planned.call->number, a, b);
    }
}

/// The text of the row that the partial names.
std::string_view WindowFrame::text_of(const FramePlan::Call& planned, const Partial& best) const {
    return texts_[planned.arg][static_cast<size_t>(static_cast<uint64_t>(best.at) - base_)];
}

size_t WindowFrame::pop(const FramePlan& plan) {
    const size_t bytes = row_bytes(plan, head_);
    if (plan.merges && head_ == middle_) turn(plan);
    for (size_t i = 0; i < running_.size(); ++i) {
        const auto& planned = plan.calls[i];
        Running& running = running_[i];
        if (!planned.call->arg) {
            --running.count;
            continue;
        }
        if (is_null(planned.arg, head_)) continue;
        --running.count;
        if (planned.sums) running.sum -= integer(planned.arg, head_);
        if (planned.call->ignore_nulls) ++running.not_null_head;
    }
    ++head_;
    if (!plan.merges) middle_ = head_;
    drop_dead_rows();
    return bytes;
}

/// All rows become the front; the back is empty.
void WindowFrame::turn(const FramePlan& plan) {
    middle_ = rows_;
    build_front(plan);
    for (Running& running : running_) running.back = {};
}

void WindowFrame::build_front(const FramePlan& plan) {
    for (size_t i = 0; i < running_.size(); ++i) {
        if (!plan.calls[i].merges()) continue;
        auto& front = running_[i].front;
        front.assign(middle_, Partial{});
        Partial later;
        for (size_t place = middle_; place-- > head_;) {
            later = merge(plan, i, single(plan, i, place), later);
            front[place] = later;
        }
    }
}

/// Vectors are cut when more than half is dead, so that a row is moved at most once on average.
void WindowFrame::drop_dead_rows() {
    if (head_ < dead_rows_max || head_ * 2 < rows_) return;
    const auto cut = [](auto& values, size_t count) {
        if (!values.empty())
            values.erase(values.begin(), values.begin() + static_cast<ptrdiff_t>(count));
    };
    std::copy(words_.begin() + static_cast<ptrdiff_t>(head_ * row_words_),
              words_.begin() + static_cast<ptrdiff_t>(rows_ * row_words_),
              words_.begin());
    for (auto& column : texts_) cut(column, head_);
    for (size_t i = 0; i < running_.size(); ++i) {
        Running& running = running_[i];
        if (running.front.size() > head_)
            cut(running.front, head_);
        else
            running.front.clear();
        cut(running.not_null, running.not_null_head);
        running.not_null_head = 0;
    }
    base_ += head_;
    rows_ -= head_;
    middle_ -= head_;
    head_ = 0;
}

bool WindowFrame::exact(const FramePlan& plan, size_t call, Datum& out, std::string& error) const {
    const auto& planned = plan.calls[call];
    const Running& running = running_[call];
    if (running.count == 0) return true;
    Wide sum = running.sum;
    // Whole numbers are cut toward zero, decimals are rounded.
    if (planned.call->kind == AggregateKind::Avg)
        sum = plan.args[planned.arg].kind == TypeKind::Decimal ? divide_rounded(sum, running.count)
                                                               : sum / running.count;
    if (!fits_int64(sum)) {
        error = "numeric overflow in an aggregate";
        return false;
    }
    out = datum_of(static_cast<int64_t>(sum));
    return true;
}

Datum WindowFrame::picked(const FramePlan& plan, size_t call, const Datum& otherwise) const {
    const auto& planned = plan.calls[call];
    const Running& running = running_[call];
    const bool skips = planned.call->ignore_nulls;
    const auto count =
        static_cast<int64_t>(skips ? running.not_null.size() - running.not_null_head : size());
    int64_t at = 0;
    switch (planned.call->kind) {
        case AggregateKind::LastValue:
            at = count - 1;
            break;
        case AggregateKind::NthValue:
            at = planned.call->from_last ? count - planned.call->number : planned.call->number - 1;
            break;
        case AggregateKind::Lag: {
            // A current row that is NULL is not among those counted.
            const bool current = !skips || !is_null(planned.arg, rows_ - 1);
            at = count - (current ? 1 : 0) - planned.call->number;
            break;
        }
        default:
            break;
    }
    const bool lag = planned.call->kind == AggregateKind::Lag;
    if (at < 0 || at >= count) return lag ? otherwise : Datum{};
    const auto row = static_cast<size_t>(at);
    const size_t place =
        skips ? static_cast<size_t>(running.not_null[running.not_null_head + row] - base_)
              : head_ + row;
    return value(plan, planned.arg, place);
}

bool WindowFrame::result(const FramePlan& plan,
                         size_t call,
                         const Datum& otherwise,
                         Datum& out,
                         std::string& error) const {
    out = {};
    const auto& planned = plan.calls[call];
    const Running& running = running_[call];
    if (planned.call->kind == AggregateKind::Count) {
        out = datum_of(running.count);
        return true;
    }
    if (planned.sums) return exact(plan, call, out, error);
    if (picks_a_row(planned.call->kind)) {
        out = picked(plan, call, otherwise);
        return true;
    }
    const Partial all =
        head_ < middle_ ? merge(plan, call, running.front[head_], running.back) : running.back;
    if (all.count == 0) return true;
    double number = 0;
    if (planned.fold == Fold::BestInteger)
        out = datum_of(all.at);
    else if (planned.fold == Fold::BestDouble)
        out = datum_of(all.a);
    else if (planned.fold == Fold::BestText)
        out = datum_of(text_of(planned, all));
    else if (partial_result(planned.call->kind, all, number))
        out = datum_of(number);
    return true;
}

void WindowFrame::save(const FramePlan& plan, StateWriter& out) const {
    out.u64(size());
    out.u64(middle_ - head_);
    for (size_t place = head_; place < rows_; ++place) {
        out.i64(rowtime_at(place));
        for (size_t arg = 0; arg < plan.args.size(); ++arg) {
            const Datum datum = value(plan, arg, place);
            out.u64(datum.null ? 1 : 0);
            if (datum.null) continue;
            if (plan.args[arg].storage() == Storage::Text)
                out.bytes(datum.s);
            else if (plan.args[arg].storage() == Storage::Double)
                out.f64(datum.d);
            else
                out.i64(datum.i);
        }
    }
}

size_t WindowFrame::load(const FramePlan& plan, StateReader& in) {
    const size_t count = in.count();
    const uint64_t middle = in.u64();
    if (middle > count) in.fail();
    size_t bytes = 0;
    std::vector<Datum> values(plan.args.size());
    for (size_t row = 0; row < count && in.ok(); ++row) {
        const int64_t rowtime = in.i64();
        for (size_t arg = 0; arg < plan.args.size(); ++arg) {
            Datum& datum = values[arg];
            datum = {};
            if (in.u64() != 0) continue;
            datum.null = false;
            if (plan.args[arg].storage() == Storage::Text)
                datum.s = in.bytes();
            else if (plan.args[arg].storage() == Storage::Double)
                datum.d = in.f64();
            else
                datum.i = in.i64();
        }
        bytes += append(plan, values, rowtime);
    }
    if (!in.ok()) return bytes;
    middle_ = static_cast<size_t>(middle);
    build_front(plan);
    for (size_t i = 0; i < running_.size(); ++i)
        for (size_t place = middle_; place < rows_; ++place) fold_back(plan, i, place);
    return bytes;
}

}  // namespace wr::sql
