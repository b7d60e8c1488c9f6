// Functions and predicates with a syntax of their own.
#include <algorithm>
#include <array>

#include "sql/binder.h"
#include "sql/function.h"
#include "sql/log_parser.h"
#include "sql/user_functions.h"

namespace wr::sql {
namespace {

const Type boolean = make_type(TypeKind::Boolean);

BoundPtr negated_if(bool negated, BoundPtr expr) {
    return negated ? make_bound(Op::Not, boolean, {std::move(expr)}) : expr;
}

/// Makes `arg` what the letter of a signature asks for; false when it cannot.
bool fit_argument(char letter, BoundPtr& arg) {
    const Type& type = arg->type;
    switch (letter) {
        case 'n':
            if (type.is_null()) arg = converted(arg, make_type(TypeKind::Double));
            return arg->type.is_numeric();
        case 'd':
            if (!type.is_numeric() && !type.is_null()) return false;
            arg = converted(arg, make_type(TypeKind::Double));
            return true;
        case 'i':
            if (!type.is_exact() && !type.is_null()) return false;
            arg = converted(arg, make_type(TypeKind::BigInt));
            return true;
        case 'c':
            if (type.is_null()) arg = converted(arg, make_type(TypeKind::VarChar, 1));
            return arg->type.is_character();
        case 'b':
            return type.is_binary();
        case 't':
        case 'x':
            if (type.is_null() || (letter == 't' && type.kind == TypeKind::Date))
                arg = converted(arg, make_type(TypeKind::Timestamp));
            return letter == 't' ? arg->type.kind == TypeKind::Timestamp : arg->type.is_datetime();
        case 'y':
            if (type.is_null()) arg = converted(arg, make_type(TypeKind::Timestamp));
            return arg->type.is_datetime() || arg->type.is_interval() || arg->type.is_integer();
        case 'v':
            return type.is_interval() || type.kind == TypeKind::IntervalMonths || type.is_integer();
        default:
            return false;
    }
}

std::string list_types(const std::vector<BoundPtr>& args) {
    std::string text;
    for (const auto& arg : args) text += (text.empty() ? "<" : ", <") + arg->type.to_text() + ">";
    return text;
}

bool rounds_moments(const std::string& name) {
    return name == "FLOOR TO" || name == "CEIL TO" || name == "EXTRACT" || name == "EXTRACT SECOND";
}

/// What the signature cannot say: both sides of STEP are times or both are numbers.
bool arguments_agree(const std::string& name, const std::vector<BoundPtr>& args) {
    if (name == "STEP") return args[0]->type.is_integer() == args[1]->type.is_integer();
    return !rounds_moments(name) || !args[0]->type.is_integer();
}

/// SUBSTRING(m FROM 0 FOR c) and the like: the beginnings of rising texts rise.
bool takes_beginning(const std::vector<BoundPtr>& args) {
    const BoundExpr* from = args[1].get();
    bool negative = false;
    for (; from->op == Op::Cast || from->op == Op::Negate; from = from->args[0].get())
        negative = negative != (from->op == Op::Negate);
    const bool constant = from->op == Op::Literal && !from->literal.null;
    return constant && (negative || from->literal.i <= 1) &&
           (args.size() < 3 || args[2]->monotonic == Monotonic::Constant);
}

Monotonic monotonic_of(const std::string& name, const std::vector<BoundPtr>& args) {
    const bool constant = std::all_of(args.begin(), args.end(), [](const BoundPtr& arg) {
        return arg->monotonic == Monotonic::Constant;
    });
    if (name == "CURRENT_ROW_TIMESTAMP") return Monotonic::Ascending;
    if (constant) return Monotonic::Constant;
    for (const char* keeps :
         {"FLOOR", "CEIL", "FLOOR TO", "CEIL TO", "UNIX_TIMESTAMP", "TO_TIMESTAMP"})
        if (name == keeps) return args[0]->monotonic;
    if (name == "STEP" && args[1]->monotonic == Monotonic::Constant) return args[0]->monotonic;
    if (name == "SUBSTRING" && takes_beginning(args)) return args[0]->monotonic;
    return Monotonic::None;
}

/// The forms of SUBSTRING that their arguments tell apart.
std::string form_of_substring(const std::string& name, const std::vector<BoundPtr>& args) {
    if (args.size() > 1 && name == "SUBSTRING" && args[1]->type.is_character())
        return "SUBSTRING REGEX";
    if (args.empty() || !args[0]->type.is_binary()) return name;
    return name == "SUBSTRING" ? "SUBSTRING BYTES" : "SUBSTRING, BYTES";
}

constexpr std::array<const char*, 3> later_functions = {"STDDEV", "CURSOR", "ROW"};

bool is_predicate(const std::string& name) {
    return name.starts_with("IS ") || name == "BETWEEN" || name == "IN" || name == "LIKE" ||
           name == "SIMILAR TO";
}

}  // namespace

bool is_function_name(const std::string& upper_case_name) {
    // What call() and function() below know beside the table of functions.
    constexpr std::array<const char*, 5> forms = {
        "COALESCE", "NULLIF", "MONOTONIC", "SUBSTRING", "SUBSTRING,"};
    const auto is_name = [&](const char* form) { return upper_case_name == form; };
    return aggregate_kind(upper_case_name) || is_predicate(upper_case_name) ||
           is_log_parser(upper_case_name) || std::ranges::any_of(forms, is_name) ||
           std::ranges::any_of(later_functions, is_name) ||
           find_function(upper_case_name) != nullptr;
}

Compiled<BoundPtr> ExpressionBinder::call(const ast::Expr& expr) {
    if (expr.over) return windowed(expr);
    if (const auto kind = aggregate_kind(expr.name)) return aggregate(expr, *kind);
    if (expr.nulls != ast::NullTreatment::Unsaid)
        return error_at(expr.span, expr.name + " takes neither IGNORE NULLS nor RESPECT NULLS");
    if (expr.distinct || expr.star)
        return error_at(expr.span, expr.name + " takes neither DISTINCT nor *");
    if (is_log_parser(expr.name))
        return error_at(expr.span,
                        expr.name +
                            " gives a record: it stands alone in a select list, and a query above "
                            "reads its fields, as in t.rec.COLUMN1");
    if (is_predicate(expr.name)) return predicate(expr);
    WR_TRY(std::vector<BoundPtr> args, bind_args(expr));
    if (expr.name == "COALESCE") return coalesce(expr, std::move(args));
    if (expr.name == "NULLIF" && args.size() == 2) {
        const Type type = args[0]->type;
        WR_TRY(BoundPtr equal, bind_comparison(Op::Equal, args[0], args[1], expr.span));
        ast::Expr null;
        WR_TRY(BoundPtr nothing, bind_literal(null));
        return make_bound(
            Op::Case, type, {std::move(equal), converted(std::move(nothing), type), args[0]});
    }
    if (expr.name == "MONOTONIC" && args.size() == 1) {
        auto asserted = std::make_shared<BoundExpr>(*args[0]);
        if (asserted->monotonic == Monotonic::None) asserted->monotonic = Monotonic::Ascending;
        if (!asserted->literal.null) asserted->literal.s = asserted->text;
        return BoundPtr(std::move(asserted));
    }
    return function(expr, std::move(args));
}

Compiled<BoundPtr> ExpressionBinder::function(const ast::Expr& expr, std::vector<BoundPtr> args) {
    if (scope_.functions != nullptr) {
        WR_TRY(BoundPtr written_out, scope_.functions->call(expr, args, scope_.functions_known));
        if (written_out) return written_out;
    }
    std::string name = expr.name;
    if (name == "EXTRACT" && expr.unit == TimeUnit::Second) name = "EXTRACT SECOND";
    if (name == "SUBSTRING" || name == "SUBSTRING,") name = form_of_substring(name, args);
    const Function* const found = find_function(name);
    if (found == nullptr) {
        for (const char* later : later_functions)
            if (name == later) return not_supported(expr.span, "the function " + name);
        return error_at(
            expr.span,
            "No match found for function signature " + name + "(" + list_types(args) + ")");
    }
    const std::string written = list_types(args);
    bool fits = true;
    size_t next = 0;
    bool optional = false;
    for (const char letter : found->signature) {
        if (letter == '?') {
            optional = true;
        } else if (next < args.size()) {
            fits = fits && fit_argument(letter, args[next]);
            ++next;
        } else if (!optional) {
            fits = false;
        }
    }
    if (!fits || next < args.size() || !arguments_agree(name, args))
        return error_at(expr.span,
                        "Cannot apply '" + std::string(found->name) + "' to arguments of type (" +
                            written + ")");
    auto bound = std::make_shared<BoundExpr>();
    bound->op = Op::Call;
    bound->type = found->result(args);
    bound->monotonic = monotonic_of(name, args);
    bound->function = found;
    bound->unit = expr.unit;
    bound->args = std::move(args);
    return BoundPtr(std::move(bound));
}

Compiled<BoundPtr> ExpressionBinder::predicate(const ast::Expr& expr) {
    WR_TRY(std::vector<BoundPtr> args, bind_args(expr));
    if (expr.name == "IN") return in_list(expr, std::move(args));
    if (expr.name == "LIKE" || expr.name == "SIMILAR TO") {
        WR_TRY(BoundPtr like, function(expr, std::move(args)));
        return negated_if(expr.negated, std::move(like));
    }
    if (expr.name == "BETWEEN") {
        WR_TRY(BoundPtr low, bind_comparison(Op::GreaterOrEqual, args[0], args[1], expr.span));
        WR_TRY(BoundPtr high, bind_comparison(Op::LessOrEqual, args[0], args[2], expr.span));
        return negated_if(expr.negated,
                          make_bound(Op::And, boolean, {std::move(low), std::move(high)}));
    }
    if (expr.name == "IS DISTINCT FROM") {
        WR_TRY(BoundPtr differ, bind_comparison(Op::NotEqual, args[0], args[1], expr.span));
        BoundPtr a_null = make_bound(Op::IsNull, boolean, {args[0]});
        BoundPtr b_null = make_bound(Op::IsNull, boolean, {args[1]});
        BoundPtr one = make_bound(Op::Or, boolean, {a_null, b_null});
        BoundPtr both = make_bound(Op::And, boolean, {a_null, b_null});
        BoundPtr distinct =
            make_bound(Op::Case,
                       boolean,
                       {std::move(one), negated_if(true, std::move(both)), std::move(differ)});
        return negated_if(expr.negated, std::move(distinct));
    }
    if (expr.name != "IS NULL" && args[0]->type.kind != TypeKind::Boolean &&
        !args[0]->type.is_null())
        return error_at(expr.span,
                        expr.name + " needs a BOOLEAN, this is " + args[0]->type.to_text());
    const Op op = expr.name == "IS TRUE"    ? Op::IsTrue
                  : expr.name == "IS FALSE" ? Op::IsFalse
                                            : Op::IsNull;
    return negated_if(expr.negated, make_bound(op, boolean, std::move(args)));
}

Compiled<BoundPtr> ExpressionBinder::in_list(const ast::Expr& expr, std::vector<BoundPtr> args) {
    std::vector<BoundPtr> tests;
    for (size_t i = 1; i < args.size(); ++i) {
        WR_TRY(BoundPtr test, bind_comparison(Op::Equal, args[0], args[i], expr.args[i]->span));
        tests.push_back(std::move(test));
    }
    return negated_if(expr.negated, make_bound(Op::Or, boolean, std::move(tests)));
}

Compiled<BoundPtr> ExpressionBinder::coalesce(const ast::Expr& expr, std::vector<BoundPtr> args) {
    if (args.empty()) return error_at(expr.span, "COALESCE needs at least one argument");
    Type type;
    for (size_t i = 0; i < args.size(); ++i) {
        const auto common = common_type(type, args[i]->type);
        if (!common)
            return error_at(expr.args[i]->span,
                            "the arguments of COALESCE have no common type: " + type.to_text() +
                                " and " + args[i]->type.to_text());
        type = *common;
    }
    std::vector<BoundPtr> parts;
    for (size_t i = 0; i + 1 < args.size(); ++i) {
        parts.push_back(negated_if(true, make_bound(Op::IsNull, boolean, {args[i]})));
        parts.push_back(converted(args[i], type));
    }
    parts.push_back(converted(args.back(), type));
    return make_bound(Op::Case, type, std::move(parts));
}

}  // namespace wr::sql
