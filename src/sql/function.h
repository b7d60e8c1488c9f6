#pragma once
// Scalar functions: a table of signatures and one small piece of code each.

#include <span>
#include <string>
#include <string_view>

#include "sql/bound.h"

namespace wr::sql {

/// One call for one row. No argument is NULL: NULL in gives NULL out before the function is asked.
struct Call {
    std::span<const Datum> args;
    const BoundExpr& expr;
    Arena& arena;
    int64_t rowtime;
    int64_t started_at;
    std::string& error;

    const Type& type_of(size_t arg) const { return expr.args[arg]->type; }
    /// Text that lives as long as the batch.
    Datum text(std::string_view value) const { return datum_of(arena.copy(value)); }
};

struct Function {
    std::string_view name;
    /// One letter per argument: n number, d number taken as DOUBLE, i number taken as BIGINT, c
    /// text, b bytes, t moment taken as TIMESTAMP, x any moment, v interval or whole number, y
    /// anything with parts of time. Letters after '?' may be left out.
    std::string_view signature;
    Type (*result)(std::span<const BoundPtr> args);
    /// False with `error` set sends the row to the error stream. `out` starts as NULL.
    bool (*run)(const Call& call, Datum& out);
};

/// Null when there is none of this name.
const Function* find_function(std::string_view upper_case_name);

// The parts of the table, one file each.
std::span<const Function> numeric_functions();
std::span<const Function> text_functions();
std::span<const Function> time_functions();
std::span<const Function> similar_functions();

}  // namespace wr::sql
