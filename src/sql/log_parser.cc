// What log parsers share: their names and arguments, and parts of text to values.
#include "sql/log_parser.h"

#include "sql/cast.h"
#include "sql/datetime.h"

namespace wr::sql {
namespace {

struct Known {
    std::string_view name;
    size_t arguments_min;  ///< after the text
    size_t arguments_max;
};

constexpr Known known[] = {{"REGEX_LOG_PARSE", 1, 2},
                           {"FAST_REGEX_LOG_PARSE", 1, 1},
                           {"FAST_REGEX_LOG_PARSER", 1, 1},
                           {"FIXED_COLUMN_LOG_PARSE", 1, 1},
                           {"VARIABLE_COLUMN_LOG_PARSE", 2, 4},
                           {"SYS_LOG_PARSE", 0, 0},
                           {"W3C_LOG_PARSE", 1, 1}};

const Known* find_known(std::string_view name) {
    for (const auto& each : known)
        if (each.name == name) return &each;
    return nullptr;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

bool is_log_parser(std::string_view upper_case_name) {
    return find_known(upper_case_name) != nullptr;
}

Compiled<LogParserPtr> make_log_parser(std::string_view name,
                                       const std::vector<LogArgument>& arguments,
                                       const SourceSpan& span) {
    const Known& limits = *find_known(name);
    if (arguments.size() < limits.arguments_min || arguments.size() > limits.arguments_max)
        return error_at(
            span,
            std::string(name) + " takes " +
                (limits.arguments_min == limits.arguments_max
                     ? std::to_string(limits.arguments_min + 1)
                     : std::to_string(limits.arguments_min + 1) + " to " +
                           std::to_string(limits.arguments_max + 1)) +
                (limits.arguments_max == 0 ? " argument, a text" : " arguments, the first a text"));
    for (size_t i = 0; i < arguments.size(); ++i)
        if (arguments[i].is_number && (name != "VARIABLE_COLUMN_LOG_PARSE" || i != 0))
            return error_at(arguments[i].span, "a text in single quotes is expected here");
    if (name == "REGEX_LOG_PARSE") return make_regex_log_parser(arguments);
    if (name == "SYS_LOG_PARSE") return make_sys_log_parser();
    if (name == "W3C_LOG_PARSE") return make_w3c_log_parser(arguments[0]);
    if (name == "FIXED_COLUMN_LOG_PARSE") return make_fixed_column_log_parser(arguments[0]);
    if (name == "VARIABLE_COLUMN_LOG_PARSE") return make_variable_column_log_parser(arguments);
    return make_fast_regex_log_parser(arguments[0]);
}

std::vector<LogField> numbered_fields(size_t count) {
    constexpr int32_t length = 1024;
    std::vector<LogField> fields(count);
    for (size_t i = 0; i < count; ++i) {
        fields[i].name = "COLUMN" + std::to_string(i + 1);
        fields[i].type = make_type(TypeKind::VarChar, length);
    }
    return fields;
}

bool LogParser::parse(const LogLine& line,
                      Arena& arena,
                      std::vector<Datum>& values,
                      std::string& error) const {
    values.assign(fields_.size(), {});
    Parts parts(fields_.size());
    if (!split(line, arena, parts)) return true;
    for (size_t i = 0; i < fields_.size(); ++i) {
        const LogField& field = fields_[i];
        if (parts[i] && !convert(field, *parts[i], line, arena, values[i], error)) return false;
        if (field.not_null && values[i].null) {
            error = "the field " + field.name + " must not be NULL";
            return false;
        }
    }
    return true;
}

bool LogParser::convert(const LogField& field,
                        std::string_view part,
                        const LogLine& line,
                        Arena& arena,
                        Datum& value,
                        std::string& error) const {
    if (!field.type.is_character()) part = trimmed(part);
    if (!field.type.is_character() && part.empty()) return true;
    if (field.type.is_datetime() && !field.format.empty()) {
        const auto ms = parse_with_format(field.format, part, line.started_at);
        if (!ms) {
            error = "'" + std::string(cut_utf8(part, 100)) + "' does not match the format '" +
                    field.format + "' of the field " + field.name;
            return false;
        }
        const int64_t midnight = floor_to_multiple(*ms, day_ms);
        value = datum_of(field.type.kind == TypeKind::Date   ? midnight
                         : field.type.kind == TypeKind::Time ? *ms - midnight
                                                             : *ms);
        return true;
    }
    const Type text = make_type(TypeKind::VarChar, character_length_max);
    if (cast_value(datum_of(part), text, field.type, arena, value, error)) return true;
    error = "the field " + field.name + ": " + error;
    return false;
}

}  // namespace wr::sql
