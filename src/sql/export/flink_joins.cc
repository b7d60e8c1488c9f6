// Joins: interval joins of streams, plain joins with reference data.
#include "sql/export/flink_query.h"

namespace wr::sql::flink {
namespace {

constexpr const char* table_note =
    "A join with reference data keeps the stream's rows in Flink's state for ever, unless "
    "table.exec.state.ttl is set.";

}  // namespace

/// The columns of both sides behind l. and r., and in `having` the condition, to be completed.
Exported<Block> QueryWriter::sides(const Node& node, Block (&side)[2]) {
    Block both;
    const char* const names[] = {"l.", "r."};
    for (size_t i = 0; i < 2; ++i) {
        WR_TRY(side[i], write(*node.inputs[i]));
        side[i] = as_table(side[i]);
        for (auto& column : side[i].columns) {
            column = names[i] + column;
            both.columns.push_back(column);
        }
    }
    both.types = node.types;
    both.from = side[0].table + " AS l JOIN " + side[1].table + " AS r ON ";
    for (size_t i = 0; i < node.windows[0].partition.size(); ++i) {
        WR_TRY(const std::string a, expression(*node.windows[0].partition[i], side[0], notes_));
        WR_TRY(const std::string b, expression(*node.windows[1].partition[i], side[1], notes_));
        add_condition(both.having, "(" + a + " = " + b + ")");
    }
    return both;
}

std::string QueryWriter::rowtime_of(const Block& side, const char* name) {
    const bool value = side.windowed || side.time.empty();
    if (value) return name + quoted(value_name);
    return "CAST(" + (name + quoted(time_name)) + " AS TIMESTAMP(3))";
}

Exported<Block> QueryWriter::lookup(const Node& node) {
    if (node.inputs[1]->kind == NodeKind::Values) return refuse("a join with VALUES");
    if (node.join != JoinKind::Inner) return refuse("an outer join with reference data");
    Block side[2];
    WR_TRY(Block both, sides(node, side));
    if (node.predicate) {
        WR_TRY(const std::string rest, expression(*node.predicate, both, notes_));
        add_condition(both.having, rest);
    }
    notes_.insert(table_note);
    both.from += both.having.empty() ? "TRUE" : both.having;
    both.having.clear();
    // Flink gives up the time of rows that such a join makes.
    if (!side[0].time.empty() || !side[0].rowtime.empty()) both.rowtime = rowtime_of(side[0], "l.");
    return both;
}

Exported<Block> QueryWriter::join(const Node& node) {
    Block side[2];
    WR_TRY(Block both, sides(node, side));
    if (side[0].windowed || side[1].windowed || side[0].time.empty() || side[1].time.empty())
        return refuse(
            "a join of rows whose ROWTIME is an expression or that of a window or a join");
    both.columns.push_back(rowtime_of(side[0], "l."));
    both.columns.push_back(rowtime_of(side[1], "r."));
    if (node.predicate) {
        WR_TRY(const std::string rest, expression(*node.predicate, both, notes_));
        add_condition(both.having, rest);
    }
    return stream_join(node, std::move(both));
}

Exported<Block> QueryWriter::stream_join(const Node& node, Block both) {
    if (node.join != JoinKind::Inner)
        return refuse("an outer join of streams, whose unmatched rows come at other moments");
    for (const auto& window : node.windows)
        if (window.frame == FrameKind::Rows) return refuse("a join with ROWS n PRECEDING");
    const int64_t left = node.windows[0].size;
    const int64_t right = node.windows[1].size;
    if (left == 0 && right == 0 && !event_time_)
        return refuse("a join on equal ROWTIME, which processing time has not; export with --time");
    std::string condition = both.having;
    both.having.clear();
    // A row of the left is seen for `left` after it came, one of the right for `right`.
    const std::string time = quoted(time_name);
    const auto moved = [&](const char* sign, int64_t ms) {
        return "r." + time + (ms == 0 ? "" : std::string(" ") + sign + " " + interval_text(ms));
    };
    add_condition(condition,
                  "l." + time + " BETWEEN " + moved("-", left) + " AND " + moved("+", right));
    both.from += condition;
    // A pair has the later time of both: that of the side which has no window.
    if (left == 0 || right == 0) {
        const size_t later = right == 0 ? 1 : 0;
        both.time = (later == 1 ? "r." : "l.") + time;
        both.rowtime = both.columns[both.columns.size() - 2 + later];
    } else {
        const std::string& a = both.columns[both.columns.size() - 2];
        const std::string& b = both.columns[both.columns.size() - 1];
        both.rowtime = "CASE WHEN " + a + " > " + b + " THEN " + a + " ELSE " + b + " END";
    }
    return both;
}

}  // namespace wr::sql::flink
