// Looks at the last tokens of an item: an alias stands where an expression could not go on.
#include "services/athena/engine/select_items.h"

#include <algorithm>
#include <array>

namespace wr::athena {
namespace {

using Words = std::initializer_list<std::string_view>;

bool is_one_of(const Token& token, Words words) {
    return std::any_of(
        words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

/// Words that stand alone as an expression.
bool is_constant(const Token& token) {
    return is_one_of(token,
                     {"NULL",
                      "TRUE",
                      "FALSE",
                      "CURRENT_DATE",
                      "CURRENT_TIME",
                      "CURRENT_TIMESTAMP",
                      "LOCALTIME",
                      "LOCALTIMESTAMP"});
}

bool is_column(std::span<const Token> item) {
    if (item.size() == 1 && is_constant(item[0])) return false;
    for (size_t i = 0; i < item.size(); ++i)
        if (i % 2 == 0 ? !item[i].is_name() : !item[i].is(".")) return false;
    return item.size() % 2 == 1;
}

}  // namespace

bool select_item_is_named(std::span<const Token> item) {
    if (item.empty() || is_column(item)) return true;
    const Token& last = item.back();
    if (last.is("*")) return true;
    if (item.size() < 2 || !last.is_name()) return false;
    const Token& previous = item[item.size() - 2];
    if (previous.is("AS")) return true;
    if (last.kind == TokenKind::Word && (is_constant(last) || last.is("END"))) return false;
    // INTERVAL '1' DAY ends with a unit, not with an alias.
    if (item.size() >= 3 && item[item.size() - 3].is("INTERVAL")) return false;
    if (previous.is(")") || previous.is("]") || previous.kind == TokenKind::String ||
        previous.kind == TokenKind::Number || previous.kind == TokenKind::QuotedWord)
        return true;
    if (previous.kind != TokenKind::Word) return false;
    return !is_one_of(previous,
                      {"AND",
                       "OR",
                       "NOT",
                       "IS",
                       "LIKE",
                       "BETWEEN",
                       "IN",
                       "THEN",
                       "ELSE",
                       "WHEN",
                       "CASE",
                       "DISTINCT",
                       "FROM",
                       "ESCAPE",
                       "INTERVAL",
                       "ZONE"});
}

}  // namespace wr::athena
