// Wildcard matching without recursion, variables, ARNs part by part.
#include "auth/policy_pattern.h"

#include "auth/canonical.h"

namespace wr::auth {
namespace {

constexpr size_t arn_parts = 6;

char16_t to_unit(char c) {
    return static_cast<unsigned char>(c);
}

char16_t lower_unit(char16_t c) {
    return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + 32) : c;
}

void append_literal(Glob& glob, std::string_view text) {
    for (const char c : text) glob += to_unit(c);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

void ConditionContext::set(std::string_view key, std::string value) {
    values_[to_lower(key)] = {std::move(value)};
}

void ConditionContext::set_all(std::string_view key, std::vector<std::string> values) {
    values_[to_lower(key)] = std::move(values);
}

const std::vector<std::string>* ConditionContext::find(std::string_view key) const {
    const auto found = values_.find(to_lower(key));
    return found == values_.end() || found->second.empty() ? nullptr : &found->second;
}

bool glob_matches(const Glob& glob, std::string_view text, bool ignore_case) {
    size_t g = 0;
    size_t t = 0;
    size_t star = Glob::npos;
    size_t star_text = 0;
    const auto same = [&](char16_t a, char b) {
        const char16_t unit = to_unit(b);
        return a == unit || (ignore_case && lower_unit(a) == lower_unit(unit));
    };
    while (t < text.size()) {
        if (g < glob.size() && glob[g] == glob_any) {
            star = g++;
            star_text = t;
        } else if (g < glob.size() && (glob[g] == glob_one || same(glob[g], text[t]))) {
            ++g;
            ++t;
        } else if (star != Glob::npos) {
            // The last star takes one more character; earlier ones never need to.
            g = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == glob_any) ++g;
    return g == glob.size();
}

std::optional<Pattern> Pattern::compile(std::string_view text, bool wildcards, bool variables) {
    Pattern pattern;
    Glob literal;
    const auto flush = [&] {
        if (!literal.empty()) pattern.parts_.push_back({std::move(literal), {}, false});
        literal.clear();
    };
    while (!text.empty()) {
        if (!variables || !text.starts_with("${")) {
            const char c = text.front();
            text.remove_prefix(1);
            if (wildcards && c == '*') {
                literal += glob_any;
            } else if (wildcards && c == '?') {
                literal += glob_one;
            } else {
                literal += to_unit(c);
            }
            continue;
        }
        const size_t end = text.find('}');
        if (end == std::string_view::npos) return std::nullopt;
        auto name = text.substr(2, end - 2);
        text.remove_prefix(end + 1);
        if (name == "*" || name == "?" || name == "$") {
            literal += to_unit(name.front());
            continue;
        }
        Part part;
        if (const size_t comma = name.find(','); comma != std::string_view::npos) {
            const auto value = trim(name.substr(comma + 1));
            if (value.size() < 2 || value.front() != '\'' || value.back() != '\'')
                return std::nullopt;
            append_literal(part.literal, value.substr(1, value.size() - 2));
            part.has_default = true;
            name = name.substr(0, comma);
        }
        part.variable = trim(name);
        if (part.variable.empty()) return std::nullopt;
        flush();
        pattern.parts_.push_back(std::move(part));
    }
    flush();
    return pattern;
}

std::optional<Glob> Pattern::expand(const ConditionContext& context) const {
    Glob out;
    for (const auto& part : parts_) {
        if (part.variable.empty()) {
            out += part.literal;
            continue;
        }
        const auto* values = context.find(part.variable);
        if (values != nullptr && values->size() == 1) {
            append_literal(out, values->front());
        } else if (values == nullptr && part.has_default) {
            out += part.literal;
        } else {
            return std::nullopt;
        }
    }
    return out;
}

std::optional<std::string> Pattern::expand_text(const ConditionContext& context) const {
    const auto glob = expand(context);
    if (!glob) return std::nullopt;
    std::string out;
    for (const char16_t unit : *glob) {
        if (unit == glob_any) {
            out += '*';
        } else if (unit == glob_one) {
            out += '?';
        } else {
            out += static_cast<char>(unit);
        }
    }
    return out;
}

std::vector<std::string> split_arn_pattern(std::string_view text) {
    std::vector<std::string> parts(1);
    bool in_variable = false;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ':' && !in_variable && parts.size() < arn_parts) {
            parts.emplace_back();
            continue;
        }
        if (text.substr(i).starts_with("${")) in_variable = true;
        if (text[i] == '}') in_variable = false;
        parts.back() += text[i];
    }
    return parts;
}

std::optional<ArnPattern> ArnPattern::compile(std::string_view text, bool variables) {
    ArnPattern pattern;
    if (text == "*") return pattern;
    auto texts = variables ? split_arn_pattern(text) : std::vector<std::string>();
    if (!variables) {
        for (std::string_view rest = text;;) {
            const size_t colon = texts.size() + 1 < arn_parts ? rest.find(':') : rest.npos;
            texts.emplace_back(rest.substr(0, colon));
            if (colon == std::string_view::npos) break;
            rest.remove_prefix(colon + 1);
        }
    }
    texts.resize(arn_parts, "*");
    for (const auto& part : texts) {
        auto compiled = Pattern::compile(part, true, variables);
        if (!compiled) return std::nullopt;
        pattern.parts_.push_back(std::move(*compiled));
    }
    return pattern;
}

ArnPattern::Match ArnPattern::matches(std::string_view arn, const ConditionContext& context) const {
    for (size_t i = 0; i < parts_.size(); ++i) {
        const bool last = i + 1 == parts_.size();
        const size_t colon = last ? std::string_view::npos : arn.find(':');
        if (!last && colon == std::string_view::npos) return Match::No;
        const auto glob = parts_[i].expand(context);
        if (!glob) return Match::Unresolved;
        if (!glob_matches(*glob, arn.substr(0, colon))) return Match::No;
        if (!last) arn.remove_prefix(colon + 1);
    }
    return Match::Yes;
}

}  // namespace wr::auth
