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
    size_t depth = 1;          ///< height of this tree
};

/// Equal up to position.
bool same(const Expr& a, const Expr& b);

struct SelectItem {
    ExprPtr expr;  ///< null for a star
    std::optional<Name> alias;
    std::optional<Name> qualifier;  ///< of t.*
    SourceSpan span;
};

struct Select;

struct TableRef {
    SourceSpan span;
    Name name;                      ///< of a stream, when there is no sub-query
    std::unique_ptr<Select> query;  ///< of a sub-query
    std::optional<Name> alias;
    std::vector<Name> column_aliases;
};

struct Select {
    SourceSpan span;
    bool stream = false;
    std::vector<SelectItem> items;
    TableRef from;
    ExprPtr where;
    std::vector<ExprPtr> group_by;
    ExprPtr having;
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

struct Application {
    std::vector<CreateStream> streams;
    std::vector<CreatePump> pumps;
};

}  // namespace wr::sql::ast
