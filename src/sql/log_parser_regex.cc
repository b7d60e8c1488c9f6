// REGEX_LOG_PARSE, W3C_LOG_PARSE and SYS_LOG_PARSE: one RE2 pattern, a field for each group. RE2's
// time is linear in the text; what it does not have (look-around, back references, possessive
// repetition) is refused when the code is compiled.
#include <re2/re2.h>

#include "sql/datetime.h"
#include "sql/log_parser.h"

namespace wr::sql {
namespace {

using Pattern = std::shared_ptr<const re2::RE2>;

Pattern compiled(const std::string& text) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    return std::make_shared<const re2::RE2>(text, options);
}

class RegexLog : public LogParser {
public:
    RegexLog(std::vector<LogField> fields, Pattern pattern)
        : LogParser(std::move(fields)), pattern_(std::move(pattern)) {}

protected:
    /// The whole line must match.
    bool split(const LogLine& line, Arena&, Parts& parts) const override {
        std::vector<re2::StringPiece> found(
            static_cast<size_t>(pattern_->NumberOfCapturingGroups()) + 1);
        if (!pattern_->Match(re2::StringPiece(line.text.data(), line.text.size()),
                             0,
                             line.text.size(),
                             re2::RE2::ANCHOR_BOTH,
                             found.data(),
                             static_cast<int>(found.size())))
            return false;
        for (size_t i = 0; i < parts.size() && i + 1 < found.size(); ++i)
            if (found[i + 1].data() != nullptr)
                parts[i] = std::string_view(found[i + 1].data(), found[i + 1].size());
        return true;
    }

private:
    const Pattern pattern_;
};

/// "Mon DD HH:MM:SS server message" has no year: it is the one that brings the line nearest to its
/// ROWTIME without being more than a day after it.
class SysLog final : public RegexLog {
public:
    SysLog(std::vector<LogField> fields, Pattern pattern)
        : RegexLog(std::move(fields), std::move(pattern)) {}

private:
    bool split(const LogLine& line, Arena& arena, Parts& parts) const override {
        if (!RegexLog::split(line, arena, parts)) return false;
        const int64_t year = civil_from_ms(line.rowtime).year;
        for (const int64_t candidate : {year + 1, year, year - 1, year - 2}) {
            std::string dated = std::to_string(candidate) + " " + std::string(*parts[0]);
            // Days below ten have two blanks before them.
            if (const size_t blanks = dated.find("  "); blanks != std::string::npos)
                dated.erase(blanks, 1);
            const auto ms = parse_with_format(fields()[0].format, dated, line.started_at);
            if (!ms || *ms > line.rowtime + day_ms) continue;
            parts[0] = arena.copy(dated);
            return true;
        }
        return false;
    }
};

struct W3cFormat {
    std::string_view name;
    std::string_view format;
};

constexpr W3cFormat w3c_formats[] = {
    {"COMMON", "%h %l %u %t \"%r\" %>s %b"},
    {"COMMON WITH VHOST", "%v %h %l %u %t \"%r\" %>s %b"},
    {"NCSA EXTENDED", "%h %l %u %t \"%r\" %>s %b \"%[Referer]i\" \"%[User-agent]i\""},
    {"REFERER", "%[Referer]i ---> %U"},
    {"AGENT", "%[User-agent]i"}};

/// The letter of a specifier that begins after %, or 0: conditions, < or >, [name] or {name}, a
/// letter. `named` tells whether it has a name.
char take_specifier(std::string_view& rest, bool& named) {
    const size_t start = rest.find_first_not_of("0123456789,!<>");
    if (start == std::string_view::npos) return 0;
    rest.remove_prefix(start);
    named = rest.front() == '[' || rest.front() == '{';
    if (named) {
        const size_t end = rest.find(rest.front() == '[' ? ']' : '}');
        if (end == std::string_view::npos) return 0;
        rest.remove_prefix(end + 1);
    }
    if (rest.empty()) return 0;
    const char letter = rest.front();
    rest.remove_prefix(1);
    return letter;
}

/// The pattern of a format; the empty text, with `bad` set, when a specifier is unknown.
std::string w3c_pattern(std::string_view rest, size_t& fields, std::string& bad) {
    std::string pattern = "\\s*";
    bool in_quotes = false;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '\\' && rest.starts_with('"')) continue;
        if (c == ' ') {
            pattern += "\\s+";
        } else if (c != '%' || rest.starts_with('%')) {
            if (c == '%') rest.remove_prefix(1);
            if (c == '"') in_quotes = !in_quotes;
            pattern += re2::RE2::QuoteMeta(re2::StringPiece(&c, 1));
        } else {
            const auto written = rest;
            bool named = false;
            const char letter = take_specifier(rest, named);
            constexpr std::string_view letters = "aABbCDefhHiIlmnoOpPqrstTuUvVX";
            if (letter == 0 || letters.find(letter) == std::string_view::npos) {
                bad = std::string(written.substr(0, 20));
                return "";
            }
            ++fields;
            if (letter == 't' && !named)
                pattern += "(\\[[^\\]]*\\])";
            else
                pattern += in_quotes ? "((?:[^\"\\\\]|\\\\.)*)" : "(.*?)";
        }
    }
    return pattern + "\\s*";
}

}  // namespace

