// Aggregates: of groups, and over windows.
#include <algorithm>

#include "sql/binder.h"

namespace wr::sql {
namespace {

bool numbers_only(AggregateKind kind) {
    return kind == AggregateKind::Sum || kind == AggregateKind::Avg;
}

bool as_double(AggregateKind kind) {
    return kind >= AggregateKind::VarPop && kind <= AggregateKind::ExpAvg;
}

bool picks_a_row(AggregateKind kind) {
    return kind >= AggregateKind::FirstValue;
}

bool argument_fits(const std::string& name, AggregateKind kind, const Type& type) {
    if (type.is_null()) return false;
    if (name == "EVERY" || name == "ANY") return type.kind == TypeKind::Boolean;
    if (as_double(kind)) return type.is_numeric();
    return !numbers_only(kind) || type.is_numeric() || type.is_interval();
}

Type result_type(AggregateKind kind, const Type& arg) {
    if (kind == AggregateKind::Count) return make_type(TypeKind::BigInt);
    if (kind != AggregateKind::Sum) return arg;
    // Sums are kept wide and narrowed where they are assigned.
    if (arg.is_integer()) return make_type(TypeKind::BigInt);
    if (arg.is_approximate()) return make_type(TypeKind::Double);
    Type type = arg;
    if (type.kind == TypeKind::Decimal) type.length = decimal_digits_max;
    return type;
}

bool same_call(const AggregateCall& a, const AggregateCall& b) {
    const auto equal = [](const BoundPtr& x, const BoundPtr& y) {
        return !x == !y && (!x || same(*x, *y));
    };
    return a.kind == b.kind && a.number == b.number && a.ignore_nulls == b.ignore_nulls &&
           a.from_last == b.from_last && equal(a.arg, b.arg) && equal(a.otherwise, b.otherwise);
}

bool same_window(const WindowSpec& a, const WindowSpec& b) {
    return a.frame == b.frame && a.size == b.size && a.partition.size() == b.partition.size() &&
           std::equal(a.partition.begin(),
                      a.partition.end(),
                      b.partition.begin(),
                      [](const BoundPtr& x, const BoundPtr& y) { return same(*x, *y); });
}

}  // namespace

std::optional<AggregateKind> aggregate_kind(const std::string& upper_case_name) {
    static const std::vector<std::pair<std::string, AggregateKind>> kinds = {
        {"COUNT", AggregateKind::Count},
        {"SUM", AggregateKind::Sum},
        {"MIN", AggregateKind::Min},
        {"MAX", AggregateKind::Max},
        {"EVERY", AggregateKind::Min},
        {"ANY", AggregateKind::Max},
        {"AVG", AggregateKind::Avg},
        {"VAR_POP", AggregateKind::VarPop},
        {"VAR_SAMP", AggregateKind::VarSamp},
        {"STDDEV_POP", AggregateKind::StddevPop},
        {"STDDEV_SAMP", AggregateKind::StddevSamp},
        {"EXP_AVG", AggregateKind::ExpAvg},
        {"FIRST_VALUE", AggregateKind::FirstValue},
        {"LAST_VALUE", AggregateKind::LastValue},
        {"NTH_VALUE", AggregateKind::NthValue},
        {"LAG", AggregateKind::Lag}};
    for (const auto& [name, kind] : kinds)
        if (name == upper_case_name) return kind;
    return std::nullopt;
}

bool contains_aggregate(const ast::Expr& expr) {
    if (expr.kind == ast::ExprKind::Call && !expr.over && aggregate_kind(expr.name)) return true;
    return std::any_of(expr.args.begin(), expr.args.end(), [](const ast::ExprPtr& arg) {
        return contains_aggregate(*arg);
    });
}

bool contains_window(const ast::Expr& expr) {
    return expr.over || std::any_of(expr.args.begin(), expr.args.end(), [](const auto& arg) {
               return contains_window(*arg);
           });
}

/// Counts, types and the arguments after the first.
Compiled<AggregateCall> ExpressionBinder::aggregate_call(const ast::Expr& expr,
                                                         AggregateKind kind) {
    if (expr.distinct)
        return error_at(expr.span,
                        expr.name + "(DISTINCT) is not allowed in streaming aggregation");
    const size_t most = kind == AggregateKind::Lag ? 3 : 2;
    const bool several = kind == AggregateKind::ExpAvg || kind == AggregateKind::NthValue ||
                         kind == AggregateKind::Lag;
    if (expr.star ? kind != AggregateKind::Count : (!several && expr.args.size() != 1))
        return error_at(expr.span, expr.name + " takes one argument");
    const size_t least = kind == AggregateKind::Lag ? 1 : 2;
    if (several && (expr.args.size() < least || expr.args.size() > most))
        return error_at(expr.span,
                        expr.name + (kind == AggregateKind::Lag ? " takes one to three arguments"
                                                                : " takes two arguments"));
    if (expr.nulls != ast::NullTreatment::Unsaid && !picks_a_row(kind))
        return error_at(expr.span, expr.name + " takes neither IGNORE NULLS nor RESPECT NULLS");
    AggregateCall call;
    call.kind = kind;
    call.type = make_type(TypeKind::BigInt);
    if (expr.star) return call;
    WR_TRY(call.arg, bind(*expr.args[0]));
    const Type& type = call.arg->type;
    if (!argument_fits(expr.name, kind, type))
        return error_at(expr.span,
                        "Cannot apply '" + expr.name + "' to arguments of type '" + expr.name +
                            "(<" + type.to_text() + ">)'");
    if (as_double(kind)) call.arg = converted(call.arg, make_type(TypeKind::Double));
    call.type = result_type(kind, call.arg->type);
    call.ignore_nulls = expr.nulls == ast::NullTreatment::Ignore;
    call.from_last = expr.from_last;
    if (several) WR_TRY_VOID(further_arguments(expr, call));
    return call;
}

Compiled<void> ExpressionBinder::further_arguments(const ast::Expr& expr, AggregateCall& call) {
    constexpr int64_t rows_max = 1'000'000'000;
    if (call.kind == AggregateKind::Lag) call.number = 1;
    if (expr.args.size() > 1) {
        const SourceSpan& span = expr.args[1]->span;
        WR_TRY(BoundPtr number, bind(*expr.args[1]));
        const bool interval = call.kind == AggregateKind::ExpAvg;
        const bool fits = interval ? number->type.is_interval() : number->type.is_integer();
        if (!fits || number->op != Op::Literal || number->literal.null)
            return error_at(span,
                            "the second argument of " + expr.name + " must be a constant " +
                                (interval ? "interval" : "number of rows"));
        call.number = number->literal.i;
        if (call.number < (call.kind == AggregateKind::Lag ? 0 : 1) ||
            (!interval && call.number > rows_max))
            return error_at(span, "the second argument of " + expr.name + " is out of range");
    }
    if (expr.args.size() < 3) return {};
    WR_TRY(BoundPtr otherwise, bind(*expr.args[2]));
    const auto common = common_type(call.type, otherwise->type);
    if (!common)
        return error_at(expr.args[2]->span,
                        "the arguments of LAG have no common type: " + call.type.to_text() +
                            " and " + otherwise->type.to_text());
    call.type = *common;
    call.arg = converted(call.arg, *common);
    call.otherwise = converted(std::move(otherwise), *common);
    return {};
}

Compiled<BoundPtr> ExpressionBinder::aggregate(const ast::Expr& expr, AggregateKind kind) {
    if (kind == AggregateKind::NthValue || kind == AggregateKind::Lag)
        return error_at(expr.span, expr.name + " needs OVER");
    if (grouping_ == nullptr)
        return error_at(expr.span,
                        "an aggregate needs GROUP BY with a monotonic expression, such as "
                        "FLOOR(stream.ROWTIME TO MINUTE)");
    if (inside_aggregate_) return error_at(expr.span, "Aggregate expressions cannot be nested");
    if (expr.nulls == ast::NullTreatment::Respect)
        return error_at(expr.span, "RESPECT NULLS needs OVER: an aggregate of a group skips NULL");
    inside_aggregate_ = true;
    auto described = aggregate_call(expr, kind);
    inside_aggregate_ = false;
    if (!described) return base::fail(std::move(described).error());
    ScopeColumn column;
    column.type = described->type;
    auto& known = grouping_->aggregates;
    const auto at = std::find_if(known.begin(), known.end(), [&](const AggregateCall& other) {
        return same_call(other, *described);
    });
    const auto index = static_cast<size_t>(at - known.begin());
    if (at == known.end()) known.push_back(std::move(*described));
    return make_column(static_cast<uint32_t>(grouping_->keys.size() + index), column);
}

Compiled<BoundPtr> ExpressionBinder::windowed(const ast::Expr& expr) {
    const auto kind = aggregate_kind(expr.name);
    if (!kind) return error_at(expr.span, expr.name + " is not an aggregate, OVER needs one");
    if (windowing_ == nullptr)
        return error_at(expr.span, "an aggregate with OVER stands only in the select list");
    // Over groups, arguments and partitions are made of keys and aggregates.
    ExpressionBinder input(scope_, grouping_);
    WR_TRY(AggregateCall call, input.aggregate_call(expr, *kind));
    WR_TRY(WindowSpec spec, input.window_of(expr, call, windowing_->named));
    auto& windows = windowing_->windows;
    const auto window = std::find_if(windows.begin(), windows.end(), [&](const auto& other) {
        return same_window(other, spec);
    });
    const auto place = window - windows.begin();
    if (window == windows.end()) windows.push_back(std::move(spec));
    auto& calls = windowing_->calls;
    auto& members = windows[static_cast<size_t>(place)].calls;
    ScopeColumn column;
    column.type = call.type;
    for (const uint32_t member : members)
        if (same_call(calls[member], call))
            return make_column(windowing_->first_column + member, column);
    const auto index = static_cast<uint32_t>(calls.size());
    members.push_back(index);
    calls.push_back(std::move(call));
    return make_column(windowing_->first_column + index, column);
}

Compiled<bool> ExpressionBinder::resolve_window(const ast::Window& window,
                                                const std::vector<ast::NamedWindow>& named,
                                                WindowSpec& spec) {
    bool framed = false;
    const ast::Window* written = &window;
    // Each part is taken from the nearest that has it.
    for (size_t steps = 0; written != nullptr; ++steps) {
        if (spec.partition.empty()) {
            for (const auto& key : written->partition_by) {
                WR_TRY(BoundPtr bound, bind(*key));
                spec.partition.push_back(std::move(bound));
            }
        }
        for (const auto& key : written->order_by) {
            WR_TRY(BoundPtr bound, bind(*key));
            if (bound->op != Op::Rowtime)
                return error_at(key->span, "a window is in the order of ROWTIME and of no other");
        }
        if (!framed && written->unit != ast::FrameUnit::Unsaid) {
            framed = true;
            WR_TRY_VOID(frame(*written, spec));
        }
        if (!written->base) break;
        const auto at = std::find_if(named.begin(), named.end(), [&](const auto& other) {
            return other.name.text == written->base->text;
        });
        if (at == named.end() || steps > named.size())
            return error_at(written->base->span, "Window '" + written->base->text + "' not found");
        written = &at->window;
    }
    return framed;
}

Compiled<WindowSpec> ExpressionBinder::window_of(const ast::Expr& expr,
                                                 const AggregateCall& call,
                                                 const std::vector<ast::NamedWindow>& named) {
    WindowSpec spec;
    WR_TRY(const bool framed, resolve_window(*expr.over, named, spec));
    if (framed) return spec;
    // The row that LAG looks at says how far back it reaches.
    if (call.kind != AggregateKind::Lag || call.ignore_nulls)
        return error_at(expr.over->span,
                        "a window over a stream needs a frame: RANGE INTERVAL .. PRECEDING or "
                        "ROWS n PRECEDING");
    spec.frame = FrameKind::Rows;
    spec.size = call.number;
    return spec;
}

Compiled<void> ExpressionBinder::frame(const ast::Window& written, WindowSpec& spec) {
    const bool rows = written.unit == ast::FrameUnit::Rows;
    spec.frame = rows ? FrameKind::Rows : FrameKind::Range;
    spec.size = rows ? written.rows : 0;
    if (rows || written.current_row) return {};
    WR_TRY(BoundPtr range, bind(*written.range));
    if (!range->type.is_interval() || range->op != Op::Literal)
        return error_at(written.range->span, "RANGE needs a constant day-time interval");
    spec.size = range->literal.i;
    if (spec.size <= 0) return error_at(written.range->span, "the range of a window is positive");
    return {};
}

}  // namespace wr::sql
