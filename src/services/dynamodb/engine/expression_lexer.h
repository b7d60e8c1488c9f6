#pragma once
// Tokens of DynamoDB's expression language.

#include <string_view>
#include <vector>

namespace wr::dynamodb {

enum class TokenKind {
    Identifier,        ///< also keywords, which depend on the kind of expression
    NamePlaceholder,   ///< #name
    ValuePlaceholder,  ///< :value
    Digits,
    Symbol,  ///< ( ) , . [ ] = <> < <= > >= + -
    Unknown,
    End,
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string_view text;  ///< a part of the expression
    size_t begin = 0;
};

/// Never fails: what is no token becomes Unknown, for the parser to name. Ends with End.
std::vector<Token> tokenize(std::string_view expression);

/// Without regard to case.
bool is_word(const Token& token, std::string_view upper_case_word);

}  // namespace wr::dynamodb
