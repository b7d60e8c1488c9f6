// Text of positions and errors, in the style of the SQL family this dialect comes from.
#include "sql/source.h"

namespace wr::sql {

SourceSpan join(const SourceSpan& first, const SourceSpan& last) {
    return {first.line, first.column, last.end_line, last.end_column};
}

std::string CompileError::to_text() const {
    const auto place = [](uint32_t line, uint32_t column) {
        return "line " + std::to_string(line) + ", column " + std::to_string(column);
    };
    if (span.line == span.end_line && span.column == span.end_column)
        return "At " + place(span.line, span.column) + ": " + message;
    return "From " + place(span.line, span.column) + " to " +
           place(span.end_line, span.end_column) + ": " + message;
}

base::Failure<CompileError> not_supported(const SourceSpan& span, const std::string& construct) {
    return error_at(span, construct + " is not supported by this engine");
}

}  // namespace wr::sql
