// A hand-written scanner; one function per kind of token.
#include "sql/lexer.h"

#include <algorithm>

namespace wr::sql {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) {
    return is_name_start(c) || is_digit(c) || c == '$';
}

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void append_utf8(std::string& out, uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

class Scanner {
public:
    explicit Scanner(std::string_view code) : code_(code) {}

    Compiled<std::vector<Token>> run() {
        std::vector<Token> tokens;
        while (true) {
            WR_TRY_VOID(skip_blanks());
            begin();
            if (at_end()) {
                tokens.push_back(make(TokenKind::End, ""));
                return tokens;
            }
            WR_TRY(Token token, next());
            tokens.push_back(std::move(token));
        }
    }

private:
    bool at_end() const { return at_ >= code_.size(); }
    char peek(size_t ahead = 0) const {
        return at_ + ahead < code_.size() ? code_[at_ + ahead] : '\0';
    }
    bool starts_with(std::string_view text) const { return code_.substr(at_).starts_with(text); }

    char take() {
        const char c = code_[at_++];
        last_line_ = line_;
        // Continuation bytes of UTF-8 belong to the character before them.
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) last_column_ = column_++;
        if (c == '\n') {
            ++line_;
            column_ = 1;
        }
        return c;
    }
    void begin() {
        start_line_ = last_line_ = line_;
        start_column_ = last_column_ = column_;
    }
    SourceSpan span() const { return {start_line_, start_column_, last_line_, last_column_}; }
    SourceSpan here() const { return {start_line_, start_column_, start_line_, start_column_}; }
    Token make(TokenKind kind, std::string text) const {
        return {kind, std::move(text), kind == TokenKind::End ? here() : span()};
    }

    Compiled<void> skip_blanks() {
        while (!at_end()) {
            if (starts_with("--") || starts_with("//")) {
                while (!at_end() && peek() != '\n') take();
            } else if (starts_with("/*")) {
                begin();
                take();
                take();
                while (!at_end() && !starts_with("*/")) take();
                if (at_end()) return error_at(here(), "this comment is not closed; expected '*/'");
                take();
                take();
            } else if (static_cast<unsigned char>(peek()) <= ' ') {
                take();
            } else if (starts_with("\xEF\xBB\xBF") || starts_with("\xC2\xA0")) {
                // A byte order mark or a no-break space: editors and web pages leave them behind.
                for (size_t n = peek() == '\xEF' ? 3 : 2; n > 0; --n) take();
            } else {
                break;
            }
        }
        return {};
    }

    Compiled<Token> next() {
        const char c = peek();
        if ((c == 'u' || c == 'U') && peek(1) == '&' && peek(2) == '\'') return unicode_string();
        if (c == '\'') {
            WR_TRY(std::string text, quoted('\'', "this string is not closed; expected '"));
            return make(TokenKind::String, std::move(text));
        }
        if (c == '"') return quoted_name();
        if (is_name_start(c)) return word();
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
        return symbol();
    }

    Compiled<std::string> quoted(char quote, const char* not_closed) {
        std::string text;
        take();
        while (true) {
            if (at_end()) return error_at(here(), std::string(not_closed));
            const char c = take();
            if (c != quote) {
                text += c;
            } else if (peek() == quote && !at_end()) {
                text += take();
            } else {
                return text;
            }
        }
    }

    Compiled<Token> quoted_name() {
        WR_TRY(std::string text, quoted('"', "this identifier is not closed; expected \""));
        if (text.empty()) return error_at(span(), "an identifier must not be empty");
        WR_TRY_VOID(check_length(text));
        return make(TokenKind::QuotedName, std::move(text));
    }

    Compiled<void> check_length(const std::string& name) {
        if (name.size() > identifier_length_max)
            return error_at(span(), "an identifier has at most 128 characters");
        return {};
    }

    Compiled<Token> word() {
        std::string text;
        while (!at_end() && is_name_part(peek())) {
            const char c = take();
            text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        WR_TRY_VOID(check_length(text));
        return make(TokenKind::Word, std::move(text));
    }

    Compiled<Token> number() {
        std::string text;
        TokenKind kind = TokenKind::Integer;
        while (is_digit(peek())) text += take();
        if (peek() == '.') {
            kind = TokenKind::Decimal;
            text += take();
            while (is_digit(peek())) text += take();
        }
        const size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
        if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
            kind = TokenKind::Approximate;
            text += take();
            if (sign == 1) text += take();
            while (is_digit(peek())) text += take();
        }
        if (is_name_start(peek())) {
            take();
            return error_at(span(), "a number must not run into a name");
        }
        return make(kind, std::move(text));
    }

    Compiled<Token> unicode_string() {
        take();
        take();
        WR_TRY(std::string text, quoted('\'', "this string is not closed; expected '"));
        char escape = '\\';
        const SourceSpan string_span = span();
        const Scanner before = *this;
        WR_TRY_VOID(skip_blanks());
        begin();
        if (is_name_start(peek())) {
            WR_TRY(const Token clause, word());
            WR_TRY_VOID(skip_blanks());
            if (clause.text == "UESCAPE" && peek() == '\'') {
                WR_TRY(const std::string chosen, quoted('\'', "this string is not closed"));
                if (chosen.size() != 1) return error_at(span(), "UESCAPE takes a single character");
                escape = chosen[0];
            } else {
                *this = before;
            }
        } else {
            *this = before;
        }
        WR_TRY(std::string decoded, decode_unicode(text, escape, string_span));
        return Token{TokenKind::String, std::move(decoded), string_span};
    }

    static Compiled<std::string> decode_unicode(std::string_view text,
                                                char escape,
                                                const SourceSpan& where) {
        std::string out;
        for (size_t i = 0; i < text.size(); ++i) {
            if (text[i] != escape) {
                out += text[i];
                continue;
            }
            if (i + 1 < text.size() && text[i + 1] == escape) {
                out += text[++i];
                continue;
            }
            const bool wide = i + 1 < text.size() && text[i + 1] == '+';
            const size_t from = i + (wide ? 2 : 1);
            const size_t digits = wide ? 6 : 4;
            uint32_t code = 0;
            for (size_t d = 0; d < digits; ++d) {
                const int value = from + d < text.size() ? hex_value(text[from + d]) : -1;
                if (value < 0)
                    return error_at(
                        where,
                        "a unicode escape needs " + std::to_string(digits) + " hexadecimal digits");
                code = code * 16 + static_cast<uint32_t>(value);
            }
            if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
                return error_at(where, "a unicode escape names no character");
            append_utf8(out, code);
            i = from + digits - 1;
        }
        return out;
    }

    Compiled<Token> symbol() {
        static constexpr std::string_view two[] = {"<>", "<=", ">=", "!=", "||"};
        for (const auto candidate : two) {
            if (!starts_with(candidate)) continue;
            take();
            take();
            return make(TokenKind::Symbol, candidate == "!=" ? "<>" : std::string(candidate));
        }
        static constexpr std::string_view single = "()+-*/=<>,;.[]?:";
        const char c = take();
        if (single.find(c) != std::string_view::npos) return make(TokenKind::Symbol, {c});
        return error_at(span(), std::string("the character '") + c + "' has no meaning here");
    }

    std::string_view code_;
    size_t at_ = 0;
    uint32_t line_ = 1;
    uint32_t column_ = 1;
    uint32_t last_line_ = 1;
    uint32_t last_column_ = 1;
    uint32_t start_line_ = 1;
    uint32_t start_column_ = 1;
};

}  // namespace

std::string Token::described() const {
    switch (kind) {
        case TokenKind::End:
            return "the end of the code";
        case TokenKind::QuotedName:
            return '"' + text + '"';
        case TokenKind::String:
            return "the string '" + text + "'";
        default:
            return "'" + text + "'";
    }
}

Compiled<std::vector<Token>> tokenize(std::string_view code) {
    return Scanner(code).run();
}

}  // namespace wr::sql
