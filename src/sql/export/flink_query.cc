// One SELECT takes in as many operators as SQL's order of clauses allows.
#include "sql/export/flink_query.h"

#include <algorithm>

#include "sql/function.h"

namespace wr::sql::flink {
namespace {

constexpr const char* order_note =
    "ORDER BY is left out: a Flink job writes rows of different keys in no order.";
constexpr const char* peers_note =
    "Rows of one OVER window that have the same time see each other in Flink; in the application a "
    "row sees those that came before it.";
std::string list(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

/// What the function looks at is named in the refusal.
std::string name_of(TableFunctionKind kind) {
    switch (kind) {
        case TableFunctionKind::TopKItems:
            return "TOP_K_ITEMS_TUMBLING";
        case TableFunctionKind::CountDistinctItems:
            return "COUNT_DISTINCT_ITEMS_TUMBLING";
        case TableFunctionKind::RandomCutForest:
            return "RANDOM_CUT_FOREST";
        case TableFunctionKind::GroupRank:
            return "GROUP_RANK";
        case TableFunctionKind::Hotspots:
            return "HOTSPOTS";
    }
    return "";
}

const char* plain_aggregate(AggregateKind kind) {
    switch (kind) {
        case AggregateKind::Count:
            return "COUNT";
        case AggregateKind::Sum:
            return "SUM";
        case AggregateKind::Min:
            return "MIN";
        case AggregateKind::Max:
            return "MAX";
        case AggregateKind::Avg:
            return "AVG";
        case AggregateKind::VarPop:
            return "VAR_POP";
        case AggregateKind::VarSamp:
            return "VAR_SAMP";
        case AggregateKind::StddevPop:
            return "STDDEV_POP";
        case AggregateKind::StddevSamp:
            return "STDDEV_SAMP";
        case AggregateKind::FirstValue:
            return "FIRST_VALUE";
        case AggregateKind::LastValue:
            return "LAST_VALUE";
        default:
            return nullptr;
    }
}

/// Flink's sums keep the type of what they add, and wrap around in it.
std::string widened(const AggregateCall& call, const std::string& text) {
    const Type& type = call.arg->type;
    const bool variance =
        call.kind >= AggregateKind::VarPop && call.kind <= AggregateKind::StddevSamp;
    const bool sums = call.kind == AggregateKind::Sum || call.kind == AggregateKind::Avg;
    if (variance && type.kind != TypeKind::Double) return "CAST(" + bare(text) + " AS DOUBLE)";
    if (sums && type.is_integer() && type.kind != TypeKind::BigInt)
        return "CAST(" + bare(text) + " AS BIGINT)";
    if (sums && type.kind == TypeKind::Real) return "CAST(" + bare(text) + " AS DOUBLE)";
    return bare(text);
}

/// The type that Flink gives an aggregate; what differs from ours is converted.
std::string as_declared(const AggregateCall& call, const std::string& text) {
    const bool moves = call.kind == AggregateKind::Sum || call.kind == AggregateKind::Avg;
    if (!moves || call.type.kind == TypeKind::Double || call.type.kind == TypeKind::BigInt)
        return text;
    return "CAST(" + text + " AS " + type_text(call.type) + ")";
}

}  // namespace

void add_condition(std::string& to, const std::string& condition) {
    to = to.empty() ? bare(condition) : "(" + to + ") AND " + condition;
}

Exported<int64_t> window_width(const BoundExpr& window) {
    const BoundExpr* at = &window;
    while (at->op == Op::Cast) at = at->args[0].get();
    if (at->op == Op::Rowtime) return refuse("GROUP BY ROWTIME itself");
    const bool rounds = at->op == Op::Call && at->args[0]->op == Op::Rowtime;
    if (rounds && at->function->name == "FLOOR TO") {
        if (const int64_t width = time_unit_ms(at->unit)) return width;
        return refuse("a window of months or years");
    }
    if (rounds && at->function->name == "STEP") {
        const BoundExpr& width = *at->args[1];
        if (width.op == Op::Literal && width.type.is_interval() && width.literal.i > 0)
            return width.literal.i;
        return refuse("a window of months or years");
    }
    return refuse("a window that is neither FLOOR(ROWTIME TO unit) nor STEP(ROWTIME BY interval)");
}

Exported<std::string> aggregate(const AggregateCall& call, const Block& below, Notes& notes) {
    const char* const name = plain_aggregate(call.kind);
    if (name == nullptr) {
        if (call.kind == AggregateKind::ExpAvg) return refuse("EXP_AVG");
        return refuse(call.kind == AggregateKind::NthValue ? "NTH_VALUE" : "LAG");
    }
    if (!call.arg) return std::string("COUNT(*)");
    WR_TRY(const std::string text, expression(*call.arg, below, notes));
    return as_declared(call, std::string(name) + "(" + widened(call, text) + ")");
}

std::string select_text(const Block& block, const std::vector<std::string>& names, bool with_time) {
    std::vector<std::string> items;
    for (size_t i = 0; i < block.columns.size(); ++i) {
        const bool named = i < names.size();
        const std::string text = bare(block.columns[i]);
        const std::string name = named ? quoted(names[i]) : "";
        items.push_back(named && text != name ? text + " AS " + name : text);
    }
    if (with_time && !block.time.empty()) {
        const std::string name = quoted(time_name);
        items.push_back(block.time == name ? name : block.time + " AS " + name);
    }
    const bool has_value = !block.rowtime.empty() && (block.windowed || block.time.empty());
    if (with_time && has_value) items.push_back(bare(block.rowtime) + " AS " + quoted(value_name));
    std::string text = "SELECT ";
    for (size_t i = 0; i < items.size(); ++i) text += (i > 0 ? ",\n       " : "") + items[i];
    text += "\nFROM " + block.from;
    if (!block.where.empty()) text += "\nWHERE " + block.where;
    if (!block.group_by.empty()) text += "\nGROUP BY " + list(block.group_by);
    if (!block.having.empty()) text += "\nHAVING " + block.having;
    return text;
}

Exported<Block> QueryWriter::write(const Node& node) {
    switch (node.kind) {
        case NodeKind::Source:
            return source(node);
        case NodeKind::Project:
            return project(node);
        case NodeKind::Over:
            return over(node);
        case NodeKind::Aggregate:
            return tumbling(node);
        case NodeKind::Distinct:
            return distinct(node);
        case NodeKind::Join:
            return join(node);
        case NodeKind::Lookup:
            return lookup(node);
        case NodeKind::Union:
            return united(node);
        case NodeKind::Values:
            return refuse("VALUES");
        case NodeKind::Function:
            return function(node);
        case NodeKind::Sort:
            notes_.insert(order_note);
            return write(*node.inputs[0]);
        case NodeKind::Stagger:
            return refuse("WINDOWED BY STAGGER: a window that opens with the first row of its key");
        case NodeKind::Insert:
            break;
    }
    return refuse("an operator that has no equal");
}

Exported<Block> QueryWriter::source(const Node& node) {
    const Stream& stream = program_.streams[node.stream];
    const Readable& readable = read_(node.stream);
    Block block;
    block.table = quoted(stream.name);
    block.from = block.table;
    for (const auto& column : stream.columns) block.columns.push_back(quoted(column.name));
    block.types = node.types;
    if (readable.has_time) block.time = quoted(time_name);
    if (readable.has_value) {
        block.rowtime = quoted(value_name);
        block.windowed = readable.has_time;
    } else if (readable.has_time) {
        block.rowtime = "CAST(" + block.time + " AS TIMESTAMP(3))";
    }
    return block;
}

Block QueryWriter::nested(const Block& block) {
    std::vector<std::string> names;
    for (size_t i = 0; i < block.columns.size(); ++i) names.push_back("c" + std::to_string(i));
    Block outer;
    std::string select = select_text(block, names, true);
    for (size_t at = select.find('\n'); at != std::string::npos; at = select.find('\n', at + 3))
        select.insert(at + 1, "  ");
    outer.from = "(\n  " + select + "\n)";
    for (const auto& name : names) outer.columns.push_back(quoted(name));
    outer.types = block.types;
    const bool has_value = !block.rowtime.empty() && (block.windowed || block.time.empty());
    if (!block.time.empty()) outer.time = quoted(time_name);
    if (has_value)
        outer.rowtime = quoted(value_name);
    else if (!block.time.empty())
        outer.rowtime = "CAST(" + outer.time + " AS TIMESTAMP(3))";
    outer.windowed = block.windowed;
    return outer;
}

Block QueryWriter::as_table(const Block& block) {
    if (!block.table.empty() && block.where.empty()) return block;
    std::vector<std::string> names;
    for (size_t i = 0; i < block.columns.size(); ++i) names.push_back("c" + std::to_string(i));
    Block table = nested(block);
    table.table = add_view_(select_text(block, names, true));
    table.from = table.table;
    return table;
}

Exported<Block> QueryWriter::project(const Node& node) {
    WR_TRY(Block below, write(*node.inputs[0]));
    if (node.predicate && below.over) below = nested(below);
    Block block = below;
    block.columns.clear();
    if (node.predicate) {
        WR_TRY(const std::string condition, expression(*node.predicate, below, notes_));
        add_condition(below.group_by.empty() ? block.where : block.having, condition);
    }
    for (const auto& expr : node.expressions) {
        WR_TRY(std::string text, expression(*expr, below, notes_));
        block.columns.push_back(std::move(text));
    }
    block.types = node.types;
    if (node.rowtime) {
        WR_TRY(block.rowtime, expression(*node.rowtime, below, notes_));
        block.time.clear();
        block.windowed = false;
    }
    return block;
}

Exported<std::string> QueryWriter::tumble(const Block& table, int64_t width_ms) {
    if (table.windowed) return refuse("a window over the rows of another window");
    if (table.time.empty())
        return refuse("a window over rows whose ROWTIME is an expression or that of a join");
    return "TABLE(TUMBLE(TABLE " + table.table + ", DESCRIPTOR(" + quoted(time_name) + "), " +
           interval_text(width_ms) + "))";
}

Exported<Block> QueryWriter::tumbling(const Node& node) {
    WR_TRY(Block below, write(*node.inputs[0]));
    WR_TRY(const int64_t width, window_width(*node.window));
    // What filters a table may stay a WHERE behind the window.
    const std::string where = below.where;
    const bool plain = !below.table.empty() && !below.over && below.group_by.empty();
    if (!plain) below = as_table(below);
    Block block;
    WR_TRY(block.from, tumble(below, width));
    if (plain) block.where = where;
    if (node.predicate) {
        WR_TRY(const std::string condition, expression(*node.predicate, below, notes_));
        add_condition(block.where, condition);
    }
    block.group_by = {"window_start", "window_end"};
    for (size_t i = 0; i < node.expressions.size(); ++i) {
        if (i == node.window_key) {
            block.columns.emplace_back("window_start");
            continue;
        }
        WR_TRY(std::string key, expression(*node.expressions[i], below, notes_));
        block.group_by.push_back(bare(key));
        block.columns.push_back(std::move(key));
    }
    for (const auto& call : node.aggregates) {
        WR_TRY(std::string text, aggregate(call, below, notes_));
        block.columns.push_back(std::move(text));
    }
    block.types = node.types;
    block.rowtime = "window_end";
    block.time = "window_time";
    block.windowed = true;
    return block;
}

Exported<Block> QueryWriter::distinct(const Node& node) {
    const Node& made = *node.inputs[0];
    const bool from_list = made.kind == NodeKind::Project && node.window->op == Op::Column;
    if (!from_list) return refuse("this form of SELECT DISTINCT");
    const uint32_t place = node.window->column;
    WR_TRY(const int64_t width, window_width(*made.expressions[place]));
    WR_TRY(Block block, write(made));
    if (block.table.empty()) return refuse("SELECT DISTINCT over anything but a stream");
    WR_TRY(block.from, tumble(block, width));
    block.table.clear();
    block.columns[place] = "window_start";
    block.group_by = {"window_start", "window_end"};
    for (size_t i = 0; i < block.columns.size(); ++i) {
        if (made.expressions[i]->op == Op::Rowtime)
            return refuse("SELECT DISTINCT with ROWTIME in its list");
        if (i != place) block.group_by.push_back(bare(block.columns[i]));
    }
    notes_.insert(
        "SELECT DISTINCT gives its rows at the end of the window; the application gives each at "
        "once.");
    block.rowtime = "window_end";
    block.time = "window_time";
    block.windowed = true;
    return block;
}

Exported<Block> QueryWriter::over(const Node& node) {
    WR_TRY(Block below, write(*node.inputs[0]));
    if (!below.group_by.empty() || below.over) below = nested(below);
    if (node.windows.size() > 1) return refuse("two different OVER windows in one SELECT");
    if (below.windowed) return refuse("OVER over the rows of a window");
    if (below.time.empty())
        return refuse("OVER over rows whose ROWTIME is an expression or that of a join");
    Block block = below;
    if (node.predicate) {
        WR_TRY(const std::string condition, expression(*node.predicate, below, notes_));
        add_condition(block.where, condition);
    }
    const WindowSpec& window = node.windows[0];
    std::string order;
    for (const auto& key : window.partition) {
        WR_TRY(const std::string text, expression(*key, below, notes_));
        order += (order.empty() ? "PARTITION BY " : ", ") + bare(text);
    }
    order += (order.empty() ? "" : " ") + std::string("ORDER BY ") + below.time;
    const std::string frame =
        window.frame == FrameKind::Rows
            ? " ROWS BETWEEN " + std::to_string(window.size) + " PRECEDING AND CURRENT ROW"
            : " RANGE BETWEEN " + interval_text(window.size) + " PRECEDING AND CURRENT ROW";
    if (window.frame == FrameKind::Range) notes_.insert(peers_note);
    for (const auto& call : node.aggregates) {
        const bool lag = call.kind == AggregateKind::Lag;
        const bool value =
            call.kind == AggregateKind::FirstValue || call.kind == AggregateKind::LastValue;
        if (value && !call.ignore_nulls)
            return refuse("FIRST_VALUE or LAST_VALUE that respects NULL");
        if (lag &&
            (call.ignore_nulls || window.frame != FrameKind::Rows || window.size != call.number))
            return refuse("LAG with a frame or IGNORE NULLS");
        std::string text;
        if (lag) {
            WR_TRY(const std::string arg, expression(*call.arg, below, notes_));
            text = "LAG(" + bare(arg) + ", " + std::to_string(call.number);
            if (call.otherwise) {
                WR_TRY(const std::string otherwise, expression(*call.otherwise, below, notes_));
                text += ", " + bare(otherwise);
            }
            block.columns.push_back(text + ") OVER (" + order + ")");
            continue;
        }
        AggregateCall raw = call;
        raw.type = make_type(TypeKind::Double);
        WR_TRY(text, aggregate(raw, below, notes_));
        block.columns.push_back(as_declared(call, text + " OVER (" + order + frame + ")"));
    }
    block.types = node.types;
    block.over = true;
    block.table.clear();
    return block;
}

Exported<Block> QueryWriter::function(const Node& node) {
    const TableFunction& written = node.function;
    const bool top = written.kind == TableFunctionKind::TopKItems;
    if (!top && written.kind != TableFunctionKind::CountDistinctItems)
        return refuse(name_of(written.kind));
    WR_TRY(Block below, write(*node.inputs[0]));
    below = as_table(below);
    WR_TRY(const std::string from, tumble(below, written.numbers.back()));
    const std::string item = below.columns[written.columns[0]];
    Block block;
    block.types = node.types;
    block.rowtime = "window_end";
    block.time = "window_time";
    block.windowed = true;
    if (!top) {
        block.from = from;
        block.group_by = {"window_start", "window_end"};
        block.columns = {"COUNT(DISTINCT " + bare(item) + ")"};
        return block;
    }
    notes_.insert("Items that are equally frequent are chosen in no order.");
    block.from =
        "(\n  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY c1 DESC) "
        "AS c2\n  FROM (SELECT " +
        bare(item) +
        " AS c0, COUNT(*) AS c1, window_start, window_end, window_time\n        FROM " + from +
        "\n        WHERE " + item +
        " IS NOT NULL\n        GROUP BY window_start, window_end, window_time, " + bare(item) +
        ")\n)";
    block.columns = {"c0", "c1"};
    block.where = "c2 <= " + std::to_string(written.numbers[0]);
    return block;
}

Exported<Block> QueryWriter::united(const Node& node) {
    std::string select;
    bool has_time = false;
    Block first;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        WR_TRY(const Block part, write(*node.inputs[i]));
        if (part.windowed) return refuse("UNION ALL of windows");
        if (i == 0) {
            first = part;
            has_time = !part.time.empty();
        }
        if (part.time.empty() == has_time)
            return refuse("UNION ALL of rows with different kinds of ROWTIME");
        std::vector<std::string> names;
        for (size_t c = 0; c < part.columns.size(); ++c) names.push_back("c" + std::to_string(c));
        if (!select.empty()) select += "\nUNION ALL\n";
        select += select_text(part, names, true);
    }
    Block block = nested(first);
    block.table = add_view_(select);
    block.from = block.table;
    block.types = node.types;
    return block;
}

}  // namespace wr::sql::flink
