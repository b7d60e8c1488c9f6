#pragma once
// Tokens of Athena's two languages: Presto's SELECT and Hive's DDL.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wr::athena {

/// A fault in a statement; line and column count from 1.
struct SqlError {
    std::string message;
    int line = 1;
    int column = 1;
};
template <typename T>
using SqlResult = base::Result<T, SqlError>;

enum class TokenKind {
    Word,        ///< identifier or keyword, unquoted
    QuotedWord,  ///< "x" or `x`
    String,      ///< 'x'
    Number,
    Symbol,  ///< one of the operators, the longest that fits
    End,
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text;  ///< without quotes; words as written
    size_t begin = 0;  ///< byte range in the statement
    size_t end = 0;
    int line = 1;
    int column = 1;

    /// Unquoted word or symbol, whatever its case; `word` is upper case.
    bool is(std::string_view word) const;
    bool is_name() const { return kind == TokenKind::Word || kind == TokenKind::QuotedWord; }
};

/// Comments and white space are dropped; the last token is End.
SqlResult<std::vector<Token>> tokenize(std::string_view text);

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
/// "x", with inner quotes doubled.
std::string quote_name(std::string_view name);
/// 'x', with inner quotes doubled.
std::string quote_text(std::string_view text);

}  // namespace wr::athena
