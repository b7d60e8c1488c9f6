#pragma once
// The binder's parts: scopes, expressions, queries. Private to the compiler.

#include <optional>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"
#include "sql/plan.h"

namespace wr::sql {

struct ScopeColumn {
    std::string name;
    Type type;
    Monotonic monotonic = Monotonic::None;
    BoundPtr from_rowtime;  ///< set when the value follows from ROWTIME alone
    bool system = false;
    bool hidden = false;  ///< USING: the other side's column stands for both
    bool merged = false;  ///< USING: stands for both
    std::string record;   ///< of which this is a field, named t.record.name; empty for a column
};

/// What a FROM clause offers under one name.
struct ScopeSource {
    std::string name;
    std::vector<ScopeColumn> columns;
    uint32_t first_column = 0;
    BoundPtr rowtime;  ///< of a side of a join; otherwise null: that of the row
    bool table = false;
};

class UserFunctions;

struct Scope {
    std::vector<ScopeSource> sources;
    const UserFunctions* functions = nullptr;
    size_t functions_known = 0;  ///< the first of them, those that were created before
};

/// A bound query: how to run it and what it offers to whatever surrounds it.
struct Relation {
    std::unique_ptr<Node> node;
    std::vector<ScopeColumn> columns;
};

/// Set while the select list or HAVING of a grouped query is bound: keys and aggregates become
/// columns.
struct Grouping {
    std::vector<const ast::Expr*> written;
    std::vector<BoundPtr> keys;
    std::vector<AggregateCall> aggregates;
};

/// Set while the select list of a query with OVER is bound: windowed calls become columns after
/// those of the input.
struct Windowing {
    const std::vector<ast::NamedWindow>& named;
    uint32_t first_column = 0;
    std::vector<WindowSpec> windows;
    std::vector<AggregateCall> calls;
};

class ExpressionBinder {
public:
    explicit ExpressionBinder(const Scope& scope,
                              Grouping* grouping = nullptr,
                              Windowing* windowing = nullptr)
        : scope_(scope), grouping_(grouping), windowing_(windowing) {}

    Compiled<BoundPtr> bind(const ast::Expr& expr);
    /// As bind, but the type must be BOOLEAN.
    Compiled<BoundPtr> bind_condition(const ast::Expr& expr, const char* clause);
    /// A call of a log parser.
    Compiled<BoundPtr> bind_record(const ast::Expr& expr);
    /// What a window and those it builds on say; false when none of them has a frame.
    Compiled<bool> resolve_window(const ast::Window& window,
                                  const std::vector<ast::NamedWindow>& named,
                                  WindowSpec& spec);

private:
    Compiled<BoundPtr> bind_plain(const ast::Expr& expr);
    Compiled<std::vector<BoundPtr>> bind_args(const ast::Expr& expr);
    Compiled<BoundPtr> column(const ast::Expr& expr);
    Compiled<BoundPtr> resolve(const ast::Expr& expr);
    Compiled<BoundPtr> unary(const ast::Expr& expr);
    Compiled<BoundPtr> binary(const ast::Expr& expr);
    Compiled<BoundPtr> difference(const ast::Expr& expr);
    Compiled<BoundPtr> case_expression(const ast::Expr& expr);
    Compiled<BoundPtr> cast(const ast::Expr& expr);
    Compiled<BoundPtr> call(const ast::Expr& expr);
    Compiled<BoundPtr> predicate(const ast::Expr& expr);
    Compiled<BoundPtr> in_list(const ast::Expr& expr, std::vector<BoundPtr> args);
    Compiled<BoundPtr> coalesce(const ast::Expr& expr, std::vector<BoundPtr> args);
    Compiled<BoundPtr> aggregate(const ast::Expr& expr, AggregateKind kind);
    Compiled<BoundPtr> windowed(const ast::Expr& expr);
    Compiled<AggregateCall> aggregate_call(const ast::Expr& expr, AggregateKind kind);
    Compiled<void> further_arguments(const ast::Expr& expr, AggregateCall& call);
    Compiled<WindowSpec> window_of(const ast::Expr& expr,
                                   const AggregateCall& call,
                                   const std::vector<ast::NamedWindow>& named);
    Compiled<void> frame(const ast::Window& written, WindowSpec& spec);
    Compiled<BoundPtr> function(const ast::Expr& expr, std::vector<BoundPtr> args);
    std::optional<BoundPtr> group_key(const ast::Expr& expr);

