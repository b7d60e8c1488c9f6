// Any bytes as application code: tokens that stand in it one behind the other, or an error at a
// place of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <tuple>

#include "base/encoding.h"
#include "sql/lexer.h"

namespace {

using wr::sql::SourceSpan;

bool is_in_order(const SourceSpan& span) {
    return span.line > 0 && span.column > 0 &&
           std::tie(span.line, span.column) <= std::tie(span.end_line, span.end_column);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using wr::sql::TokenKind;
    const std::string_view code(reinterpret_cast<const char*>(data), size);
    const bool is_text = wr::base::is_valid_utf8(code);
    const auto tokens = wr::sql::tokenize(code);
    if (!tokens) {
        const auto& [message, span] = tokens.error();
        if (message.empty() || !is_in_order(span)) std::abort();
        // It goes into an answer in JSON.
        if (is_text && !wr::base::is_valid_utf8(message)) std::abort();
        return 0;
    }
    if (tokens->empty() || tokens->back().kind != TokenKind::End) std::abort();
    for (size_t i = 0; i + 1 < tokens->size(); ++i) {
        const auto& token = (*tokens)[i];
        const auto& next = (*tokens)[i + 1].span;
        if (token.kind == TokenKind::End || !is_in_order(token.span)) std::abort();
        const bool is_behind =
            std::tie(next.line, next.column) > std::tie(token.span.end_line, token.span.end_column);
        // Bytes that are no character have no column of their own.
        if (is_text && !is_behind && (*tokens)[i + 1].kind != TokenKind::End) std::abort();
        if (token.described().empty()) std::abort();
    }
    return 0;
}