Compiled<LogParserPtr> make_regex_log_parser(const std::vector<LogArgument>& arguments) {
    const Pattern pattern = compiled(arguments[0].text);
    if (!pattern->ok())
        return error_at(arguments[0].span, "the pattern is not valid: " + pattern->error());
    const auto groups = static_cast<size_t>(pattern->NumberOfCapturingGroups());
    if (groups == 0 || groups > log_fields_max)
        return error_at(arguments[0].span, "the pattern needs 1 to 1000 groups in parentheses");
    std::vector<LogField> fields = numbered_fields(groups);
    if (arguments.size() > 1) {
        WR_TRY(std::vector<LogField> named, parse_log_fields(arguments[1], false));
        if (named.size() > groups)
            return error_at(arguments[1].span,
                            "the list names " + std::to_string(named.size()) +
                                " columns, the pattern has " + std::to_string(groups) + " groups");
        std::move(named.begin(), named.end(), fields.begin());
    }
    return LogParserPtr(std::make_shared<RegexLog>(std::move(fields), pattern));
}

Compiled<LogParserPtr> make_w3c_log_parser(const LogArgument& format) {
    std::string_view specifiers = format.text;
    if (specifiers == "IIS")
        return error_at(format.span,
                        "the format IIS is not supported by this engine; name its fields, such as "
                        "'%h %u %t %s'");
    for (const auto& each : w3c_formats)
        if (each.name == specifiers) specifiers = each.format;
    size_t fields = 0;
    std::string bad;
    const std::string text = w3c_pattern(specifiers, fields, bad);
    if (text.empty()) return error_at(format.span, "unknown format specifier '%" + bad + "'");
    const Pattern pattern = compiled(text);
    if (fields == 0 || fields > log_fields_max || !pattern->ok())
        return error_at(format.span,
                        "the format is COMMON, COMMON WITH VHOST, NCSA EXTENDED, REFERER, AGENT or "
                        "has specifiers such as %h");
    return LogParserPtr(std::make_shared<RegexLog>(numbered_fields(fields), pattern));
}

LogParserPtr make_sys_log_parser() {
    std::vector<LogField> fields = numbered_fields(2);
    fields[0].type = make_type(TypeKind::Timestamp);
    fields[0].format = "yyyy MMM d HH:mm:ss";
    return std::make_shared<SysLog>(
        std::move(fields),
        compiled("(?s)(?:<[0-9]{1,3}>)?([A-Z][a-z]{2} +[0-9]{1,2} [0-9:]{8}) +(.*)"));
}

}  // namespace wr::sql
