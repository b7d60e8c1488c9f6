#pragma once
// Expressions after binding: typed, resolved to columns, conversions explicit. Data, not behaviour.

#include <memory>
#include <string>
#include <vector>

#include "sql/batch.h"
#include "sql/types.h"

namespace wr::sql {

struct Function;
class LogParser;

enum class Op : uint8_t {
    Column,
    Rowtime,  ///< of the row itself
    Literal,
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,  ///< of any number of arguments; later ones run only for rows still undecided
    Or,
    Not,
    IsNull,
    IsTrue,
    IsFalse,
    Case,  ///< condition, value, ..., otherwise
    Cast,
    Call,
    Record,  ///< what `parser` makes of the text; only fields of it have values
    Field    ///< number `column` of the record
};

/// How a value moves as rows arrive, which is what lets a window know that it is complete.
enum class Monotonic : uint8_t { None, Constant, Ascending, Descending };

struct BoundExpr;
using BoundPtr = std::shared_ptr<const BoundExpr>;

struct BoundExpr {
    Op op = Op::Literal;
    Type type;
    Monotonic monotonic = Monotonic::None;
    uint32_t column = 0;
    Datum literal;  ///< its text is `text`
    std::string text;
    const Function* function = nullptr;
    std::shared_ptr<const LogParser> parser;
    TimeUnit unit = TimeUnit::Second;
    std::vector<BoundPtr> args;
};

bool same(const BoundExpr& a, const BoundExpr& b);
/// True when the value follows from the row's ROWTIME alone, so that a rowtime bound has a value
/// too.
bool follows_from_rowtime(const BoundExpr& expr);
bool mentions_rowtime(const BoundExpr& expr);
/// Adds the columns that `expr` reads.
void collect_columns(const BoundExpr& expr, std::vector<uint8_t>& used);

}  // namespace wr::sql
