// Functions by name and exact types. Calls within calls can grow beyond all measure, so what is
// written out is counted.
#include "sql/user_functions.h"

#include <algorithm>

namespace wr::sql {
namespace {

constexpr size_t call_nodes_max = 10'000;
constexpr size_t application_nodes_max = 1'000'000;

/// Lengths of text and bytes are no part of what must be equal.
bool fits(const Type& arg, const Type& parameter) {
    if (arg.is_null()) return true;
    if (arg.is_character() && parameter.is_character()) return true;
    if (arg.is_binary() && parameter.is_binary()) return true;
    if (arg.kind != parameter.kind) return false;
    return arg.kind != TypeKind::Decimal ||
           (arg.scale == parameter.scale && arg.length <= parameter.length);
}

/// Of the result more is allowed than of arguments: this engine's sums may be wider or narrower.
bool returns(const Type& body, const Type& declared) {
    return fits(body, declared) || (body.is_exact() && declared.is_exact()) ||
           (body.is_approximate() && declared.is_approximate());
}

bool takes(const ast::CreateFunction& function, const std::vector<BoundPtr>& args) {
    return std::equal(args.begin(),
                      args.end(),
                      function.parameters.begin(),
                      function.parameters.end(),
                      [](const BoundPtr& arg, const ast::Column& parameter) {
                          return fits(arg->type, parameter.type);
                      });
}

/// Stops counting at `most`.
size_t count_nodes(const BoundExpr& expr, size_t most) {
    size_t count = 1;
    for (const auto& arg : expr.args)
        if (count < most) count += count_nodes(*arg, most - count);
    return count;
}

BoundPtr null_unless_all(BoundPtr body, const std::vector<BoundPtr>& args) {
    const Type boolean = make_type(TypeKind::Boolean);
    std::vector<BoundPtr> tests;
    for (const auto& arg : args) tests.push_back(make_bound(Op::IsNull, boolean, {arg}));
    if (tests.empty()) return body;
    auto nothing = std::make_shared<BoundExpr>();
    nothing->monotonic = Monotonic::Constant;
    const Type type = body->type;
    return make_bound(Op::Case,
                      type,
                      {make_bound(Op::Or, boolean, std::move(tests)),
                       converted(std::move(nothing), type),
                       std::move(body)});
}

}  // namespace

Compiled<void> UserFunctions::add(const ast::CreateFunction& written) {
    const auto same_parameters = [](const ast::Column& a, const ast::Column& b) {
        return fits(a.type, b.type) && fits(b.type, a.type);
    };
    for (const auto* other : all_)
        if (other->name.text == written.name.text && std::equal(other->parameters.begin(),
                                                                other->parameters.end(),
                                                                written.parameters.begin(),
                                                                written.parameters.end(),
                                                                same_parameters))
            return error_at(written.name.span,
                            "the function '" + written.name.text +
                                "' is created twice with the same parameters");
    std::vector<BoundPtr> parameters;
    for (const auto& parameter : written.parameters) {
        ScopeColumn column;
        column.type = parameter.type;
        parameters.push_back(make_column(static_cast<uint32_t>(parameters.size()), column));
    }
    WR_TRY(const BoundPtr body, bind_body(written, parameters, all_.size()));
    if (mentions_rowtime(*body))
        return error_at(written.body->span, "a function has no ROWTIME; pass it as a TIMESTAMP");
    all_.push_back(&written);
    return {};
}

Compiled<BoundPtr> UserFunctions::bind_body(const ast::CreateFunction& function,
                                            const std::vector<BoundPtr>& args,
                                            size_t known) const {
    Scope scope;
    scope.functions = this;
    scope.functions_known = known;
    scope.sources.emplace_back();
    scope.sources[0].name = function.name.text;
    for (size_t i = 0; i < args.size(); ++i) {
        ScopeColumn column;
        column.name = function.parameters[i].name.text;
        column.type = function.parameters[i].type;
        // The parameter stands for the argument itself.
        column.from_rowtime = args[i]->type.is_null() ? converted(args[i], column.type) : args[i];
        scope.sources[0].columns.push_back(std::move(column));
    }
    ExpressionBinder binder(scope);
    WR_TRY(BoundPtr body, binder.bind(*function.body));
    if (!returns(body->type, function.returns))
        return error_at(function.body->span,
                        "the function returns " + function.returns.to_text() + ", its body is " +
                            body->type.to_text());
    body = converted(std::move(body), function.returns);
    return function.null_on_null ? null_unless_all(std::move(body), args) : std::move(body);
}

Compiled<BoundPtr> UserFunctions::call(const ast::Expr& expr,
                                       const std::vector<BoundPtr>& args,
                                       size_t known) const {
    for (size_t i = 0; i < std::min(known, all_.size()); ++i) {
        const ast::CreateFunction& function = *all_[i];
        if (function.name.text != expr.name || !takes(function, args)) continue;
        auto body = bind_body(function, args, i);
        // Bodies are right by themselves: what fails now is too large.
        if (!body) return error_at(expr.span, body.error().message);
        const size_t nodes = count_nodes(**body, call_nodes_max);
        nodes_ += nodes;
        if (nodes >= call_nodes_max || nodes_ > application_nodes_max)
            return error_at(expr.span, "the call is too large when its functions are written out");
        return body;
    }
    return BoundPtr();
}

}  // namespace wr::sql
