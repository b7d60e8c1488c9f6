// A walk over every expression of a script.
#include "sql/export/function_names.h"

#include <set>

#include "sql/binder.h"

namespace wr::sql {
namespace {

class NameCheck {
public:
    explicit NameCheck(const ast::Application& application) {
        for (const auto& function : application.functions) own_.insert(function.name.text);
    }

    Compiled<void> check(const ast::ExprPtr& expr) const {
        if (!expr) return {};
        const bool is_call = expr->kind == ast::ExprKind::Call;
        if (is_call && !is_function_name(expr->name) && !own_.contains(expr->name))
            return error_at(expr->span, "There is no function " + expr->name);
        WR_TRY_VOID(check(expr->args));
        return expr->over ? check(*expr->over) : Compiled<void>{};
    }

    Compiled<void> check(const ast::Select& select) const {
        for (const auto& part : select.unions) WR_TRY_VOID(check(*part));
        for (const auto& row : select.values) WR_TRY_VOID(check(row));
        for (const auto& item : select.items) WR_TRY_VOID(check(item.expr));
        WR_TRY_VOID(check(select.from));
        for (const auto& join : select.joins) {
            WR_TRY_VOID(check(join.table));
            WR_TRY_VOID(check(join.on));
        }
        WR_TRY_VOID(check(select.where));
        WR_TRY_VOID(check(select.group_by));
        WR_TRY_VOID(check(select.having));
        for (const auto& named : select.windows) WR_TRY_VOID(check(named.window));
        for (const auto& order : select.order_by) WR_TRY_VOID(check(order.expr));
        return {};
    }

private:
    Compiled<void> check(const std::vector<ast::ExprPtr>& list) const {
        for (const auto& expr : list) WR_TRY_VOID(check(expr));
        return {};
    }

    Compiled<void> check(const ast::Window& window) const {
        WR_TRY_VOID(check(window.partition_by));
        return check(window.order_by);
    }

    Compiled<void> check(const ast::TableRef& table) const {
        if (table.query) WR_TRY_VOID(check(*table.query));
        if (!table.function) return {};
        const ast::Name& name = table.function->name;
        if (!is_table_function_name(name.text))
            return error_at(name.span, "There is no table function " + name.text);
        if (table.function->cursor) WR_TRY_VOID(check(*table.function->cursor));
        return check(table.function->args);
    }

    std::set<std::string> own_;
};

}  // namespace

Compiled<void> check_function_names(const ast::Application& application) {
    const NameCheck names(application);
    for (const auto& function : application.functions) WR_TRY_VOID(names.check(function.body));
    for (const auto& pump : application.pumps)
        if (pump.query) WR_TRY_VOID(names.check(*pump.query));
    return {};
}

}  // namespace wr::sql
