#pragma once
// Texts of policies with wildcards and variables, and the condition keys that fill the variables.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wr::auth {

/// Condition keys of one request and their values. Names compare without case.
class ConditionContext {
public:
    /// Replaces.
    void set(std::string_view key, std::string value);
    void set_all(std::string_view key, std::vector<std::string> values);
    /// Null when the request does not have the key; an empty list counts as absent.
    const std::vector<std::string>* find(std::string_view key) const;

private:
    std::map<std::string, std::vector<std::string>> values_;
};

/// Wildcards are codes beyond any byte, so that a value can never smuggle one in.
using Glob = std::u16string;
constexpr char16_t glob_any = 0x100;  ///< *
constexpr char16_t glob_one = 0x101;  ///< ?

bool glob_matches(const Glob& glob, std::string_view text, bool ignore_case = false);

/// One text of a policy element. `${name}` and `${name, 'default'}` are variables when the policy's
/// version knows them; `${*}`, `${?}` and `${$}` stand for these characters.
class Pattern {
public:
    /// Empty when a variable is not closed or its default is malformed.
    static std::optional<Pattern> compile(std::string_view text, bool wildcards, bool variables);

    /// Empty when a variable has no value, or several, and no default.
    std::optional<Glob> expand(const ConditionContext& context) const;
    /// The same without wildcards, as text.
    std::optional<std::string> expand_text(const ConditionContext& context) const;

private:
    struct Part {
        Glob literal;
        std::string variable;  ///< when not empty, `literal` is its default
        bool has_default = false;
    };
    std::vector<Part> parts_;
};

/// Colon-separated parts of an ARN pattern: at most six, colons inside variables do not count.
std::vector<std::string> split_arn_pattern(std::string_view text);

/// An ARN with wildcards, compared part by part: no wildcard reaches over a colon of the first
/// five. Missing parts are "*".
class ArnPattern {
public:
    static std::optional<ArnPattern> compile(std::string_view text, bool variables);
    enum class Match { No, Yes, Unresolved };
    Match matches(std::string_view arn, const ConditionContext& context) const;

private:
    std::vector<Pattern> parts_;  ///< empty: everything
};

}  // namespace wr::auth
