#pragma once
// ParserBase: what the three expression grammars share - tokens, syntax errors, paths, findings.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/engine/expression_lexer.h"
#include "services/dynamodb/engine/expression_parser.h"

namespace wr::dynamodb {

/// Mistakes other than syntax. AWS reports the one of the lowest rank, not the first in the text.
enum class Finding {
    RedundantParentheses,
    UnknownFunction,
    MisusedFunction,
    ReservedWord,
    RepeatedSection,
    UndefinedName,
    UndefinedValue,
    PathOverlap,
    PathConflict,
    OperandCount,
    NotDistinct,
    OperandType,
};
constexpr size_t finding_count = 12;

class ParserBase {
public:
    ParserBase(std::string_view text, std::string_view parameter, Placeholders& placeholders)
        : text_(text),
          parameter_(parameter),
          placeholders_(placeholders),
          tokens_(tokenize(text)) {}

protected:
    /// Empty or too long.
    Result<void> check_size() const;
    const Token& token() const { return tokens_[at_]; }
    void advance() {
        if (token().kind != TokenKind::End) ++at_;
    }
    bool is_symbol(std::string_view symbol) const {
        return token().kind == TokenKind::Symbol && token().text == symbol;
    }
    /// Advances over `symbol` when it is there.
    bool take_symbol(std::string_view symbol);
    bool take_word(std::string_view upper_case_word);
    Result<void> expect_symbol(std::string_view symbol);
    /// At the current token.
    base::Failure<Error> syntax_error() const;
    base::Failure<Error> error(const std::string& text) const;

    void find(Finding finding, std::string text);
    /// The finding that AWS would name, as an error.
    Result<void> check_findings() const;
    /// Counts one operator or function against the limit.
    Result<void> count_operator();
    Result<void> enter();  ///< one level of nesting, bounded
    void leave() { --depth_; }

    /// Words that cannot be names in this grammar.
    virtual bool is_keyword(const Token& token) const = 0;
    virtual ~ParserBase() = default;
    Result<Path> parse_path();
    /// At a value placeholder.
    Operand take_value();
    /// At an identifier followed by "(".
    bool at_function() const;
    /// The arguments, parentheses included.
    Result<std::vector<Operand>> parse_arguments();
    virtual Result<Operand> parse_operand() = 0;

private:
    Result<PathStep> parse_index();
    Result<std::string> parse_name();

    std::string_view text_;
    std::string_view parameter_;
    Placeholders& placeholders_;
    std::vector<Token> tokens_;
    size_t at_ = 0;
    int operators_ = 0;
    int depth_ = 0;
    std::array<std::string, finding_count> findings_;
};

/// Records overlaps and conflicts between `paths` and their last element.
struct PathClash {
    bool overlap = false;   ///< one is the other or contains it
    bool conflict = false;  ///< one treats as a map what the other treats as a list
    std::string text;
};
PathClash path_clash(const Path& first, const Path& second);

/// Empty when `value` may stand where any of `types` is expected.
std::string operand_type_error(std::string_view function, Type type);

}  // namespace wr::dynamodb
