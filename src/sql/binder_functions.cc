// Functions in FROM: their arguments, the columns they look at and those they give.
#include <algorithm>
#include <initializer_list>
#include <iterator>

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

/// The numeric columns, which the function looks at; DECIMAL is not among them.
Compiled<void> numeric_columns(const ast::TableFunction& written,
                               const Relation& relation,
                               TableFunction& function) {
    const std::string& name = written.name.text;
    for (size_t i = 0; i < relation.columns.size(); ++i) {
        const Type& type = relation.columns[i].type;
        if (type.kind == TypeKind::Decimal)
            return error_at(written.name.span,
                            name + " does not take the DECIMAL column '" +
                                relation.columns[i].name + "'; use DOUBLE instead");
        if (type.is_numeric()) function.columns.push_back(static_cast<uint32_t>(i));
    }
    if (function.columns.empty() || function.columns.size() > numeric_columns_max)
        return error_at(written.name.span, name + " needs 1 to 30 numeric columns");
    return {};
}

Compiled<void> random_cut_forest(const ast::TableFunction& written,
                                 Relation& relation,
                                 TableFunction& function) {
    constexpr Limits limits[] = {{"numberOfTrees", 100, 1, 1000},
                                 {"subSampleSize", 256, 10, 1000},
                                 {"timeDecay", 100'000, 1, 2'147'483'647},
                                 {"shingleSize", 1, 1, 30}};
    const std::string& name = written.name.text;
    const bool explains = name == "RANDOM_CUT_FOREST_WITH_EXPLANATION";
    if (written.args.size() > (explains ? 5 : 4))
        return error_at(written.name.span,
                        name + " takes a CURSOR and up to four numbers" +
                            (explains ? ", then TRUE or FALSE" : ""));
    for (size_t i = 0; i < 4; ++i) {
        WR_TRY(const int64_t number, whole_number(written, i, limits[i]));
        function.numbers.push_back(number);
    }
    if (function.numbers[1] >= function.numbers[2])
        return error_at(written.name.span, "subSampleSize must be less than timeDecay");
    if (written.args.size() == 5) {
        const ast::Expr& arg = *written.args[4];
        if (arg.kind != ast::ExprKind::Literal || arg.type.kind != TypeKind::Boolean)
            return error_at(arg.span, "withDirectionality must be TRUE or FALSE");
        function.directions = arg.text == "TRUE";
    }
    WR_TRY_VOID(numeric_columns(written, relation, function));
    if (explains)
        for (const uint32_t at : function.columns)
            function.names.push_back(relation.columns[at].name);
    relation.columns.push_back(column("ANOMALY_SCORE", make_type(TypeKind::Double)));
    if (explains)
        relation.columns.push_back(
            column("ANOMALY_EXPLANATION", make_type(TypeKind::VarChar, character_length_max)));
    return {};
}

Compiled<void> hotspots(const ast::TableFunction& written,
                        Relation& relation,
                        TableFunction& function) {
    if (written.args.size() != 3)
        return error_at(written.name.span,
                        "HOTSPOTS takes a CURSOR, a number of rows, a radius and a number of "
                        "points");
    WR_TRY(const int64_t window, whole_number(written, 0, {"windowSize", 0, 100, 1000}));
    WR_TRY(const int64_t points,
           whole_number(written, 2, {"minimumNumberOfPointsInAHotspot", 0, 2, window}));
    function.numbers = {window, points};
    const ast::Expr& radius = *written.args[1];
    if (radius.kind == ast::ExprKind::Literal && radius.type.is_numeric()) {
        WR_TRY(const BoundPtr number, bind_literal(radius));
        function.radius = number->type.is_approximate()
                              ? number->literal.d
                              : static_cast<double>(number->literal.i) /
                                    static_cast<double>(power_of_ten(number->type.scale));
    }
    if (function.radius <= 0)
        return error_at(radius.span, "scanRadius must be a number greater than 0");
    WR_TRY_VOID(numeric_columns(written, relation, function));
    relation.columns.push_back(
        column("HOTSPOTS_RESULT", make_type(TypeKind::VarChar, character_length_max)));
    return {};
}

/// The place of one of the words in lower case; they are listed in the message.
Compiled<size_t> word_of(const ast::TableFunction& written,
                         size_t place,
                         const char* name,
                         std::initializer_list<const char*> words) {
    const ast::Expr& arg = *written.args[place];
    std::string list;
    for (const char* word : words) list += (list.empty() ? "'" : ", '") + std::string(word) + "'";
    std::string text = arg.text;
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (arg.kind == ast::ExprKind::Literal && arg.type.is_character()) {
        const auto at = std::find(words.begin(), words.end(), text);
        if (at != words.end()) return static_cast<size_t>(at - words.begin());
    }
    return error_at(arg.span, std::string(name) + " is one of " + list);
}

