#pragma once
// Positions in application code and the error that every stage of the compiler returns.

#include <cstdint>
#include <string>

#include "base/result.h"

namespace wr::sql {

/// Lines and columns count from 1; the end is the last character, inclusive. Columns count
/// characters.
struct SourceSpan {
    uint32_t line = 1;
    uint32_t column = 1;
    uint32_t end_line = 1;
    uint32_t end_column = 1;
};

SourceSpan join(const SourceSpan& first, const SourceSpan& last);

struct CompileError {
    std::string message;
    SourceSpan span;

    /// "From line 1, column 8 to line 1, column 12: message".
    std::string to_text() const;
};

template <typename T>
using Compiled = base::Result<T, CompileError>;

inline base::Failure<CompileError> error_at(const SourceSpan& span, std::string message) {
    return {CompileError{std::move(message), span}};
}

/// For constructs of the dialect that this engine does not run.
base::Failure<CompileError> not_supported(const SourceSpan& span, const std::string& construct);

}  // namespace wr::sql
