// Filter patterns of unstructured text: terms, "phrases", ?alternatives and -exclusions.
#include <vector>

#include "services/logs/engine/engine.h"

namespace wr::logs {

namespace {

struct Term {
    char kind = '+';  ///< '+' must occur, '?' one of these must, '-' must not
    std::string text;
};

/// Empty when a quotation is not closed.
std::optional<std::vector<Term>> terms_of(const std::string& pattern) {
    std::vector<Term> terms;
    for (size_t at = 0; at < pattern.size();) {
        if (pattern[at] == ' ') {
            ++at;
            continue;
        }
        Term term;
        if (pattern[at] == '?' || pattern[at] == '-') term.kind = pattern[at++];
        if (at < pattern.size() && pattern[at] == '"') {
            const size_t end = pattern.find('"', at + 1);
            if (end == std::string::npos) return std::nullopt;
            term.text = pattern.substr(at + 1, end - at - 1);
            at = end + 1;
        } else {
            const size_t end = std::min(pattern.find(' ', at), pattern.size());
            term.text = pattern.substr(at, end - at);
            at = end;
        }
        terms.push_back(std::move(term));
    }
    return terms;
}

}  // namespace

std::optional<bool> matches(const std::string& pattern, const std::string& message) {
    if (pattern.starts_with('{') || pattern.starts_with('[') || pattern.starts_with('%')) {
        return std::nullopt;
    }
    const auto terms = terms_of(pattern);
    if (!terms) return std::nullopt;
    bool has_alternatives = false;
    bool has_one = false;
    for (const Term& term : *terms) {
        const bool occurs = message.find(term.text) != std::string::npos;
        if (term.kind == '+' && !occurs) return false;
        if (term.kind == '-' && occurs) return false;
        if (term.kind == '?') {
            has_alternatives = true;
            has_one |= occurs;
        }
    }
    return !has_alternatives || has_one;
}

}  // namespace wr::logs
