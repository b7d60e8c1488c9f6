// Types and monotonicity of operators.
#include <algorithm>

#include "sql/binder.h"
#include "sql/cast.h"

namespace wr::sql {
namespace {

const char* symbol_of(Op op) {
    switch (op) {
        case Op::Add:
            return "+";
        case Op::Subtract:
            return "-";
        case Op::Multiply:
            return "*";
        case Op::Divide:
            return "/";
        case Op::Equal:
            return "=";
        case Op::NotEqual:
            return "<>";
        case Op::Less:
            return "<";
        case Op::LessOrEqual:
            return "<=";
        case Op::Greater:
            return ">";
        default:
            return ">=";
    }
}

base::Failure<CompileError> cannot_apply(Op op,
                                         const BoundPtr& left,
                                         const BoundPtr& right,
                                         const SourceSpan& span) {
    const std::string symbol = symbol_of(op);
    return error_at(span,
                    "Cannot apply '" + symbol + "' to arguments of type '<" + left->type.to_text() +
                        "> " + symbol + " <" + right->type.to_text() + ">'");
}

Monotonic reversed(Monotonic m) {
    if (m == Monotonic::Ascending) return Monotonic::Descending;
    if (m == Monotonic::Descending) return Monotonic::Ascending;
    return m;
}

/// The sign of a constant, or 0 when it is not one.
int sign_of(const BoundExpr& expr) {
    const BoundExpr* at = &expr;
    bool negative = false;
    while (at->op == Op::Cast || at->op == Op::Negate) {
        negative = negative != (at->op == Op::Negate);
        at = at->args[0].get();
    }
    if (at->op != Op::Literal || at->literal.null) return 0;
    const double value =
        at->type.is_approximate() ? at->literal.d : static_cast<double>(at->literal.i);
    const int sign = value > 0 ? 1 : value < 0 ? -1 : 0;
    return negative ? -sign : sign;
}

Monotonic combine(Op op, const BoundExpr& left, const BoundExpr& right) {
    const Monotonic a = left.monotonic;
    const Monotonic b = right.monotonic;
    if (a == Monotonic::Constant && b == Monotonic::Constant) return Monotonic::Constant;
    if (op == Op::Add || op == Op::Subtract) {
        const Monotonic other = op == Op::Subtract ? reversed(b) : b;
        if (a == Monotonic::Constant) return other;
        return other == Monotonic::Constant || a == other ? a : Monotonic::None;
    }
    const bool constant_left = a == Monotonic::Constant;
    if (!constant_left && b != Monotonic::Constant) return Monotonic::None;
    const int sign = sign_of(constant_left ? left : right);
    if (sign == 0) return Monotonic::None;
    const Monotonic direction = constant_left ? b : a;
    // c / m falls as m grows; it is monotonic as long as m keeps its sign, as moments after 1970
    // do.
    const bool turned = (sign < 0) != (op == Op::Divide && constant_left);
    return turned ? reversed(direction) : direction;
}

Type decimal_type(Op op, const Type& left, const Type& right) {
    const Type a = as_decimal(left);
    const Type b = as_decimal(right);
    int32_t digits = 0;
    int32_t scale = 0;
    if (op == Op::Multiply) {
        digits = a.length + b.length;
        scale = a.scale + b.scale;
    } else if (op == Op::Divide) {
        const int32_t whole = a.length - a.scale + b.scale;
        scale = std::min(18, std::max(6, a.scale + b.length + 1));
        digits = whole + scale;
        // Room for the whole part comes before places.
        if (digits > decimal_digits_max) scale = std::max(6, decimal_digits_max - whole);
        scale = std::min(scale, 18 + a.scale - b.scale);
    } else {
        scale = std::max(a.scale, b.scale);
        digits = std::max(a.length - a.scale, b.length - b.scale) + scale + 1;
    }
    return make_type(TypeKind::Decimal, std::min(digits, decimal_digits_max), std::min(scale, 18));
}

Compiled<BoundPtr> numeric(Op op, BoundPtr left, BoundPtr right) {
    Type type;
    const Monotonic monotonic = combine(op, *left, *right);
    if (left->type.is_approximate() || right->type.is_approximate()) {
        const bool is_double =
            left->type.kind == TypeKind::Double || right->type.kind == TypeKind::Double;
        type = make_type(is_double ? TypeKind::Double : TypeKind::Real);
        left = converted(std::move(left), make_type(TypeKind::Double));
        right = converted(std::move(right), make_type(TypeKind::Double));
    } else if (left->type.is_integer() && right->type.is_integer()) {
        const auto kind = std::max({left->type.kind, right->type.kind, TypeKind::Integer});
        type = make_type(kind);
    } else {
        type = decimal_type(op, left->type, right->type);
    }
    auto expr = std::make_shared<BoundExpr>();
    expr->op = op;
    expr->type = type;
    expr->monotonic = monotonic;
    expr->args = {std::move(left), std::move(right)};
    return BoundPtr(std::move(expr));
}

BoundPtr temporal(Op op, const Type& type, BoundPtr left, BoundPtr right) {
    auto expr = std::make_shared<BoundExpr>();
    expr->op = op;
    expr->type = type;
    expr->monotonic = combine(op, *left, *right);
    expr->args = {std::move(left), std::move(right)};
    return expr;
}

Type wider_interval(const Type& a, const Type& b) {
    Type type = a;
    type.unit = std::min(a.unit, b.unit);
    type.unit_to = std::max(a.unit_to, b.unit_to);
    return type;
}

}  // namespace

BoundPtr make_bound(Op op, Type type, std::vector<BoundPtr> args) {
    auto expr = std::make_shared<BoundExpr>();
    expr->op = op;
    expr->type = type;
    const bool constant = std::all_of(args.begin(), args.end(), [](const BoundPtr& arg) {
        return arg->monotonic == Monotonic::Constant;
    });
    expr->monotonic = constant ? Monotonic::Constant : Monotonic::None;
    expr->args = std::move(args);
    return expr;
}

BoundPtr make_column(uint32_t column, const ScopeColumn& described) {
    auto expr = std::make_shared<BoundExpr>();
    expr->op = Op::Column;
    expr->type = described.type;
    expr->monotonic = described.monotonic;
    expr->column = column;
    return expr;
}

BoundPtr make_rowtime() {
    auto expr = std::make_shared<BoundExpr>();
    expr->op = Op::Rowtime;
    expr->type = make_type(TypeKind::Timestamp);
    expr->monotonic = Monotonic::Ascending;
    return expr;
}

BoundPtr converted(BoundPtr expr, const Type& type) {
    if (expr->type == type) return expr;
    auto cast = std::make_shared<BoundExpr>();
    cast->op = Op::Cast;
    cast->type = type;
    // Between numbers and between moments a conversion keeps the order, up to rounding.
    const bool keeps =
        (expr->type.is_numeric() && type.is_numeric()) ||
        (expr->type.is_datetime() && type.is_datetime() && type.kind != TypeKind::Time) ||
        (expr->type.is_interval() && type.is_exact());
    cast->monotonic =
        keeps || expr->monotonic == Monotonic::Constant ? expr->monotonic : Monotonic::None;
    cast->args = {std::move(expr)};
    return cast;
}

std::optional<Type> common_type(const Type& a, const Type& b) {
    if (a.is_null() || a == b) return b;
    if (b.is_null()) return a;
    if (a.is_numeric() && b.is_numeric()) {
        if (a.is_approximate() || b.is_approximate())
            return make_type(a.kind == b.kind ? a.kind : TypeKind::Double);
        if (a.is_integer() && b.is_integer()) return make_type(std::max(a.kind, b.kind));
        const Type x = as_decimal(a);
        const Type y = as_decimal(b);
        const int32_t scale = std::max(x.scale, y.scale);
        const int32_t digits = std::max(x.length - x.scale, y.length - y.scale) + scale;
        return make_type(TypeKind::Decimal, std::min(digits, decimal_digits_max), scale);
    }
    if (a.is_character() && b.is_character())
        return make_type(TypeKind::VarChar, std::max(a.length, b.length));
    if (a.is_binary() && b.is_binary())
        return make_type(TypeKind::VarBinary, std::max(a.length, b.length));
    if (a.is_interval() && b.is_interval()) return wider_interval(a, b);
    const bool dates =
        a.is_datetime() && b.is_datetime() && a.kind != TypeKind::Time && b.kind != TypeKind::Time;
    if (dates) return make_type(TypeKind::Timestamp);
    return std::nullopt;
}

Compiled<BoundPtr> bind_arithmetic(Op op, BoundPtr left, BoundPtr right, const SourceSpan& span) {
    if (left->type.is_null() && right->type.is_null())
        left = converted(std::move(left), make_type(TypeKind::Integer));
    if (left->type.is_null()) left = converted(std::move(left), right->type);
    if (right->type.is_null()) right = converted(std::move(right), left->type);
    const Type a = left->type;
    const Type b = right->type;
    if (a.is_numeric() && b.is_numeric()) return numeric(op, std::move(left), std::move(right));
    const bool sum = op == Op::Add || op == Op::Subtract;
    if (a.is_datetime() && b.is_interval() && sum)
        return temporal(op, a, std::move(left), std::move(right));
    if (a.is_interval() && b.is_datetime() && op == Op::Add)
        return temporal(op, b, std::move(left), std::move(right));
    if (a.is_interval() && b.is_interval() && sum)
        return temporal(op, wider_interval(a, b), std::move(left), std::move(right));
    if (a.is_interval() && b.is_numeric() && !sum)
        return temporal(
            op, a, std::move(left), converted(std::move(right), make_type(TypeKind::Double)));
    if (a.is_numeric() && b.is_interval() && op == Op::Multiply)
        return temporal(
            op, b, std::move(right), converted(std::move(left), make_type(TypeKind::Double)));
    if (a.is_datetime() && b.is_datetime() && op == Op::Subtract)
        return error_at(span, "the difference of two moments needs a unit: (a - b) SECOND");
    return cannot_apply(op, left, right, span);
}

Compiled<BoundPtr> bind_comparison(Op op, BoundPtr left, BoundPtr right, const SourceSpan& span) {
    const auto common = common_type(left->type, right->type);
    if (!common) return cannot_apply(op, left, right, span);
    // Exact numbers are compared as they are; text keeps its type, since CHAR ignores padding.
    const bool exact = left->type.is_exact() && right->type.is_exact();
    const bool text =
        left->type.storage() == Storage::Text && right->type.storage() == Storage::Text;
    if (!exact && !text) {
        Type type = common->is_approximate() ? make_type(TypeKind::Double) : *common;
        if (type.is_null()) type = make_type(TypeKind::Integer);
        left = converted(std::move(left), type);
        right = converted(std::move(right), type);
    }
    return make_bound(op, make_type(TypeKind::Boolean), {std::move(left), std::move(right)});
}

}  // namespace wr::sql
