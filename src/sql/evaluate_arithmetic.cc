// Loops over columns of numbers. Overflow and division by zero fail the row, not the query.
#include "sql/evaluate_arithmetic.h"

#include <cmath>

#include "sql/cast.h"

namespace wr::sql {
namespace {

constexpr const char* overflow_text = "numeric overflow";
constexpr const char* zero_text = "division by zero";

/// Applies `combine(a, b, out)`, which returns an error text or null, where neither side is NULL.
template <typename T, typename Combine>
void combine_rows(const std::vector<T>& left,
                  const Vector& left_nulls,
                  const std::vector<T>& right,
                  const Vector& right_nulls,
                  std::vector<T>& out,
                  Vector& result,
                  EvaluationContext& context,
                  Selection rows,
                  Combine combine) {
    for (const uint32_t row : rows) {
        if ((left_nulls.nulls[row] | right_nulls.nulls[row]) != 0) continue;
        const char* const error = combine(left[row], right[row], out[row]);
        if (error == nullptr)
            result.nulls[row] = 0;
        else
            context.failures.add(row, error);
    }
}

const char* whole_operation(Op op, int64_t a, int64_t b, int64_t& out) {
    bool overflow = false;
    switch (op) {
        case Op::Add:
            overflow = __builtin_add_overflow(a, b, &out);
            break;
        case Op::Subtract:
            overflow = __builtin_sub_overflow(a, b, &out);
            break;
        case Op::Multiply:
            overflow = __builtin_mul_overflow(a, b, &out);
            break;
        default:
            if (b == 0) return zero_text;
            if (b == -1)
                overflow = __builtin_sub_overflow(int64_t{0}, a, &out);
            else
                out = a / b;
    }
    return overflow ? overflow_text : nullptr;
}

const char* double_operation(Op op, double a, double b, double& out) {
    switch (op) {
        case Op::Add:
            out = a + b;
            break;
        case Op::Subtract:
            out = a - b;
            break;
        case Op::Multiply:
            out = a * b;
            break;
        default:
            if (b == 0) return zero_text;
            out = a / b;
    }
    return std::isfinite(out) ? nullptr : overflow_text;
}

struct Scales {
    int32_t left;
    int32_t right;
    int32_t result;
};

Wide shifted(Wide value, int32_t digits) {
    return digits >= 0 ? value * power_of_ten(digits)
                       : divide_rounded(value, power_of_ten(-digits));
}

const char* decimal_operation(Op op, Scales scales, int64_t a, int64_t b, int64_t& out) {
    Wide wide = 0;
    switch (op) {
        case Op::Add:
            wide =
                shifted(a, scales.result - scales.left) + shifted(b, scales.result - scales.right);
            break;
        case Op::Subtract:
            wide =
                shifted(a, scales.result - scales.left) - shifted(b, scales.result - scales.right);
            break;
        case Op::Multiply:
            wide = shifted(Wide{a} * b, scales.result - scales.left - scales.right);
            break;
        default: {
            if (b == 0) return zero_text;
            Wide numerator = a;
            Wide denominator = b;
            if (denominator < 0) {
                numerator = -numerator;
                denominator = -denominator;
            }
            const int32_t shift = scales.result - scales.left + scales.right;
            // 10^36 would not fit beside 19 digits.
            if (shift > 18) return overflow_text;
            if (shift >= 0)
                wide = divide_rounded(numerator * power_of_ten(shift), denominator);
            else
                wide = divide_rounded(numerator, denominator * power_of_ten(-shift));
        }
    }
    if (!fits_int64(wide)) return overflow_text;
    out = static_cast<int64_t>(wide);
    return nullptr;
}

/// Interval times or divided by a number, which the binder made a DOUBLE.
void scale_interval(const BoundExpr& expr,
                    const Vector& interval,
                    const Vector& factor,
                    Vector& result,
                    EvaluationContext& context,
                    Selection rows) {
    for (const uint32_t row : rows) {
        if ((interval.nulls[row] | factor.nulls[row]) != 0) continue;
        const auto ms = static_cast<double>(interval.integers[row]);
        double out = 0;
        const char* error = double_operation(expr.op, ms, factor.doubles[row], out);
        if (error == nullptr && std::fabs(out) >= 9.2e18) error = overflow_text;
        if (error != nullptr) {
            context.failures.add(row, error);
            continue;
        }
        result.nulls[row] = 0;
        // Whole milliseconds are kept exact; a fraction of one is dropped downwards, so that steps
        // stay aligned.
        result.integers[row] = static_cast<int64_t>(std::floor(out));
    }
}

VectorPtr negate(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    const VectorPtr value = evaluate(*expr.args[0], context, rows);
    auto result = std::make_shared<Vector>(expr.type, context.batch.rows);
    const int64_t max = integer_max(expr.type.kind);
    for (const uint32_t row : rows) {
        if (value->nulls[row] != 0) continue;
        result->nulls[row] = 0;
        if (expr.type.is_approximate())
            result->doubles[row] = -value->doubles[row];
        else if (__builtin_sub_overflow(int64_t{0}, value->integers[row], &result->integers[row]) ||
                 result->integers[row] > max)
            context.failures.add(row, overflow_text);
    }
    return result;
}

int compare_text(std::string_view a, std::string_view b) {
    const int order = a.compare(b);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

/// CHAR is compared without the blanks that pad it.
int compare_padded(std::string_view a, std::string_view b) {
    while (!a.empty() && a.back() == ' ') a.remove_suffix(1);
    while (!b.empty() && b.back() == ' ') b.remove_suffix(1);
    return compare_text(a, b);
}

bool holds(Op op, int order) {
    switch (op) {
        case Op::Equal:
            return order == 0;
        case Op::NotEqual:
            return order != 0;
        case Op::Less:
            return order < 0;
        case Op::LessOrEqual:
            return order <= 0;
        case Op::Greater:
            return order > 0;
        default:
            return order >= 0;
    }
}

template <typename Order>
VectorPtr compare_rows(const BoundExpr& expr,
                       const Vector& left,
                       const Vector& right,
                       const EvaluationContext& context,
                       Selection rows,
                       Order order) {
    auto result = std::make_shared<Vector>(expr.type, context.batch.rows);
    for (const uint32_t row : rows) {
        if ((left.nulls[row] | right.nulls[row]) != 0) continue;
        result->nulls[row] = 0;
        result->integers[row] = holds(expr.op, order(row)) ? 1 : 0;
    }
    return result;
}

template <typename T>
int three_way(T a, T b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

}  // namespace

VectorPtr arithmetic(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    if (expr.op == Op::Negate) return negate(expr, context, rows);
    const VectorPtr left = evaluate(*expr.args[0], context, rows);
    const VectorPtr right = evaluate(*expr.args[1], context, rows);
    auto result = std::make_shared<Vector>(expr.type, context.batch.rows);
    const Op op = expr.op;
    if (expr.type.is_interval() && right->type.is_approximate()) {
        scale_interval(expr, *left, *right, *result, context, rows);
    } else if (expr.type.is_approximate()) {
        const bool real = expr.type.kind == TypeKind::Real;
        combine_rows(left->doubles,
                     *left,
                     right->doubles,
                     *right,
                     result->doubles,
                     *result,
                     context,
                     rows,
                     [op, real](double a, double b, double& out) {
                         const char* const error = double_operation(op, a, b, out);
                         if (real) out = static_cast<double>(static_cast<float>(out));
                         return error;
                     });
    } else if (expr.type.kind == TypeKind::Decimal) {
        const Scales scales{expr.args[0]->type.scale, expr.args[1]->type.scale, expr.type.scale};
        combine_rows(left->integers,
                     *left,
                     right->integers,
                     *right,
                     result->integers,
                     *result,
                     context,
                     rows,
                     [op, scales](int64_t a, int64_t b, int64_t& out) {
                         return decimal_operation(op, scales, a, b, out);
                     });
    } else {
        // Of every other type than the smaller integers these are the bounds of int64.
        const int64_t min = integer_min(expr.type.kind);
        const int64_t max = integer_max(expr.type.kind);
        combine_rows(left->integers,
                     *left,
                     right->integers,
                     *right,
                     result->integers,
                     *result,
                     context,
                     rows,
                     [op, min, max](int64_t a, int64_t b, int64_t& out) {
                         const char* const error = whole_operation(op, a, b, out);
                         return error == nullptr && (out < min || out > max) ? overflow_text
                                                                             : error;
                     });
    }
    return result;
}

VectorPtr comparison(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    const VectorPtr left = evaluate(*expr.args[0], context, rows);
    const VectorPtr right = evaluate(*expr.args[1], context, rows);
    const Type& a = expr.args[0]->type;
    const Type& b = expr.args[1]->type;
    if (a.is_approximate())
        return compare_rows(expr, *left, *right, context, rows, [&](uint32_t row) {
            return three_way(left->doubles[row], right->doubles[row]);
        });
    if (a.storage() == Storage::Text) {
        const bool padded = a.kind == TypeKind::Char || b.kind == TypeKind::Char;
        return compare_rows(expr, *left, *right, context, rows, [&](uint32_t row) {
            return padded ? compare_padded(left->texts[row], right->texts[row])
                          : compare_text(left->texts[row], right->texts[row]);
        });
    }
    if (a.is_exact() && b.is_exact() && a.scale != b.scale)
        return compare_rows(expr, *left, *right, context, rows, [&](uint32_t row) {
            const int32_t scale = std::max(a.scale, b.scale);
            return three_way(shifted(left->integers[row], scale - a.scale),
                             shifted(right->integers[row], scale - b.scale));
        });
    return compare_rows(expr, *left, *right, context, rows, [&](uint32_t row) {
        return three_way(left->integers[row], right->integers[row]);
    });
}

}  // namespace wr::sql
