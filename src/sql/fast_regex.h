#pragma once
// The pattern language of FAST_REGEX_LOG_PARSE, read into pieces that RE2 understands.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wr::sql {

constexpr size_t no_group = static_cast<size_t>(-1);

struct FastPiece {
    std::string text;      ///< for RE2, without groups of its own
    bool fixed = false;    ///< always matches the same number of characters
    bool repeats = false;  ///< ends with a repetition, which may be made lazy
};

/// A group in parentheses, or what stands between two groups.
struct FastSegment {
    size_t group = no_group;  ///< its number, from 0
    std::vector<FastPiece> pieces;
};

/// Empty with `error` set when the pattern is not one or has what is not supported.
std::optional<std::vector<FastSegment>> parse_fast_regex(std::string_view pattern,
                                                         std::string& error);

}  // namespace wr::sql
