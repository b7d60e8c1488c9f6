#pragma once
// Lexer: application code to tokens. Unquoted identifiers come out in upper case.

#include <string>
#include <string_view>
#include <vector>

#include "sql/source.h"

namespace wr::sql {

enum class TokenKind : uint8_t {
    End,
    Word,        ///< unquoted identifier or keyword, upper case
    QuotedName,  ///< "name", exact, quotes removed
    String,      ///< 'text' or u&'text', decoded
    Integer,
    Decimal,
    Approximate,
    Symbol  ///< operator or punctuation; != comes out as <>
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text;
    SourceSpan span;

    bool is_word(std::string_view word) const { return kind == TokenKind::Word && text == word; }
    bool is_symbol(std::string_view symbol) const {
        return kind == TokenKind::Symbol && text == symbol;
    }
    bool is_name() const { return kind == TokenKind::Word || kind == TokenKind::QuotedName; }
    /// As it is named in error messages.
    std::string described() const;
};

constexpr size_t identifier_length_max = 128;

/// The last token is End. Comments (--, /* */, //) and blanks are dropped.
Compiled<std::vector<Token>> tokenize(std::string_view code);

}  // namespace wr::sql
