// FAST_REGEX_LOG_PARSE. The pattern becomes a row of expressions, each matched where the one before
// ended, without going back:
//
// A repetition begins an expression when nothing of its segment (a group, or what stands between
// groups) repeats before it; what has a fixed length at the start of a segment ends the expression
// before. Groups take as little as they can, what stands between them as much as it can.
#include <re2/re2.h>

#include <algorithm>

#include "sql/fast_regex.h"
#include "sql/log_parser.h"

namespace wr::sql {
namespace {

struct Expression {
    std::vector<size_t> groups;  ///< by capture: the field it belongs to, or `no_group`
    std::unique_ptr<re2::RE2> pattern;
};

class FastRegexLog final : public LogParser {
public:
    FastRegexLog(std::vector<LogField> fields, std::vector<Expression> expressions)
        : LogParser(std::move(fields)), expressions_(std::move(expressions)) {}

private:
    bool split(const LogLine& line, Arena&, Parts& parts) const override {
        const re2::StringPiece text(line.text.data(), line.text.size());
        size_t at = 0;
        for (const auto& expression : expressions_) {
            std::vector<re2::StringPiece> found(expression.groups.size() + 1);
            if (!expression.pattern->Match(text,
                                           at,
                                           line.text.size(),
                                           re2::RE2::ANCHOR_START,
                                           found.data(),
                                           static_cast<int>(found.size())))
                return false;
            for (size_t i = 0; i < expression.groups.size(); ++i)
                if (expression.groups[i] != no_group)
                    extend(parts[expression.groups[i]], found[i + 1]);
            at += found[0].size();
        }
        for (auto& part : parts)
            if (!part) part = std::string_view(line.text.data(), 0);
        return at == line.text.size();
    }

    /// The pieces of a group follow one another in the text.
    static void extend(std::optional<std::string_view>& part, const re2::StringPiece& more) {
        const std::string_view piece(more.data(), more.size());
        part = part ? std::string_view(part->data(), part->size() + piece.size()) : piece;
    }

    const std::vector<Expression> expressions_;
};

class Builder {
public:
    void add(const FastSegment& segment) {
        bool starts = true;
        for (const auto& piece : segment.pieces) {
            if (starts && !piece.fixed) {
                close(false);
                starts = false;
            }
            const bool lazy = segment.group != no_group && piece.repeats;
            text_ += "(" + piece.text + (lazy ? "?" : "") + ")";
            groups_.push_back(segment.group);
        }
    }

    bool close(bool last) {
        if (groups_.empty()) return true;
        Expression expression;
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_dot_nl(true);
        expression.pattern = std::make_unique<re2::RE2>(last ? text_ + "\\z" : text_, options);
        good_ = good_ && expression.pattern->ok();
        expression.groups = std::move(groups_);
        expressions_.push_back(std::move(expression));
        groups_.clear();
        text_.clear();
        return good_;
    }

    std::vector<Expression> take() { return std::move(expressions_); }

private:
    std::string text_;
    std::vector<size_t> groups_;
    std::vector<Expression> expressions_;
    bool good_ = true;
};

}  // namespace

Compiled<LogParserPtr> make_fast_regex_log_parser(const LogArgument& pattern) {
    std::string error;
    const auto segments = parse_fast_regex(pattern.text, error);
    if (!segments) return error_at(pattern.span, "the pattern is not valid: " + error);
    const auto groups = static_cast<size_t>(
        std::count_if(segments->begin(), segments->end(), [](const FastSegment& segment) {
            return segment.group != no_group;
        }));
    if (groups == 0 || groups > log_fields_max)
        return error_at(pattern.span, "the pattern needs 1 to 1000 groups in parentheses");
    Builder builder;
    for (const auto& segment : *segments) builder.add(segment);
    if (!builder.close(true)) return error_at(pattern.span, "the pattern is too large");
    return LogParserPtr(std::make_shared<FastRegexLog>(numbered_fields(groups), builder.take()));
}

}  // namespace wr::sql
