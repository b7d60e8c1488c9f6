// Names, operators, CASE and CAST: syntax to bound expressions.
#include <algorithm>

#include "sql/binder.h"
#include "sql/cast.h"

namespace wr::sql {
namespace {

std::string folded(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

/// A name that differs in case only, since folding is what surprises people most.
std::string near_miss(const Scope& scope, const std::string& name) {
    for (const auto& source : scope.sources)
        for (const auto& column : source.columns)
            if (folded(column.name) == folded(name))
                return "; did you mean \"" + column.name + "\"? Unquoted names are upper case";
    return "";
}

bool has_record(const Scope& scope, const std::string& name) {
    return std::any_of(scope.sources.begin(), scope.sources.end(), [&](const ScopeSource& source) {
        return std::any_of(source.columns.begin(),
                           source.columns.end(),
                           [&](const ScopeColumn& column) { return column.record == name; });
    });
}

bool mentions_output_rowtime(const ast::Expr& expr) {
    if (expr.kind == ast::ExprKind::Column && expr.path.size() == 1 &&
        expr.path[0].text == "ROWTIME")
        return true;
    return std::any_of(expr.args.begin(), expr.args.end(), [](const ast::ExprPtr& arg) {
        return mentions_output_rowtime(*arg);
    });
}

Op comparison_of(const std::string& symbol) {
    if (symbol == "=") return Op::Equal;
    if (symbol == "<>") return Op::NotEqual;
    if (symbol == "<") return Op::Less;
    if (symbol == "<=") return Op::LessOrEqual;
    return symbol == ">" ? Op::Greater : Op::GreaterOrEqual;
}

std::optional<Op> arithmetic_of(const std::string& symbol) {
    if (symbol == "+") return Op::Add;
    if (symbol == "-") return Op::Subtract;
    if (symbol == "*") return Op::Multiply;
    if (symbol == "/") return Op::Divide;
    return std::nullopt;
}

}  // namespace

Compiled<BoundPtr> ExpressionBinder::bind(const ast::Expr& expr) {
    if (grouping_ != nullptr && !inside_aggregate_) {
        if (auto key = group_key(expr)) return *key;
    }
    return bind_plain(expr);
}

Compiled<BoundPtr> ExpressionBinder::bind_plain(const ast::Expr& expr) {
    switch (expr.kind) {
        case ast::ExprKind::Column:
            return column(expr);
        case ast::ExprKind::Literal:
            return bind_literal(expr);
        case ast::ExprKind::Interval:
            return bind_interval(expr);
        case ast::ExprKind::Unary:
            return unary(expr);
        case ast::ExprKind::Binary:
            return binary(expr);
        case ast::ExprKind::Call:
            return call(expr);
        case ast::ExprKind::Case:
            return case_expression(expr);
        case ast::ExprKind::Cast:
            return cast(expr);
        case ast::ExprKind::Difference:
            return difference(expr);
    }
    return error_at(expr.span, "this expression has no meaning");
}

/// An expression that is a key of the grouped query: same text, or another way to name the same
/// columns.
std::optional<BoundPtr> ExpressionBinder::group_key(const ast::Expr& expr) {
    const auto column_of = [this](size_t i) {
        ScopeColumn described;
        described.type = grouping_->keys[i]->type;
        described.monotonic = grouping_->keys[i]->monotonic;
        return make_column(static_cast<uint32_t>(i), described);
    };
    for (size_t i = 0; i < grouping_->keys.size(); ++i)
        if (ast::same(expr, *grouping_->written[i])) return column_of(i);
    const bool constant =
        expr.kind == ast::ExprKind::Literal || expr.kind == ast::ExprKind::Interval;
    if (constant || contains_aggregate(expr)) return std::nullopt;
    ExpressionBinder input(scope_);
    const auto bound = input.bind(expr);
    // Unqualified ROWTIME is the time of the output row, so it never names a key.
    if (!bound || mentions_output_rowtime(expr)) return std::nullopt;
    for (size_t i = 0; i < grouping_->keys.size(); ++i)
        if (same(**bound, *grouping_->keys[i])) return column_of(i);
    return std::nullopt;
}

Compiled<BoundPtr> ExpressionBinder::column(const ast::Expr& expr) {
    WR_TRY(BoundPtr found, resolve(expr));
    if (grouping_ == nullptr || inside_aggregate_) return found;
    if (found->op == Op::Rowtime && expr.path.size() == 1) return found;
    std::string written;
    for (const auto& part : expr.path) written += (written.empty() ? "" : ".") + part.text;
    return error_at(expr.span, "Expression '" + written + "' is not being grouped");
}

Compiled<BoundPtr> ExpressionBinder::resolve(const ast::Expr& expr) {
    const std::string& name = expr.path.back().text;
    const size_t parts = expr.path.size();
    if (parts > 3) return not_supported(expr.span, "field access");
    const std::string* qualifier = parts == 1 ? nullptr : &expr.path.front().text;
    std::string record = parts == 3 ? expr.path[1].text : "";
    const bool is_source =
        parts == 2 &&
        std::any_of(scope_.sources.begin(), scope_.sources.end(), [&](const ScopeSource& source) {
            return source.name == *qualifier;
        });
    // What is no source may be a record.
    if (parts == 2 && !is_source && has_record(scope_, *qualifier)) {
        record = *qualifier;
        qualifier = nullptr;
    }
    bool source_found = false;
    BoundPtr found;
    for (const auto& source : scope_.sources) {
        if (qualifier != nullptr && source.name != *qualifier) continue;
        source_found = true;
        if (name == "ROWTIME" && record.empty())
            return qualifier != nullptr && source.rowtime ? source.rowtime : make_rowtime();
        for (size_t i = 0; i < source.columns.size(); ++i) {
            if (source.columns[i].name != name || source.columns[i].record != record) continue;
            if (qualifier == nullptr && source.columns[i].hidden) continue;
            if (found) return error_at(expr.span, "Column '" + name + "' is ambiguous");
            const auto& described = source.columns[i];
            found = described.from_rowtime
                        ? described.from_rowtime
                        : make_column(source.first_column + static_cast<uint32_t>(i), described);
        }
    }
    if (found) return found;
    if (qualifier != nullptr && !source_found)
        return error_at(expr.path.front().span, "Table '" + *qualifier + "' not found");
    const std::string where = qualifier != nullptr ? "table '" + *qualifier + "'" : "any table";
    return error_at(expr.path.back().span,
                    "Column '" + name + "' not found in " + where + near_miss(scope_, name));
}

Compiled<BoundPtr> ExpressionBinder::bind_condition(const ast::Expr& expr, const char* clause) {
    WR_TRY(BoundPtr bound, bind(expr));
    if (bound->type.is_null()) return converted(std::move(bound), make_type(TypeKind::Boolean));
    if (bound->type.kind != TypeKind::Boolean)
        return error_at(
            expr.span,
            std::string(clause) + " must be a condition, this is " + bound->type.to_text());
    return bound;
}

Compiled<std::vector<BoundPtr>> ExpressionBinder::bind_args(const ast::Expr& expr) {
    std::vector<BoundPtr> args;
    for (const auto& arg : expr.args) {
        WR_TRY(BoundPtr bound, bind(*arg));
        args.push_back(std::move(bound));
    }
    return args;
}

Compiled<BoundPtr> ExpressionBinder::unary(const ast::Expr& expr) {
    const Type boolean = make_type(TypeKind::Boolean);
    if (expr.name == "NOT") {
        WR_TRY(BoundPtr operand, bind_condition(*expr.args[0], "The operand of NOT"));
        return make_bound(Op::Not, boolean, {std::move(operand)});
    }
    WR_TRY(BoundPtr operand, bind(*expr.args[0]));
    if (!operand->type.is_numeric() && !operand->type.is_interval())
        return error_at(expr.span,
                        "Cannot apply '" + expr.name + "' to arguments of type '" + expr.name +
                            "<" + operand->type.to_text() + ">'");
    if (expr.name == "+") return operand;
    auto negated = std::make_shared<BoundExpr>();
    negated->op = Op::Negate;
    negated->type = operand->type;
    negated->monotonic = operand->monotonic == Monotonic::Ascending    ? Monotonic::Descending
                         : operand->monotonic == Monotonic::Descending ? Monotonic::Ascending
                                                                       : operand->monotonic;
    negated->args = {std::move(operand)};
    return BoundPtr(std::move(negated));
}

Compiled<BoundPtr> ExpressionBinder::binary(const ast::Expr& expr) {
    if (expr.name == "AND" || expr.name == "OR") {
        const std::string clause = "The operand of " + expr.name;
        WR_TRY(BoundPtr left, bind_condition(*expr.args[0], clause.c_str()));
        WR_TRY(BoundPtr right, bind_condition(*expr.args[1], clause.c_str()));
        return make_bound(expr.name == "AND" ? Op::And : Op::Or,
                          make_type(TypeKind::Boolean),
                          {std::move(left), std::move(right)});
    }
    WR_TRY(std::vector<BoundPtr> args, bind_args(expr));
    if (expr.name == "||") return function(expr, std::move(args));
    if (const auto op = arithmetic_of(expr.name))
        return bind_arithmetic(*op, std::move(args[0]), std::move(args[1]), expr.span);
    return bind_comparison(
        comparison_of(expr.name), std::move(args[0]), std::move(args[1]), expr.span);
}

Compiled<BoundPtr> ExpressionBinder::difference(const ast::Expr& expr) {
    WR_TRY(std::vector<BoundPtr> args, bind_args(expr));
    Type type = make_type(TypeKind::Interval);
    type.unit = expr.unit;
    type.unit_to = expr.unit_to;
    if (expr.unit <= TimeUnit::Month) return not_supported(expr.span, "a year-month interval");
    const bool moments =
        args[0]->type.is_datetime() && args[1]->type.is_datetime() &&
        (args[0]->type.kind == TypeKind::Time) == (args[1]->type.kind == TypeKind::Time);
    if (!moments)
        return error_at(expr.span,
                        "a difference in units of time needs two moments, found " +
                            args[0]->type.to_text() + " and " + args[1]->type.to_text());
    const Monotonic a = args[0]->monotonic;
    const Monotonic b = args[1]->monotonic;
    auto result = std::make_shared<BoundExpr>();
    result->op = Op::Subtract;
    result->type = type;
    if (b == Monotonic::Constant)
        result->monotonic = a;
    else if (a == Monotonic::Constant)
        result->monotonic = b == Monotonic::Ascending ? Monotonic::Descending : Monotonic::None;
    result->args = std::move(args);
    return BoundPtr(std::move(result));
}

Compiled<BoundPtr> ExpressionBinder::case_expression(const ast::Expr& expr) {
    std::vector<BoundPtr> args;
    BoundPtr subject;
    const size_t first = expr.has_subject ? 1 : 0;
    if (expr.has_subject) {
        WR_TRY(subject, bind(*expr.args[0]));
    }
    Type type;
    for (size_t i = first; i < expr.args.size(); ++i) {
        const ast::Expr& part = *expr.args[i];
        const bool condition = (i - first) % 2 == 0 && i + 1 < expr.args.size();
        if (condition && !expr.has_subject) {
            WR_TRY(BoundPtr bound, bind_condition(part, "WHEN"));
            args.push_back(std::move(bound));
            continue;
        }
        WR_TRY(BoundPtr bound, bind(part));
        if (condition) {
            WR_TRY(bound, bind_comparison(Op::Equal, subject, std::move(bound), part.span));
        } else {
            const auto common = common_type(type, bound->type);
            if (!common)
                return error_at(part.span,
                                "the values of CASE have no common type: " + type.to_text() +
                                    " and " + bound->type.to_text());
            type = *common;
        }
        args.push_back(std::move(bound));
    }
    for (size_t i = 0; i < args.size(); ++i)
        if (i % 2 == 1 || i + 1 == args.size()) args[i] = converted(std::move(args[i]), type);
    return make_bound(Op::Case, type, std::move(args));
}

Compiled<BoundPtr> ExpressionBinder::cast(const ast::Expr& expr) {
    WR_TRY(BoundPtr operand, bind(*expr.args[0]));
    if (!can_cast(operand->type, expr.type))
        return error_at(expr.span,
                        "Cast function cannot convert value of type " + operand->type.to_text() +
                            " to type " + expr.type.to_text());
    return converted(std::move(operand), expr.type);
}

}  // namespace wr::sql
