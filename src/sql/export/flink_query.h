#pragma once
// Plan nodes to SELECTs.

#include <functional>

#include "sql/export/flink_writer.h"

namespace wr::sql::flink {

/// What a stream offers to those who read it.
struct Readable {
    bool has_time = true;           ///< a ROWTIME column that Flink knows as time
    bool has_value = false;         ///< a ROWTIME_VALUE column; else the value follows from ROWTIME
    std::vector<std::string> gone;  ///< columns that Flink's connector does not offer
};

/// Adds helper views where Flink takes only a table.
class QueryWriter {
public:
    /// @param read      of a stream by its place in the program
    /// @param add_view  makes a view of a SELECT and returns its quoted name
    QueryWriter(const Program& program,
                bool event_time,
                std::function<const Readable&(uint32_t)> read,
                std::function<std::string(const std::string& select)> add_view,
                Notes& notes)
        : program_(program),
          event_time_(event_time),
          read_(std::move(read)),
          add_view_(std::move(add_view)),
          notes_(notes) {}

    Exported<Block> write(const Node& node);

private:
    Exported<Block> source(const Node& node);
    Exported<Block> project(const Node& node);
    Exported<Block> over(const Node& node);
    Exported<Block> tumbling(const Node& node);
    Exported<Block> distinct(const Node& node);
    Exported<Block> sides(const Node& node, Block (&side)[2]);
    static std::string rowtime_of(const Block& side, const char* name);
    Exported<Block> join(const Node& node);
    Exported<Block> lookup(const Node& node);
    Exported<Block> united(const Node& node);
    Exported<Block> stream_join(const Node& node, Block both);
    Exported<Block> function(const Node& node);
    /// A block whose rows may be filtered, grouped and windowed.
    Block nested(const Block& block);
    /// The same as a table with a name, which windows need.
    Block as_table(const Block& block);
    Exported<std::string> tumble(const Block& table, int64_t width_ms);

    const Program& program_;
    const bool event_time_;
    const std::function<const Readable&(uint32_t)> read_;
    const std::function<std::string(const std::string& select)> add_view_;
    Notes& notes_;
};

}  // namespace wr::sql::flink
