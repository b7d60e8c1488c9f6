#pragma once
// The syntax tree of an application, as written: names unresolved, types unchecked.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/source.h"
#include "sql/types.h"

namespace wr::sql::ast {

struct Name {
    std::string text;
    SourceSpan span;
};

enum class ExprKind : uint8_t {
    Column,    ///< path: [qualifier ...] name
    Literal,   ///< type says which; text holds the digits or characters; NULL has type Null
    Interval,  ///< INTERVAL 'text' unit [TO unit]; negated for INTERVAL -'text'
    Unary,     ///< name is NOT, - or +
    Binary,    ///< name is the operator
    Call,      ///< name(args); special forms have names of their own, such as "FLOOR TO"
    Case,      ///< [subject] then pairs of condition and value, then otherwise; see has_subject
    Cast,
    Difference  ///< (a - b) unit [TO unit]: args a, b
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;
struct Window;

enum class NullTreatment : uint8_t { Unsaid, Respect, Ignore };

struct Expr {
    ExprKind kind = ExprKind::Literal;
    SourceSpan span;
    std::string name;
    std::vector<Name> path;
    std::vector<ExprPtr> args;
    std::string text;
    Type type;
    TimeUnit unit = TimeUnit::Second;
    TimeUnit unit_to = TimeUnit::Second;
    bool negated = false;      ///< NOT IN, NOT LIKE, NOT BETWEEN, IS NOT ...; INTERVAL -'..'
    bool distinct = false;     ///< COUNT(DISTINCT x)
    bool star = false;         ///< COUNT(*)
    bool has_subject = false;  ///< CASE x WHEN ..
    NullTreatment nulls = NullTreatment::Unsaid;
    bool from_last = false;        ///< NTH_VALUE(..) FROM LAST
    std::unique_ptr<Window> over;  ///< f(..) OVER ..
    size_t depth = 1;              ///< height of this tree
};

enum class FrameUnit : uint8_t { Unsaid, Rows, Range };

/// What stands between the parentheses of OVER or WINDOW w AS; OVER w is a base and nothing else.
/// Every frame ends with the current row.
struct Window {
    SourceSpan span;
    std::optional<Name> base;
    std::vector<ExprPtr> partition_by;
    std::vector<ExprPtr> order_by;
    FrameUnit unit = FrameUnit::Unsaid;
    bool current_row = false;  ///< the frame starts with the current row, too
    int32_t rows = 0;
    ExprPtr range;
};

struct NamedWindow {
    Name name;
    Window window;
};

/// Equal up to position; windowed functions never are.
bool same(const Expr& a, const Expr& b);

struct SelectItem {
    ExprPtr expr;  ///< null for a star
    std::optional<Name> alias;
    std::optional<Name> qualifier;  ///< of t.*
    SourceSpan span;
};

struct OrderItem {
    ExprPtr expr;
    bool descending = false;
};

struct Select;

/// TABLE(name(CURSOR(query), arguments)).
struct TableFunction {
    Name name;
    std::unique_ptr<Select> cursor;
    std::vector<ExprPtr> args;
};

enum class JoinKind : uint8_t { Inner, Left, Right, Full };

struct TableRef {
    SourceSpan span;
    Name name;                      ///< of a stream, when there is no sub-query
    std::unique_ptr<Select> query;  ///< of a sub-query
    std::unique_ptr<TableFunction> function;
    std::unique_ptr<Window> over;  ///< the window of a side of a join
    std::optional<Name> alias;
    std::vector<Name> column_aliases;
};

struct Join {
    SourceSpan span;  ///< of the comma or the words before the table
    JoinKind kind = JoinKind::Inner;
    TableRef table;
    ExprPtr on;  ///< null for a comma and for CROSS JOIN
    std::vector<Name> using_columns;
    bool natural = false;  ///< by all columns of the same name
};

struct Select {
    SourceSpan span;
    std::vector<std::unique_ptr<Select>> unions;  ///< UNION ALL of these; then nothing else is set
    std::vector<std::vector<ExprPtr>> values;     ///< the rows of VALUES; then nothing else is set
    bool stream = false;
    std::vector<SelectItem> items;
    TableRef from;
    std::vector<Join> joins;
    ExprPtr where;
    std::vector<ExprPtr> group_by;
    ExprPtr having;
    std::vector<NamedWindow> windows;
    ExprPtr stagger_range;  ///< WINDOWED BY STAGGER; group_by holds what it partitions by
    bool distinct = false;
    std::vector<OrderItem> order_by;
};

struct Column {
    Name name;
    Type type;
    bool not_null = false;
};

struct CreateStream {
    SourceSpan span;
    Name name;
    bool replace = false;
    std::vector<Column> columns;
};

struct CreatePump {
    SourceSpan span;
    Name name;
    bool replace = false;
    Name target;
    std::vector<Name> target_columns;  ///< empty: all, by position
    std::unique_ptr<Select> query;
};

/// CREATE FUNCTION: an expression over its parameters.
struct CreateFunction {
    SourceSpan span;
    Name name;
    std::vector<Column> parameters;
    Type returns;
    bool null_on_null = false;  ///< RETURNS NULL ON NULL INPUT
    ExprPtr body;
};

struct Application {
    std::vector<CreateFunction> functions;
    std::vector<CreateStream> streams;
    std::vector<CreatePump> pumps;
};

}  // namespace wr::sql::ast