/// A column of the CURSOR, named in single quotes.
Compiled<uint32_t> named_column(const ast::Expr& name, const Relation& relation) {
    if (name.kind != ast::ExprKind::Literal || !name.type.is_character())
        return error_at(name.span, "the name of a column in single quotes is expected");
    const auto at = std::find_if(
        relation.columns.begin(), relation.columns.end(), [&](const ScopeColumn& other) {
            return other.record.empty() && other.name == name.text;
        });
    if (at == relation.columns.end())
        return error_at(name.span, "Column '" + name.text + "' not found in the CURSOR");
    return static_cast<uint32_t>(at - relation.columns.begin());
}

Compiled<void> group_rank(const ast::TableFunction& written,
                          Relation& relation,
                          TableFunction& function) {
    if (written.args.size() != 6)
        return error_at(written.name.span,
                        "GROUP_RANK takes a CURSOR, the column to rank by, the name of the rank, "
                        "its order, the order of the output, maxIdle and outputMax");
    WR_TRY(const uint32_t by, named_column(*written.args[0], relation));
    function.columns = {by};
    const ast::Expr& rank = *written.args[1];
    if (rank.kind != ast::ExprKind::Literal || !rank.type.is_character() || rank.text.empty())
        return error_at(rank.span, "the name of the rank in single quotes is expected");
    WR_TRY(const size_t order, word_of(written, 2, "sortOrder", {"asc", "desc"}));
    WR_TRY(const size_t output, word_of(written, 3, "outputOrder", {"none", "asc", "desc"}));
    function.descending = order == 1;
    function.output = static_cast<RankOutput>(output);
    constexpr int64_t most = 2'147'483'647;
    // Bounds tell when a group is complete, so that none is held until it was idle for long.
    WR_TRY_VOID(whole_number(written, 4, {"maxIdle", 0, 0, most}));
    WR_TRY(const int64_t rows, whole_number(written, 5, {"outputMax", 0, 0, most}));
    function.numbers = {rows};
    // Ranking changes the order of rows that have one ROWTIME.
    for (auto& described : relation.columns)
        if (!described.from_rowtime) described.monotonic = Monotonic::None;
    relation.columns.push_back(column(rank.text, make_type(TypeKind::Integer)));
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
    WR_TRY(const uint32_t at, named_column(*written.args[0], relation));
    function.columns = {at};
    if (top) {
        WR_TRY(const int64_t items, whole_number(written, 1, {"K", 0, 1, 100'000}));
        function.numbers.push_back(items);
    }
    WR_TRY(const int64_t seconds,
           whole_number(written, written.args.size() - 1, {"windowSize", 0, 1, 3600}));
    function.numbers.push_back(seconds * 1000);
    const ScopeColumn item = column(relation.columns[at].name, relation.columns[at].type);
    // What followed from the rows' ROWTIME below is an ordinary column above.
    relation.columns.clear();
    if (top) relation.columns.push_back(item);
    relation.columns.push_back(column(top ? "MOST_FREQUENT_VALUES" : "NUMBER_OF_DISTINCT_ITEMS",
                                      make_type(TypeKind::BigInt)));
    return {};
}

using Describe = Compiled<void> (*)(const ast::TableFunction&, Relation&, TableFunction&);
struct Known {
    const char* name;
    TableFunctionKind kind;
    Describe describe;
};

const Known* find_known(const std::string& name) {
    static constexpr Known all[] = {
        {"RANDOM_CUT_FOREST", TableFunctionKind::RandomCutForest, random_cut_forest},
        {"RANDOM_CUT_FOREST_WITH_EXPLANATION",
         TableFunctionKind::RandomCutForest,
         random_cut_forest},
        {"HOTSPOTS", TableFunctionKind::Hotspots, hotspots},
        {"GROUP_RANK", TableFunctionKind::GroupRank, group_rank},
        {"TOP_K_ITEMS_TUMBLING", TableFunctionKind::TopKItems, tumbling_items},
        {"COUNT_DISTINCT_ITEMS_TUMBLING", TableFunctionKind::CountDistinctItems, tumbling_items}};
    const auto found =
        std::ranges::find_if(all, [&](const Known& each) { return name == each.name; });
    return found == std::end(all) ? nullptr : found;
}

}  // namespace

bool is_table_function_name(const std::string& upper_case_name) {
    return find_known(upper_case_name) != nullptr;
}

Compiled<Relation> QueryBinder::table_function(const ast::TableFunction& written) {
    const Known* const known = find_known(written.name.text);
    if (known == nullptr)
        return error_at(written.name.span,
                        "No match found for table function " + written.name.text);
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Function;
    node->function.kind = known->kind;
    WR_TRY(Relation relation, bind(*written.cursor));
    WR_TRY_VOID(known->describe(written, relation, node->function));
    for (const auto& described : relation.columns) node->types.push_back(described.type);
    node->inputs.push_back(std::move(relation.node));
    relation.node = std::move(node);
    return relation;
}

}  // namespace wr::sql
