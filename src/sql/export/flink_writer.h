#pragma once
// The parts of the exporter: expressions, and the SELECT that each operator adds to.

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/plan.h"

namespace wr::sql::flink {

/// The error names the construct.
template <typename T>
using Exported = base::Result<T, std::string>;

inline base::Failure<std::string> refuse(std::string construct) {
    return {std::move(construct)};
}

std::string quoted(const std::string& name);        ///< `name`
std::string literal_text(const std::string& text);  ///< 'text'
std::string type_text(const Type& type);
/// INTERVAL '90' SECOND(10, 3), with the largest unit that divides it.
std::string interval_text(int64_t ms);

/// A SELECT that is not finished.
struct Block {
    std::string from;
    std::string table;                 ///< the table's quoted name, when `from` is nothing else
    std::vector<std::string> columns;  ///< expressions
    std::vector<Type> types;
    std::string where;
    std::vector<std::string> group_by;
    std::string having;
    std::string rowtime;    ///< the rows' ROWTIME as TIMESTAMP(3); empty when there is none
    std::string time;       ///< the column that Flink knows as time; empty when it knows none
    bool windowed = false;  ///< the rows are a window's: their time is its end
    bool over = false;      ///< a column has OVER: nothing may be filtered here any more
};

/// Notes are sentences for the reader; each stands once.
using Notes = std::set<std::string>;

/// `columns` and `rowtime` of the rows below.
Exported<std::string> expression(const BoundExpr& expr, const Block& below, Notes& notes);
/// Without the parentheses around all of it.
std::string bare(const std::string& text);

/// AND, when there is something to add to.
void add_condition(std::string& to, const std::string& condition);

/// The width in ms of a window that is FLOOR(ROWTIME TO unit) or STEP(ROWTIME BY interval).
Exported<int64_t> window_width(const BoundExpr& window);
Exported<std::string> aggregate(const AggregateCall& call, const Block& below, Notes& notes);

/// SELECT ... of the block; `names` for its columns, may be empty. With `with_time`, ROWTIME
/// columns are appended for those who read it.
std::string select_text(const Block& block, const std::vector<std::string>& names, bool with_time);

constexpr const char* time_name = "ROWTIME";
constexpr const char* value_name = "ROWTIME_VALUE";

}  // namespace wr::sql::flink
