// SIMILAR TO and the patterns of SUBSTRING: the standard's patterns, translated to RE2, whose time
// is linear in the text.
#include <re2/re2.h>

#include <array>
#include <memory>
#include <vector>

#include "sql/cast.h"
#include "sql/function.h"

namespace wr::sql {
namespace {

char lower_of(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// [a-z], [^a-z], [[:ALPHA:]] as RE2 writes them; the empty text when the bracket does not close.
std::string bracket(std::string_view pattern, std::string_view escape, size_t& at) {
    std::string out = "[";
    for (size_t i = at + 1; i < pattern.size(); ++i) {
        const auto rest = pattern.substr(i);
        const size_t close = rest.starts_with("[:") ? rest.find(":]", 2) : std::string_view::npos;
        if (close != std::string_view::npos) {
            for (const char c : rest.substr(0, close + 2)) out += lower_of(c);
            i += close + 1;
        } else if (!escape.empty() && rest.starts_with(escape) && rest.size() > escape.size()) {
            i += escape.size();
            out += '\\';
            out += pattern[i];
        } else if (pattern[i] == ']') {
            at = i;
            return out + "]";
        } else {
            if (pattern[i] == '\\' || pattern[i] == '[') out += '\\';
            out += pattern[i];
        }
    }
    return "";
}

/// False when the pattern is not one.
bool translate(std::string_view pattern, std::string_view escape, std::string& out) {
    for (size_t i = 0; i < pattern.size(); ++i) {
        const auto rest = pattern.substr(i);
        const char c = pattern[i];
        if (!escape.empty() && rest.starts_with(escape)) {
            const auto literal = rest.substr(escape.size());
            if (literal.empty()) return false;
            out += re2::RE2::QuoteMeta(re2::StringPiece(literal.data(), 1));
            i += escape.size();
        } else if (c == '%') {
            out += ".*";
        } else if (c == '_') {
            out += '.';
        } else if (c == '[') {
            const std::string set = bracket(pattern, escape, i);
            if (set.empty()) return false;
            out += set;
        } else if (std::string_view("|*+?{}()").find(c) != std::string_view::npos) {
            out += c;
        } else if (std::string_view(".^$\\]").find(c) != std::string_view::npos) {
            out += '\\';
            out += c;
        } else {
            out += c;
        }
    }
    return true;
}

/// Rows of one query share their pattern: the last one stays compiled. Null for an invalid one.
const re2::RE2* compiled(const std::string& pattern, bool dot_takes_line_breaks) {
    thread_local std::unique_ptr<re2::RE2> last[2];
    auto& kept = last[dot_takes_line_breaks ? 1 : 0];
    if (!kept || kept->pattern() != pattern) {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_dot_nl(dot_takes_line_breaks);
        kept = std::make_unique<re2::RE2>(pattern, options);
    }
    return kept->ok() ? kept.get() : nullptr;
}

bool escape_is_one(const Call& call, std::string_view escape) {
    if (count_utf8(escape) == 1) return true;
    call.error = "ESCAPE takes one character";
    return false;
}

bool similar(const Call& call, Datum& out) {
    const auto escape = call.args.size() > 2 ? call.args[2].s : std::string_view{};
    if (call.args.size() > 2 && !escape_is_one(call, escape)) return false;
    std::string translated;
    const bool good = translate(call.args[1].s, escape, translated);
    const re2::RE2* const pattern = good ? compiled(translated, true) : nullptr;
    if (pattern == nullptr) {
        call.error = "SIMILAR TO: the pattern is not valid";
        return false;
    }
    const re2::StringPiece text(call.args[0].s.data(), call.args[0].s.size());
    out = datum_of(int64_t{re2::RE2::FullMatch(text, *pattern)});
    return true;
}

/// A group of the first match, 0 for all of it; NULL when nothing matches.
void first_match(const Call& call, const re2::RE2& pattern, int group, Datum& out) {
    const auto text = call.args[0].s;
    std::vector<re2::StringPiece> found(static_cast<size_t>(group) + 1);
    if (pattern.Match(re2::StringPiece(text.data(), text.size()),
                      0,
                      text.size(),
                      re2::RE2::UNANCHORED,
                      found.data(),
                      group + 1))
        out = datum_of(std::string_view(found.back().data(), found.back().size()));
}

/// SUBSTRING(text FROM 'L[A-Z]*'), with a pattern as REGEX_REPLACE takes it.
bool substring_regex(const Call& call, Datum& out) {
    const re2::RE2* const pattern = compiled(std::string(call.args[1].s), false);
    if (pattern == nullptr) {
        call.error = "SUBSTRING: the pattern is not valid";
        return false;
    }
    first_match(call, *pattern, 0, out);
    return true;
}

/// SUBSTRING(text SIMILAR 'before#"wanted#"after' ESCAPE '#').
bool substring_similar(const Call& call, Datum& out) {
    const auto escape = call.args[2].s;
    if (!escape_is_one(call, escape)) return false;
    const std::string mark = std::string(escape) + '"';
    const auto pattern = call.args[1].s;
    const size_t first = pattern.find(mark);
    const size_t second =
        first == std::string_view::npos ? first : pattern.find(mark, first + mark.size());
    std::string parts[3];
    const bool good =
        second != std::string_view::npos && translate(pattern.substr(0, first), escape, parts[0]) &&
        translate(
            pattern.substr(first + mark.size(), second - first - mark.size()), escape, parts[1]) &&
        translate(pattern.substr(second + mark.size()), escape, parts[2]);
    // Groups inside the parts must not be counted.
    const re2::RE2* const search =
        good
            ? compiled("(?:" + parts[0] + ")(?P<wanted>" + parts[1] + ")(?:" + parts[2] + ")", true)
            : nullptr;
    if (search == nullptr) {
        call.error =
            "SUBSTRING: the pattern is not valid or has not three parts, each two of them parted "
            "by "
            "ESCAPE's character and a double quote";
        return false;
    }
    first_match(call, *search, search->NamedCapturingGroups().at("wanted"), out);
    return true;
}

Type as_boolean(std::span<const BoundPtr>) {
    return make_type(TypeKind::Boolean);
}

Type as_first(std::span<const BoundPtr> args) {
    return make_type(TypeKind::VarChar, std::max(args[0]->type.length, 1));
}

constexpr std::array<Function, 3> table = {
    {{"SIMILAR TO", "cc?c", as_boolean, similar},
     {"SUBSTRING REGEX", "cc", as_first, substring_regex},
     {"SUBSTRING SIMILAR", "ccc", as_first, substring_similar}}};

}  // namespace

std::span<const Function> similar_functions() {
    return table;
}

}  // namespace wr::sql
