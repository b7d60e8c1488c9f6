#pragma once
// LogParser: a line of a log to the fields of a record. One object for each call in the code,
// shared by engines.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/batch.h"
#include "sql/source.h"

namespace wr::sql {

struct LogField {
    std::string name;
    Type type;
    std::string format;  ///< of a moment, as CHAR_TO_TIMESTAMP takes it; may be empty
    bool not_null = false;
    int32_t start = 0;    ///< FIXED_COLUMN_LOG_PARSE: characters before the field
    int32_t length = -1;  ///< FIXED_COLUMN_LOG_PARSE: to the end when below zero
};

struct LogLine {
    std::string_view text;
    int64_t rowtime = 0;
    int64_t started_at = 0;
};

class LogParser {
public:
    explicit LogParser(std::vector<LogField> fields) : fields_(std::move(fields)) {}
    virtual ~LogParser() = default;

    const std::vector<LogField>& fields() const { return fields_; }
    /// A value for each field, all NULL when the line does not match. False with `error` set when a
    /// part of it is no value of its field's type. Texts live as long as the arena and the line.
    bool parse(const LogLine& line,
               Arena& arena,
               std::vector<Datum>& values,
               std::string& error) const;

protected:
    using Parts = std::vector<std::optional<std::string_view>>;
    /// `parts` has an empty place for each field. False when the line does not match.
    virtual bool split(const LogLine& line, Arena& arena, Parts& parts) const = 0;

private:
    bool convert(const LogField& field,
                 std::string_view part,
                 const LogLine& line,
                 Arena& arena,
                 Datum& value,
                 std::string& error) const;

    const std::vector<LogField> fields_;
};

/// One argument after the text: a constant.
struct LogArgument {
    std::string text;
    bool is_number = false;
    SourceSpan span;
};

using LogParserPtr = std::shared_ptr<const LogParser>;

bool is_log_parser(std::string_view upper_case_name);
/// Errors name the argument.
Compiled<LogParserPtr> make_log_parser(std::string_view upper_case_name,
                                       const std::vector<LogArgument>& arguments,
                                       const SourceSpan& span);

// The parts of it.
Compiled<LogParserPtr> make_regex_log_parser(const std::vector<LogArgument>& arguments);
Compiled<LogParserPtr> make_fast_regex_log_parser(const LogArgument& pattern);
Compiled<LogParserPtr> make_w3c_log_parser(const LogArgument& format);
LogParserPtr make_sys_log_parser();
Compiled<LogParserPtr> make_variable_column_log_parser(const std::vector<LogArgument>& arguments);
Compiled<LogParserPtr> make_fixed_column_log_parser(const LogArgument& columns);

/// COLUMN1 to COLUMNn.
std::vector<LogField> numbered_fields(size_t count);
/// "A TYPE VARCHAR(16), B TYPE TIMESTAMP 'fmt' NOT NULL"; with `fixed`, "C TYPE DATE START 4 FOR
/// 10".
Compiled<std::vector<LogField>> parse_log_fields(const LogArgument& argument, bool fixed);

constexpr size_t log_fields_max = 1000;

}  // namespace wr::sql
