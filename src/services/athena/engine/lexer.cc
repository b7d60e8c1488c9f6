// The lexer: one pass, positions kept for error texts and for rewriting in place.
#include "services/athena/engine/lexer.h"

#include <array>

namespace wr::athena {
namespace {

bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 128;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word_part(char c) {
    return is_word_start(c) || is_digit(c) || c == '$' || c == '@';
}
bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    SqlResult<std::vector<Token>> run() {
        std::vector<Token> tokens;
        while (true) {
            WR_TRY_VOID(skip_blank());
            Token token;
            token.begin = at_;
            token.line = line_;
            token.column = static_cast<int>(at_ - line_start_) + 1;
            if (at_ < text_.size()) WR_TRY_VOID(read(token));
            token.end = at_;
            tokens.push_back(std::move(token));
            if (tokens.back().kind == TokenKind::End) return tokens;
        }
    }

private:
    base::Failure<SqlError> fail(std::string message) const {
        return {SqlError{std::move(message), line_, static_cast<int>(at_ - line_start_) + 1}};
    }

    char peek(size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void advance() {
        if (text_[at_++] != '\n') return;
        ++line_;
        line_start_ = at_;
    }

    SqlResult<void> skip_blank() {
        while (at_ < text_.size()) {
            if (is_space(peek())) {
                advance();
            } else if (peek() == '-' && peek(1) == '-') {
                while (at_ < text_.size() && peek() != '\n') advance();
            } else if (peek() == '/' && peek(1) == '*') {
                const size_t end = text_.find("*/", at_ + 2);
                if (end == std::string_view::npos) return fail("unterminated comment");
                while (at_ < end + 2) advance();
            } else {
                break;
            }
        }
        return {};
    }

    SqlResult<void> read(Token& token) {
        const char c = peek();
        if (is_word_start(c)) {
            token.kind = TokenKind::Word;
            while (is_word_part(peek())) advance();
            token.text = text_.substr(token.begin, at_ - token.begin);
            return {};
        }
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return read_number(token);
        if (c == '\'') return read_quoted(token, TokenKind::String, c);
        if (c == '"' || c == '`') return read_quoted(token, TokenKind::QuotedWord, c);
        return read_symbol(token);
    }

    SqlResult<void> read_number(Token& token) {
        token.kind = TokenKind::Number;
        while (is_digit(peek()) || peek() == '.') advance();
        if (peek() == 'e' || peek() == 'E') {
            const size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
            if (is_digit(peek(sign)))
                for (at_ += sign; is_digit(peek());) advance();
        }
        token.text = text_.substr(token.begin, at_ - token.begin);
        return {};
    }

    SqlResult<void> read_quoted(Token& token, TokenKind kind, char quote) {
        token.kind = kind;
        advance();
        while (true) {
            if (at_ >= text_.size()) return fail("unterminated quoted text");
            if (peek() == quote) {
                advance();
                if (peek() != quote) return {};
            }
            token.text += peek();
            advance();
        }
    }

    SqlResult<void> read_symbol(Token& token) {
        static constexpr std::array<std::string_view, 8> pairs = {
            "<=", ">=", "<>", "!=", "||", "->", "=>", "::"};
        static constexpr std::string_view singles = "()[]{}<>=+-*/%,.;:?!|&^~";
        token.kind = TokenKind::Symbol;
        for (const std::string_view pair : pairs) {
            if (text_.substr(at_, 2) != pair) continue;
            token.text = pair;
            at_ += 2;
            return {};
        }
        if (singles.find(peek()) == std::string_view::npos) return fail("unexpected character");
        token.text = peek();
        advance();
        return {};
    }

    const std::string_view text_;
    size_t at_ = 0;
    size_t line_start_ = 0;
    int line_ = 1;
};

std::string quoted(std::string_view text, char quote) {
    std::string out(1, quote);
    for (const char c : text) {
        out += c;
        if (c == quote) out += c;
    }
    return out + quote;
}

}  // namespace

bool Token::is(std::string_view word) const {
    if (kind != TokenKind::Word && kind != TokenKind::Symbol) return false;
    if (text.size() != word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
        const char c = text[i];
        if ((c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) != word[i]) return false;
    }
    return true;
}

SqlResult<std::vector<Token>> tokenize(std::string_view text) {
    return Lexer(text).run();
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string to_upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

std::string quote_name(std::string_view name) {
    return quoted(name, '"');
}

std::string quote_text(std::string_view text) {
    return quoted(text, '\'');
}

}  // namespace wr::athena
