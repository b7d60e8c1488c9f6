// SIMILAR TO: the standard's patterns, translated to RE2, whose time is linear in the text.
#include <re2/re2.h>

#include <array>
#include <memory>

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

bool similar(const Call& call, Datum& out) {
    const auto escape = call.args.size() > 2 ? call.args[2].s : std::string_view{};
    if (call.args.size() > 2 && count_utf8(escape) != 1) {
        call.error = "ESCAPE takes one character";
        return false;
    }
    std::string translated;
    const bool good = translate(call.args[1].s, escape, translated);
    // Rows of one query share their pattern: the last one stays compiled.
    thread_local std::unique_ptr<re2::RE2> last;
    if (good && (!last || last->pattern() != translated)) {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_dot_nl(true);
        last = std::make_unique<re2::RE2>(translated, options);
    }
    if (!good || !last->ok()) {
        call.error = "SIMILAR TO: the pattern is not valid";
        return false;
    }
    const re2::StringPiece text(call.args[0].s.data(), call.args[0].s.size());
    out = datum_of(int64_t{re2::RE2::FullMatch(text, *last)});
    return true;
}

Type as_boolean(std::span<const BoundPtr>) {
    return make_type(TypeKind::Boolean);
}

constexpr std::array<Function, 1> table = {{{"SIMILAR TO", "cc?c", as_boolean, similar}}};

}  // namespace

std::span<const Function> similar_functions() {
    return table;
}

}  // namespace wr::sql
