// Numeric functions, and the look-up over all tables.
#include <array>
#include <cmath>
#include <limits>

#include "sql/cast.h"
#include "sql/datetime.h"
#include "sql/function.h"

namespace wr::sql {
namespace {

using Args = std::span<const BoundPtr>;

Type as_first(Args args) {
    return args[0]->type;
}
Type as_double(Args) {
    return make_type(TypeKind::Double);
}
Type as_big(Args) {
    return make_type(TypeKind::BigInt);
}
Type whole(Args args) {
    Type type = args[0]->type;
    type.scale = 0;
    return type;
}

bool finite(const Call& call, double value, Datum& out) {
    if (!std::isfinite(value)) {
        call.error = "the result of " + std::string(call.expr.function->name) + " is not a number";
        return false;
    }
    out = datum_of(value);
    return true;
}

bool overflow(const Call& call) {
    call.error = "numeric overflow in " + std::string(call.expr.function->name);
    return false;
}

bool absolute(const Call& call, Datum& out) {
    out = call.args[0];
    if (call.expr.type.is_approximate()) {
        out.d = std::fabs(out.d);
    } else {
        if (out.i == std::numeric_limits<int64_t>::min()) return overflow(call);
        if (out.i < 0) out.i = -out.i;
        if (out.i > integer_max(call.expr.type.kind)) return overflow(call);
    }
    return true;
}

bool floor_number(const Call& call, Datum& out) {
    out = call.args[0];
    const Type& from = call.type_of(0);
    if (from.is_approximate()) {
        out.d = std::floor(out.d);
    } else if (from.scale > 0) {
        const int64_t unit = power_of_ten(from.scale);
        out.i = floor_to_multiple(out.i, unit) / unit;
    }
    return true;
}

bool ceil_number(const Call& call, Datum& out) {
    out = call.args[0];
    const Type& from = call.type_of(0);
    if (from.is_approximate()) {
        out.d = std::ceil(out.d);
    } else if (from.scale > 0) {
        const int64_t unit = power_of_ten(from.scale);
        const int64_t low = floor_to_multiple(out.i, unit);
        out.i = low / unit + (low == out.i ? 0 : 1);
    }
    return true;
}

bool modulo(const Call& call, Datum& out) {
    if (call.args[1].i == 0) {
        call.error = "division by zero";
        return false;
    }
    // The sign follows the dividend; -1 would overflow on the smallest number.
    out = datum_of(call.args[1].i == -1 ? int64_t{0} : call.args[0].i % call.args[1].i);
    return true;
}

bool exponential(const Call& call, Datum& out) {
    return finite(call, std::exp(call.args[0].d), out);
}
bool natural_log(const Call& call, Datum& out) {
    return finite(call, std::log(call.args[0].d), out);
}
bool log_10(const Call& call, Datum& out) {
    return finite(call, std::log10(call.args[0].d), out);
}
bool square_root(const Call& call, Datum& out) {
    return finite(call, std::sqrt(call.args[0].d), out);
}
bool power(const Call& call, Datum& out) {
    return finite(call, std::pow(call.args[0].d, call.args[1].d), out);
}

constexpr std::array<Function, 10> table = {{
    {"ABS", "n", as_first, absolute},
    {"FLOOR", "n", whole, floor_number},
    {"CEIL", "n", whole, ceil_number},
    {"MOD", "ii", as_big, modulo},
    {"EXP", "d", as_double, exponential},
    {"LN", "d", as_double, natural_log},
    {"LOG10", "d", as_double, log_10},
    {"SQRT", "d", as_double, square_root},
    {"POWER", "dd", as_double, power},
    {"POW", "dd", as_double, power},
}};

}  // namespace

std::span<const Function> numeric_functions() {
    return table;
}

const Function* find_function(std::string_view upper_case_name) {
    for (const auto part :
         {numeric_functions(), text_functions(), time_functions(), similar_functions()})
        for (const auto& function : part)
            if (function.name == upper_case_name) return &function;
    return nullptr;
}

}  // namespace wr::sql
