// Functions in FROM: their arguments, the columns they look at and those they give.
#include <algorithm>

#include "sql/binder.h"

namespace wr::sql {
namespace {

struct Limits {
    const char* name;
    int64_t otherwise;
    int64_t least;
    int64_t most;
};

constexpr size_t numeric_columns_max = 30;

Compiled<int64_t> whole_number(const ast::TableFunction& written,
                               size_t place,
                               const Limits& limits) {
    if (place >= written.args.size()) return limits.otherwise;
    const ast::Expr& arg = *written.args[place];
    if (arg.kind != ast::ExprKind::Literal || arg.type.kind != TypeKind::BigInt)
        return error_at(arg.span, std::string(limits.name) + " must be a whole number");
    const int64_t value = arg.text.size() > 10 ? -1 : std::stoll(arg.text);
    if (value < limits.least || value > limits.most)
        return error_at(arg.span,
                        std::string(limits.name) + " is between " + std::to_string(limits.least) +
                            " and " + std::to_string(limits.most));
    return value;
}

ScopeColumn column(std::string name, Type type) {
    ScopeColumn described;
    described.name = std::move(name);
    described.type = type;
    return described;
}

Compiled<void> random_cut_forest(const ast::TableFunction& written,
                                 Relation& relation,
                                 TableFunction& function) {
    constexpr Limits limits[] = {{"numberOfTrees", 100, 1, 1000},
                                 {"subSampleSize", 256, 10, 1000},
                                 {"timeDecay", 100'000, 1, 2'147'483'647},
                                 {"shingleSize", 1, 1, 30}};
    if (written.args.size() > 4)
        return error_at(written.name.span,
                        "RANDOM_CUT_FOREST takes a CURSOR and up to four numbers");
    for (size_t i = 0; i < 4; ++i) {
        WR_TRY(const int64_t number, whole_number(written, i, limits[i]));
        function.numbers.push_back(number);
    }
    if (function.numbers[1] >= function.numbers[2])
        return error_at(written.name.span, "subSampleSize must be less than timeDecay");
    for (size_t i = 0; i < relation.columns.size(); ++i) {
        const Type& type = relation.columns[i].type;
        if (type.kind == TypeKind::Decimal)
            return error_at(written.name.span,
                            "RANDOM_CUT_FOREST does not take the DECIMAL column '" +
                                relation.columns[i].name + "'; use DOUBLE instead");
        if (type.is_numeric()) function.columns.push_back(static_cast<uint32_t>(i));
    }
    if (function.columns.empty() || function.columns.size() > numeric_columns_max)
        return error_at(written.name.span, "RANDOM_CUT_FOREST needs 1 to 30 numeric columns");
    relation.columns.push_back(column("ANOMALY_SCORE", make_type(TypeKind::Double)));
    return {};
}

Compiled<void> tumbling_items(const ast::TableFunction& written,
                              Relation& relation,
                              TableFunction& function) {
    const bool top = function.kind == TableFunctionKind::TopKItems;
    if (written.args.size() != (top ? 3 : 2))
        return error_at(
            written.name.span,
            written.name.text + (top ? " takes a CURSOR, the name of a column, a number of "
                                       "items and a number of seconds"
                                     : " takes a CURSOR, the name of a column and a number "
                                       "of seconds"));
    const ast::Expr& name = *written.args[0];
    if (name.kind != ast::ExprKind::Literal || !name.type.is_character())
        return error_at(name.span, "the name of a column in single quotes is expected");
    const auto at = std::find_if(relation.columns.begin(),
                                 relation.columns.end(),
                                 [&](const ScopeColumn& other) { return other.name == name.text; });
    if (at == relation.columns.end())
        return error_at(name.span, "Column '" + name.text + "' not found in the CURSOR");
    function.columns = {static_cast<uint32_t>(at - relation.columns.begin())};
    if (top) {
        WR_TRY(const int64_t items, whole_number(written, 1, {"K", 0, 1, 100'000}));
        function.numbers.push_back(items);
    }
    WR_TRY(const int64_t seconds,
           whole_number(written, written.args.size() - 1, {"windowSize", 0, 1, 3600}));
    function.numbers.push_back(seconds * 1000);
    const ScopeColumn item = column(at->name, at->type);
    relation.columns.clear();
    if (top) relation.columns.push_back(item);
    relation.columns.push_back(column(top ? "MOST_FREQUENT_VALUES" : "NUMBER_OF_DISTINCT_ITEMS",
                                      make_type(TypeKind::BigInt)));
    return {};
}

}  // namespace

Compiled<Relation> QueryBinder::table_function(const ast::TableFunction& written) {
    const std::string& name = written.name.text;
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Function;
    if (name == "RANDOM_CUT_FOREST") {
        node->function.kind = TableFunctionKind::RandomCutForest;
    } else if (name == "TOP_K_ITEMS_TUMBLING") {
        node->function.kind = TableFunctionKind::TopKItems;
    } else if (name == "COUNT_DISTINCT_ITEMS_TUMBLING") {
        node->function.kind = TableFunctionKind::CountDistinctItems;
    } else {
        for (const char* later : {"RANDOM_CUT_FOREST_WITH_EXPLANATION", "HOTSPOTS", "GROUP_RANK"})
            if (name == later) return not_supported(written.name.span, "the function " + name);
        return error_at(written.name.span, "No match found for table function " + name);
    }
    WR_TRY(Relation relation, bind(*written.cursor));
    const bool forest = node->function.kind == TableFunctionKind::RandomCutForest;
    WR_TRY_VOID(forest ? random_cut_forest(written, relation, node->function)
                       : tumbling_items(written, relation, node->function));
    // What followed from the rows' ROWTIME below is an ordinary column above.
    if (!forest)
        for (auto& described : relation.columns) described.from_rowtime = nullptr;
    for (const auto& described : relation.columns) node->types.push_back(described.type);
    node->inputs.push_back(std::move(relation.node));
    relation.node = std::move(node);
    return relation;
}

}  // namespace wr::sql
