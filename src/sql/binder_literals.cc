// Literals: characters to values.
#include "sql/binder.h"
#include "sql/cast.h"
#include "sql/datetime.h"

namespace wr::sql {
namespace {

BoundPtr constant(Type type, Datum value, std::string text = {}) {
    auto expr = std::make_shared<BoundExpr>();
    expr->op = Op::Literal;
    expr->type = type;
    expr->monotonic = Monotonic::Constant;
    expr->text = std::move(text);
    expr->literal = value;
    if (!value.null && type.storage() == Storage::Text) expr->literal.s = expr->text;
    return expr;
}

Compiled<BoundPtr> number(const ast::Expr& expr) {
    const bool approximate = expr.type.kind == TypeKind::Double;
    const auto point = expr.text.find('.');
    const auto places = point == std::string::npos ? size_t{0} : expr.text.size() - point - 1;
    Arena arena;
    Datum value;
    std::string error;
    if (!approximate && places <= 18) {
        int64_t unscaled = 0;
        bool exact = true;
        if (parse_decimal(expr.text, static_cast<int32_t>(places), unscaled, exact)) {
            if (expr.type.kind == TypeKind::BigInt)
                return constant(
                    make_type(unscaled <= integer_max(TypeKind::Integer) ? TypeKind::Integer
                                                                         : TypeKind::BigInt),
                    datum_of(unscaled));
            const auto digits = std::max<size_t>(std::to_string(unscaled).size(), places);
            return constant(make_type(TypeKind::Decimal,
                                      static_cast<int32_t>(std::max<size_t>(digits, 1)),
                                      static_cast<int32_t>(places)),
                            datum_of(unscaled));
        }
    }
    const Type from = make_type(TypeKind::VarChar, character_length_max);
    const Type type = make_type(TypeKind::Double);
    if (!cast_value(datum_of(std::string_view(expr.text)), from, type, arena, value, error))
        return error_at(expr.span, "the number " + expr.text + " is out of range");
    return constant(type, value);
}

Compiled<BoundPtr> moment(const ast::Expr& expr) {
    std::optional<int64_t> ms;
    const char* form = "'hh:mm:ss'";
    if (expr.type.kind == TypeKind::Date) {
        ms = parse_date(expr.text);
        form = "'yyyy-mm-dd'";
    } else if (expr.type.kind == TypeKind::Time) {
        ms = parse_time(expr.text);
    } else {
        ms = parse_timestamp(expr.text, true);
        form = "'yyyy-mm-dd hh:mm:ss'";
    }
    if (!ms)
        return error_at(expr.span,
                        "Illegal " + expr.type.to_text() + " literal '" + expr.text +
                            "': not in format " + form);
    return constant(expr.type, datum_of(*ms));
}

}  // namespace

Compiled<BoundPtr> bind_literal(const ast::Expr& expr) {
    if (expr.type.is_null()) return constant(expr.type, {});
    if (expr.type.is_numeric()) return number(expr);
    if (expr.type.is_datetime()) return moment(expr);
    if (expr.type.kind == TypeKind::Boolean)
        return constant(expr.type,
                        expr.text == "UNKNOWN" ? Datum{} : datum_of(int64_t{expr.text == "TRUE"}));
    const auto length =
        std::min<size_t>(std::max<size_t>(count_utf8(expr.text), 1), character_length_max);
    return constant(make_type(TypeKind::VarChar, static_cast<int32_t>(length)),
                    datum_of(std::string_view{}),
                    expr.text);
}

Compiled<BoundPtr> bind_interval(const ast::Expr& expr) {
    Type type = make_type(TypeKind::Interval);
    type.unit = expr.unit;
    type.unit_to = expr.unit_to;
    std::optional<int64_t> value;
    if (expr.unit <= TimeUnit::Month) {
        type.kind = TypeKind::IntervalMonths;
        int64_t count = 0;
        bool exact = true;
        if (expr.unit == expr.unit_to && parse_decimal(expr.text, 0, count, exact) && exact &&
            count < 120'000 && count > -120'000)
            value = expr.unit == TimeUnit::Year ? count * 12 : count;
    } else {
        value = parse_interval(expr.text, expr.unit, expr.unit_to);
    }
    if (!value)
        return error_at(
            expr.span, "Illegal interval literal format '" + expr.text + "' for " + type.to_text());
    return constant(type, datum_of(expr.negated ? -*value : *value));
}

}  // namespace wr::sql