    const Scope& scope_;
    Grouping* grouping_;
    Windowing* windowing_;
    bool inside_aggregate_ = false;
};

/// The aggregate of this name, if it is one.
std::optional<AggregateKind> aggregate_kind(const std::string& upper_case_name);
/// Whether a call of this name means something, whatever its arguments: aggregates, predicates and
/// forms with words between their arguments are among them, functions of the script are not.
bool is_function_name(const std::string& upper_case_name);
bool is_table_function_name(const std::string& upper_case_name);
/// Outside of OVER.
bool contains_aggregate(const ast::Expr& expr);
bool contains_window(const ast::Expr& expr);

Compiled<BoundPtr> bind_literal(const ast::Expr& expr);
Compiled<BoundPtr> bind_interval(const ast::Expr& expr);
Compiled<BoundPtr> bind_arithmetic(Op op, BoundPtr left, BoundPtr right, const SourceSpan& span);
Compiled<BoundPtr> bind_comparison(Op op, BoundPtr left, BoundPtr right, const SourceSpan& span);

/// Gives the visible columns other names; the fields of a record share one.
Compiled<void> rename_columns(const std::vector<ast::Name>& names,
                              std::vector<ScopeColumn>& columns);

/// Where a column of a query's result is written, as closely as can be told.
SourceSpan item_span(const ast::Select& select, size_t item);

/// The type that values of both convert to without loss of meaning.
std::optional<Type> common_type(const Type& a, const Type& b);
/// Wraps in a Cast unless the type is right already.
BoundPtr converted(BoundPtr expr, const Type& type);
BoundPtr make_bound(Op op, Type type, std::vector<BoundPtr> args);
BoundPtr make_column(uint32_t column, const ScopeColumn& described);
BoundPtr make_rowtime();

class QueryBinder {
public:
    QueryBinder(const std::vector<Stream>& streams, const UserFunctions& functions)
        : streams_(streams), functions_(functions) {}
    Compiled<Relation> bind(const ast::Select& select);

private:
    Compiled<Relation> united(const ast::Select& select);
    Compiled<Relation> table_function(const ast::TableFunction& written);
    Compiled<Relation> joined(const ast::Select& select, Scope& scope);
    static Compiled<WindowSpec> join_window(const ast::Select& select,
                                            const ast::TableRef& table,
                                            const Scope& scope);
    /// What is joined so far: all of it, the windows of its streams, the nodes that join.
    struct JoinParts {
        Scope& scope;
        std::unique_ptr<Node> node;
        std::vector<WindowSpec> windows;
        std::vector<Node*> joins;
    };
    static Compiled<WindowSpec> common_window(const ast::Join& join,
                                              const std::vector<WindowSpec>& windows);
    static Compiled<void> join_streams(const ast::Select& select,
                                       const ast::Join& join,
                                       Relation right,
                                       Scope& right_scope,
                                       JoinParts& so_far);
    static Compiled<void> join_table(const ast::Join& join,
                                     const ast::TableRef& table_ref,
                                     Relation right,
                                     Scope& right_scope,
                                     JoinParts& so_far,
                                     Relation table);
    static Compiled<void> merge_columns(const ast::Join& join,
                                        Scope& scope,
                                        std::vector<BoundPtr>& conditions);
    static Compiled<void> join_condition(const ast::Join& join,
                                         Scope& scope,
                                         std::vector<BoundPtr> rest,
                                         Node& node);
    static Compiled<void> keys_of_where(const ast::Select& select,
                                        const Scope& scope,
                                        const std::vector<Node*>& joins);
    Compiled<Relation> values(const ast::Select& select);
    bool is_table(const Node& node) const;
    Compiled<Relation> from(const ast::TableRef& table, Scope& scope);
    Compiled<Relation> plain(const ast::Select& select, Relation input, const Scope& scope);
    Compiled<Relation> sliding(const ast::Select& select, Relation input, const Scope& scope);
    Compiled<Relation> grouped(const ast::Select& select,
                               Relation input,
                               const Scope& scope,
                               bool windows);
    static Compiled<void> find_aggregates(const ast::Select& select,
                                          const Scope& scope,
                                          Grouping& grouping,
                                          Windowing& windowing);
    Compiled<void> bind_groups(const ast::Select& select,
                               const Scope& scope,
                               Grouping& grouping,
                               Node& node);
    Compiled<Relation> project(const ast::Select& select,
                               std::unique_ptr<Node> node,
                               const Scope& scope,
                               Grouping* grouping,
                               Windowing* windowing = nullptr);
    Compiled<void> stagger_range(const ast::Expr& written, Node& node);
    Compiled<Relation> distinct(const ast::Select& select, Relation relation);
    static Relation sorted(Relation relation, std::vector<SortKey> keys);
    Compiled<std::vector<SortKey>> bind_order(const ast::Select& select,
                                              const Scope& scope,
                                              Grouping* grouping,
                                              Windowing* windowing,
                                              Relation& relation);
    /// The fields of a record, which is named but is no column.
    Compiled<void> add_record(const ast::SelectItem& item,
                              ExpressionBinder& binder,
                              Relation& relation);
    static void add_column(const ScopeSource& source, size_t column, Relation& relation);
    Compiled<void> add_star(const ast::SelectItem& item, const Scope& scope, Relation& relation);

    Scope new_scope() const;

    const std::vector<Stream>& streams_;
    const UserFunctions& functions_;
};

}  // namespace wr::sql
