#pragma once
// WindowFrame: the rows of one partition that a sliding window still sees, and its aggregates over
// them, kept up to date as rows enter at one end and leave at the other.

#include <bit>
#include <string>
#include <vector>

#include "sql/batch.h"
#include "sql/cast.h"
#include "sql/partial.h"
#include "sql/plan.h"
#include "sql/state_bytes.h"

namespace wr::sql {

/// What all frames of a window share.
struct FramePlan {
    /// How the partials of a call merge: nothing is ever subtracted from a DOUBLE.
    enum class Fold : uint8_t { None, Sum, Moments, BestInteger, BestDouble, BestText };
    struct Call {
        const AggregateCall* call = nullptr;
        size_t arg = 0;  ///< place among `args`; any for COUNT(*)
        Fold fold = Fold::None;
        bool merges() const { return fold != Fold::None; }
        bool sums = false;  ///< kept as an exact sum
    };
    std::vector<Type> args;
    std::vector<Call> calls;
    bool merges = false;     ///< some call does
    bool has_texts = false;  ///< some argument is one
    /// Of a row: its ROWTIME, which arguments are NULL, one word for each argument.
    size_t null_words() const { return (args.size() + 63) / 64; }
    size_t row_words() const { return 1 + null_words() + args.size(); }
};

/// Rows lie one behind the other, so that a row is in one place of the memory; texts apart. They
/// are numbered by their place plus `base_`; the oldest is at head_.
///
/// Two stacks answer for what cannot be subtracted: rows before middle_ have the partial of
/// themselves and all up to middle_, rows from there on share one. Every row is folded at most
/// twice, whatever the window's size.
class WindowFrame {
public:
    explicit WindowFrame(const FramePlan& plan);

    size_t size() const { return rows_ - head_; }
    int64_t oldest() const { return rowtime_at(head_); }
    /// Asks for the memory that the next push() will touch.
    void prefetch() const {
        __builtin_prefetch(words_.data() + rows_ * row_words_);
        const auto* const first = reinterpret_cast<const char*>(running_.data());
        const auto* const end = reinterpret_cast<const char*>(running_.data() + running_.size());
        for (const char* at = first; at < end; at += cache_line_bytes) __builtin_prefetch(at);
    }
    /// Both return the bytes by which the frame grew or shrank, roughly.
    /// `args` are the row's values, as the plan has them.
    size_t push(const FramePlan& plan, const std::vector<Datum>& args, int64_t rowtime);
    size_t pop(const FramePlan& plan);

    /// The aggregate as of the newest row. `otherwise` is LAG's default for it. Text lives until
    /// the next change. False with `error` set when the value does not fit.
    bool result(const FramePlan& plan,
                size_t call,
                const Datum& otherwise,
                Datum& out,
                std::string& error) const;

    void save(const FramePlan& plan, StateWriter& out) const;
    /// The bytes that the frame holds now.
    size_t load(const FramePlan& plan, StateReader& in);
    int64_t rowtime(size_t row) const { return rowtime_at(head_ + row); }

private:
    static constexpr size_t cache_line_bytes = 64;
    struct Running {
        int64_t count = 0;  ///< rows, for COUNT(*); otherwise values that are not NULL
        Partial back;
        Wide sum = 0;
        std::vector<Partial> front;      ///< by place, head_ to middle_
        std::vector<uint64_t> not_null;  ///< row numbers, for IGNORE NULLS
        size_t not_null_head = 0;
    };

    const uint64_t* row_at(size_t place) const { return words_.data() + place * row_words_; }
    int64_t rowtime_at(size_t place) const { return static_cast<int64_t>(*row_at(place)); }
    bool is_null(size_t arg, size_t place) const {
        return (row_at(place)[1 + arg / 64] >> (arg % 64) & 1) != 0;
    }
    uint64_t bits(size_t arg, size_t place) const { return row_at(place)[first_value_ + arg]; }
    int64_t integer(size_t arg, size_t place) const {
        return static_cast<int64_t>(bits(arg, place));
    }
    double number(size_t arg, size_t place) const {
        return std::bit_cast<double>(bits(arg, place));
    }
    Datum value(const FramePlan& plan, size_t arg, size_t place) const;
    size_t append(const FramePlan& plan, const std::vector<Datum>& values, int64_t rowtime);
    void enter(const FramePlan& plan, size_t place);
    void fold_back(const FramePlan& plan, size_t call, size_t place);
    Partial single(const FramePlan& plan, size_t call, size_t place) const;
    Partial merge(const FramePlan& plan, size_t call, const Partial& a, const Partial& b) const;
    std::string_view text_of(const FramePlan::Call& planned, const Partial& best) const;
    void turn(const FramePlan& plan);
    void build_front(const FramePlan& plan);
    void drop_dead_rows();
    bool exact(const FramePlan& plan, size_t call, Datum& out, std::string& error) const;
    Datum picked(const FramePlan& plan, size_t call, const Datum& otherwise) const;
    size_t row_bytes(const FramePlan& plan, size_t place) const;

    std::vector<uint64_t> words_;                  ///< of the rows, and room for more
    std::vector<std::vector<std::string>> texts_;  ///< by argument; empty when none is a text
    std::vector<Running> running_;
    size_t row_words_;
    size_t first_value_;
    size_t rows_ = 0;
    uint64_t base_ = 0;
    size_t head_ = 0;
    size_t middle_ = 0;
};

FramePlan make_frame_plan(const Node& node, const WindowSpec& spec, std::vector<BoundPtr>& args);

}  // namespace wr::sql
