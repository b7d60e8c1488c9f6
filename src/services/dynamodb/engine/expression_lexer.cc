// Splits an expression into tokens that point into it.
#include "services/dynamodb/engine/expression_lexer.h"

#include <string>

namespace wr::dynamodb {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) {
    return is_name_start(c) || is_digit(c);
}
bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// The byte length of the UTF-8 character that `c` begins.
size_t character_length(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xF0) return 4;
    if (byte >= 0xE0) return 3;
    return byte >= 0xC0 ? 2 : 1;
}

size_t run_length(std::string_view text, size_t from, bool (*accepts)(char)) {
    size_t end = from;
    while (end < text.size() && accepts(text[end])) ++end;
    return end - from;
}

std::pair<TokenKind, size_t> next_token(std::string_view text, size_t at) {
    const char c = text[at];
    if (is_name_start(c)) return {TokenKind::Identifier, run_length(text, at, is_name_part)};
    if (is_digit(c)) return {TokenKind::Digits, run_length(text, at, is_digit)};
    if (c == '#' || c == ':') {
        const size_t length = run_length(text, at + 1, is_name_part);
        if (length == 0) return {TokenKind::Unknown, 1};
        return {c == '#' ? TokenKind::NamePlaceholder : TokenKind::ValuePlaceholder, length + 1};
    }
    const std::string_view pair = text.substr(at, 2);
    if (pair == "<>" || pair == "<=" || pair == ">=") return {TokenKind::Symbol, 2};
    if (std::string_view("(),.[]=<>+-").find(c) != std::string_view::npos) {
        return {TokenKind::Symbol, 1};
    }
    return {TokenKind::Unknown, character_length(c)};
}

}  // namespace

std::vector<Token> tokenize(std::string_view expression) {
    std::vector<Token> tokens;
    size_t at = 0;
    while (at < expression.size()) {
        if (is_space(expression[at])) {
            ++at;
            continue;
        }
        const auto [kind, length] = next_token(expression, at);
        tokens.push_back({kind, expression.substr(at, length), at});
        at += tokens.back().text.size();
    }
    tokens.push_back({TokenKind::End, {}, expression.size()});
    return tokens;
}

bool is_word(const Token& token, std::string_view upper_case_word) {
    if (token.kind != TokenKind::Identifier || token.text.size() != upper_case_word.size()) {
        return false;
    }
    for (size_t i = 0; i < token.text.size(); ++i) {
        const char c = token.text[i];
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        if (upper != upper_case_word[i]) return false;
    }
    return true;
}

}  // namespace wr::dynamodb
