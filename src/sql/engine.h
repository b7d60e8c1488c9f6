#pragma once
// Engine: runs a compiled application over batches of records.
//
// It has no clock and no threads: the caller says what ROWTIME a batch has, so that the output is a
// function of the calls alone. The same calls after restore() give the same rows with the same
// ordinals.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sql/compile.h"

namespace wr::sql {

struct Record {
    std::string_view data;
    std::string_view shard_id;
    std::string_view sequence_number;
    std::string_view partition_key;
    base::Timestamp approximate_arrival{};
};

struct Batch;
struct Stream;

/// Rows that appeared in one in-application stream; valid during Sink::on_rows only.
class Rows {
public:
    Rows(const Stream& stream, const Batch& batch, uint64_t first_ordinal)
        : stream_(stream), batch_(batch), first_ordinal_(first_ordinal) {}

    std::string_view stream_name() const;
    size_t size() const;
    /// Rows of a stream are numbered from 0, for ever: a row that is seen again has its old number.
    uint64_t ordinal(size_t row) const { return first_ordinal_ + row; }
    base::Timestamp rowtime(size_t row) const;
    /// One object in the column order of CREATE STREAM and a newline.
    void append_json(size_t row, std::string& out) const;
    /// Values with commas between them and a newline; NULL is null.
    void append_csv(size_t row, std::string& out) const;

private:
    const Stream& stream_;
    const Batch& batch_;
    const uint64_t first_ordinal_;
};

/// A window that has rows and was not emitted yet.
struct OpenWindow {
    std::string stream;  ///< that it will write to
    size_t groups = 0;
    /// Its ROWTIME; nothing when rows decide, not the clock.
    std::optional<base::Timestamp> closes;
};

class Sink {
public:
    virtual ~Sink() = default;
    /// Called for every stream, inputs and the error stream included. Must not call the engine.
    virtual void on_rows(const Rows& rows) = 0;
};

/// Not thread-safe.
class Engine {
public:
    /// `started_at` is what CURRENT_TIMESTAMP says.
    Engine(ProgramPtr program, base::Timestamp started_at, Sink& sink);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// An engine in the state that snapshot() saw. InvalidArgument when the snapshot is of another
    /// program, Corruption when its bytes are damaged.
    static base::Result<std::unique_ptr<Engine>> restore(ProgramPtr program,
                                                         std::string_view snapshot,
                                                         Sink& sink);

    /// Records of one input, in order, all stamped `rowtime`. A rowtime before the latest counts as
    /// the latest. Rows are with the sink when this returns. Bad records become rows of the error
    /// stream. NotFound when the program has no such input. The records of a reference table are
    /// added to those that it holds; they are part of the snapshot.
    base::Result<void> push(std::string_view input_stream,
                            std::span<const Record> records,
                            base::Timestamp rowtime);
    /// No record before `bound` will come any more: windows that end by then are emitted.
    void advance(base::Timestamp bound);
    /// A row of the error stream from the caller, such as records that were lost before reading.
    void report(std::string_view error_name, std::string_view message);
    /// Whether advance(bound) would emit anything; a caller that keeps a journal needs only those
    /// bounds.
    bool would_emit(base::Timestamp bound) const;

    base::Timestamp started_at() const;
    /// The latest rowtime or bound.
    base::Timestamp rowtime() const;
    uint64_t rows_in() const;
    uint64_t errors() const;
    /// Open windows and what they hold.
    size_t state_bytes() const;
    /// One for each operator with windows; of several, the one that closes first tells when.
    std::vector<OpenWindow> open_windows() const;

    std::string snapshot() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace wr::sql
