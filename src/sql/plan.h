#pragma once
// The compiled application: in-application streams and the pumps between them. Data, shared by
// engines.

#include <memory>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"
#include "sql/compile.h"

namespace wr::sql {

enum class AggregateKind : uint8_t {
    Count,
    Sum,
    Min,
    Max,
    Avg,
    VarPop,
    VarSamp,
    StddevPop,
    StddevSamp,
    ExpAvg,
    FirstValue,
    LastValue,
    NthValue,  ///< windows only
    Lag        ///< windows only
};

struct AggregateCall {
    AggregateKind kind = AggregateKind::Count;
    BoundPtr arg;               ///< null for COUNT(*)
    Type type;                  ///< of the result
    int64_t number = 0;         ///< EXP_AVG: half-life in ms; NTH_VALUE, LAG: rows
    bool ignore_nulls = false;  ///< FIRST_VALUE, LAST_VALUE, NTH_VALUE, LAG
    bool from_last = false;     ///< NTH_VALUE
    BoundPtr otherwise;         ///< LAG: outside the window; null for NULL
};

enum class FrameKind : uint8_t { Rows, Range };

/// A sliding window: which rows before the current one, and which calls look at them.
struct WindowSpec {
    std::vector<BoundPtr> partition;
    FrameKind frame = FrameKind::Range;
    int64_t size = 0;             ///< rows before the current one, or ms, inclusive
    std::vector<uint32_t> calls;  ///< places among the node's aggregates
};

enum class TableFunctionKind : uint8_t {
    RandomCutForest,
    TopKItems,
    CountDistinctItems,
    GroupRank,
    Hotspots
};

enum class RankOutput : uint8_t { AsReceived, Ascending, Descending };

/// A function in FROM. Output: TOP_K: the item and its count; COUNT_DISTINCT: the count; the
/// others: the input's columns, then the score and, if wanted, the explanation; the rank; the
/// hotspots.
struct TableFunction {
    TableFunctionKind kind = TableFunctionKind::RandomCutForest;
    std::vector<uint32_t> columns;  ///< of the input, that the function looks at
    std::vector<int64_t> numbers;  ///< RANDOM_CUT_FOREST: trees, sample, decay, shingle; TOP_K: how
                                   ///< many; the window in ms for both of the others, last;
                                   ///< GROUP_RANK: rows at most, 0 for all; HOTSPOTS: window,
                                   ///< points at least
    std::vector<std::string>
        names;                ///< of the columns that an explanation is about, if it is wanted
    bool directions = false;  ///< in the explanation
    double radius = 0;        ///< HOTSPOTS
    bool descending = false;  ///< GROUP_RANK: the greatest value has rank 1
    RankOutput output = RankOutput::AsReceived;  ///< GROUP_RANK
};

using ast::JoinKind;

struct SortKey {
    uint32_t column = 0;
    bool descending = false;
};

enum class NodeKind : uint8_t {
    Source,    ///< rows of an in-application stream
    Project,   ///< keeps the rows for which `predicate` is true and computes `expressions`
    Over,      ///< every row for which `predicate` is true, then `aggregates` over `windows`
    Stagger,   ///< as Aggregate, but every key's window opens with its first row and lasts `range`
    Distinct,  ///< the first row of each value of `expressions` while `window` stays the same
    Join,      ///< the columns of both inputs, then the ROWTIMEs of both; see `windows`
    Lookup,    ///< the columns of the stream's row, then those of each row of the table; see `join`
    Values,    ///< a table of constants; only below a Lookup
    Union,     ///< the rows of all inputs, in the order of ROWTIME
    Function,  ///< `function` over the input
    Sort,      ///< by `sort_keys`, whenever `window` changes
    Aggregate,  ///< tumbling: output is the keys, then the aggregates; closes when `window` changes
    Insert      ///< converts to the target's columns and hands over; the root of every pump
};

struct Node {
    NodeKind kind = NodeKind::Source;
    std::vector<std::unique_ptr<Node>> inputs;
    uint32_t stream = 0;  ///< Source: read; Insert: written
    BoundPtr predicate;   ///< Project, Over, Stagger, Aggregate: null for all rows (Join: pairs)
    std::vector<BoundPtr>
        expressions;          ///< Project, Insert: columns; Aggregate: keys, the window's included
    BoundPtr rowtime;         ///< Project, Insert: becomes the rows' ROWTIME, when set
    BoundPtr window;          ///< Aggregate, Distinct, Sort: the monotonic key
    uint32_t window_key = 0;  ///< Aggregate: its place among `expressions`
    std::vector<AggregateCall> aggregates;
    std::vector<WindowSpec> windows;  ///< Over; Join: of the left and the right, with the keys
    JoinKind join = JoinKind::Inner;
    std::vector<std::vector<BoundPtr>> rows;  ///< Values: by row, then column
    TableFunction function;
    std::vector<SortKey> sort_keys;  ///< Sort
    int64_t range = 0;               ///< Stagger: ms
    bool complete_at_bound = false;  ///< Sort: rows of one `window` have one ROWTIME and no more
                                     ///< come after a bound of that time
    std::vector<Type> types;         ///< of the output columns
};

struct StreamColumn {
    std::string name;
    std::string json_key;  ///< the name as JSON, with the colon behind it
    Type type;
    bool not_null = false;
    bool system = false;  ///< SHARD_ID and the like: readable, but not part of *
    bool used = true;     ///< inputs: some pump reads it
};

enum class StreamKind : uint8_t { Input, Declared, Error, Table };

struct Stream {
    std::string name;
    StreamKind kind = StreamKind::Declared;
    std::vector<StreamColumn> columns;
    uint32_t input = 0;             ///< Input, Table: its schema
    std::vector<uint32_t> writers;  ///< pumps that insert
    std::vector<uint32_t> readers;  ///< pumps that select from it
};

struct Pump {
    std::string name;
    std::unique_ptr<Node> root;
};

struct Program {
    std::vector<InputSchema> inputs;
    std::vector<Stream> streams;  ///< inputs first, then declared ones, the error stream last
    std::vector<Pump> pumps;      ///< in the order of the code
    uint32_t fingerprint = 0;  ///< of code and schemas; a snapshot names the program it belongs to
    uint32_t error_stream = 0;
};

/// Places of the columns that every input stream has after its record columns.
enum class SystemColumn : uint8_t { ApproximateArrivalTime, ShardId, PartitionKey, SequenceNumber };
constexpr size_t system_columns = 4;

}  // namespace wr::sql
