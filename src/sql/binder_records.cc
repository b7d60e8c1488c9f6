// Records: what log parsers give. A record has no value of its own, its fields are columns.
#include <algorithm>

#include "sql/binder.h"
#include "sql/log_parser.h"

namespace wr::sql {
namespace {

/// Where the next visible column, or record of several, ends.
size_t end_of_unit(const std::vector<ScopeColumn>& columns, size_t from) {
    size_t end = from + 1;
    if (columns[from].record.empty()) return end;
    while (end < columns.size() && columns[end].record == columns[from].record) ++end;
    return end;
}

}  // namespace

Compiled<BoundPtr> ExpressionBinder::bind_record(const ast::Expr& expr) {
    if (expr.args.empty())
        return error_at(expr.span, expr.name + " takes a text and what it looks like");
    WR_TRY(BoundPtr text, bind(*expr.args[0]));
    if (!text->type.is_character() && !text->type.is_null())
        return error_at(expr.args[0]->span,
                        expr.name + " parses a text, this is " + text->type.to_text());
    std::vector<LogArgument> arguments;
    for (size_t i = 1; i < expr.args.size(); ++i) {
        const ast::Expr& arg = *expr.args[i];
        const bool number = arg.type.kind == TypeKind::BigInt;
        if (arg.kind != ast::ExprKind::Literal || (!number && !arg.type.is_character()))
            return error_at(arg.span, "a constant is expected here, since it makes the columns");
        arguments.push_back({arg.text, number, arg.span});
    }
    WR_TRY(LogParserPtr parser, make_log_parser(expr.name, arguments, expr.span));
    auto record = std::make_shared<BoundExpr>();
    record->op = Op::Record;
    record->parser = std::move(parser);
    if (text->type.is_null()) text = converted(std::move(text), make_type(TypeKind::VarChar, 1));
    record->args = {std::move(text)};
    return BoundPtr(std::move(record));
}

Compiled<void> QueryBinder::add_record(const ast::SelectItem& item,
                                       ExpressionBinder& binder,
                                       Relation& relation) {
    WR_TRY(const BoundPtr record, binder.bind_record(*item.expr));
    const std::string name =
        item.alias ? item.alias->text : "EXPR$" + std::to_string(relation.node->expressions.size());
    uint32_t number = 0;
    for (const auto& described : record->parser->fields()) {
        auto field = std::make_shared<BoundExpr>();
        field->op = Op::Field;
        field->type = described.type;
        field->column = number++;
        field->args = {record};
        ScopeColumn column;
        column.name = described.name;
        column.type = described.type;
        column.record = name;
        relation.columns.push_back(std::move(column));
        relation.node->expressions.push_back(std::move(field));
    }
    return {};
}

Compiled<void> rename_columns(const std::vector<ast::Name>& names,
                              std::vector<ScopeColumn>& columns) {
    size_t visible = 0;
    for (size_t at = 0; at < columns.size(); at = end_of_unit(columns, at))
        if (!columns[at].system) ++visible;
    if (names.size() != visible)
        return error_at(names[0].span,
                        "the list names " + std::to_string(names.size()) + " columns, there are " +
                            std::to_string(visible));
    size_t at = 0;
    for (const auto& name : names) {
        const size_t end = end_of_unit(columns, at);
        const bool record = !columns[at].record.empty();
        for (; at < end; ++at) (record ? columns[at].record : columns[at].name) = name.text;
    }
    return {};
}

}  // namespace wr::sql
