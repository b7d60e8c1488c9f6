// Recognises the common messages; the rest keeps its first line.
#include "services/athena/engine/error_text.h"

#include <optional>

#include "services/athena/engine/lexer.h"

namespace wr::athena {
namespace {

std::optional<std::string> between(std::string_view text,
                                   std::string_view before,
                                   std::string_view after) {
    const size_t begin = text.find(before);
    if (begin == std::string_view::npos) return std::nullopt;
    const size_t start = begin + before.size();
    const size_t end = text.find(after, start);
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(text.substr(start, end - start));
}

/// "line 1:8: ", where `word` first stands in the query.
std::string place_of(std::string_view word, std::string_view query) {
    const auto tokens = tokenize(query);
    if (tokens)
        for (const Token& token : *tokens)
            if (to_lower(token.text) == to_lower(word))
                return "line " + std::to_string(token.line) + ":" + std::to_string(token.column) +
                       ": ";
    return "line 1:1: ";
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

std::string athena_error_text(std::string_view error, std::string_view query) {
    if (const auto name = between(error, "Referenced column \"", "\" not found"))
        return "COLUMN_NOT_FOUND: " + place_of(*name, query) + "Column '" + *name +
               "' cannot be resolved or requester is not authorized to access requested resources";
    if (const auto name = between(error, "Referenced table \"", "\" not found"))
        return "COLUMN_NOT_FOUND: " + place_of(*name, query) + "Column '" + *name +
               "' cannot be resolved or requester is not authorized to access requested resources";
    if (const auto name = between(error, "Function with name ", " does not exist"))
        return "FUNCTION_NOT_FOUND: " + place_of(*name, query) + "Function '" + *name +
               "' not registered";
    if (const auto name = between(error, "column \"", "\" must appear in the GROUP BY"))
        return "EXPRESSION_NOT_AGGREGATE: " + place_of(*name, query) + "'" + *name +
               "' must be an aggregate expression or appear in GROUP BY clause";
    if (const auto name = between(error, "syntax error at or near \"", "\""))
        return place_of(*name, query) + "mismatched input '" + *name + "'";
    if (has(error, "syntax error at end of input")) return "line 1:1: mismatched input '<EOF>'";
    if (const auto text = between(error, "Parser Error: ", "\n"))
        return "SYNTAX_ERROR: line 1:1: " + *text;
    if (has(error, "Malformed JSON") || has(error, "JSON transform error") ||
        has(error, "Invalid Input Error: JSON"))
        return has(error, "Malformed JSON")
                   ? "HIVE_CURSOR_ERROR: Row is not a valid JSON Object"
                   : "HIVE_BAD_DATA: Error parsing field value: a JSON value is not of its "
                     "column's type";
    if (has(error, "gzip data")) return "HIVE_CURSOR_ERROR: incorrect header check";
    if (has(error, "Out of Memory Error"))
        return "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exhausted resources at this scale factor";
    const std::string first_line(error.substr(0, error.find('\n')));
    if (has(error, "Conversion Error: ")) return "INVALID_CAST_ARGUMENT: " + first_line.substr(18);
    if (has(error, "Binder Error: ")) return "SYNTAX_ERROR: line 1:1: " + first_line.substr(14);
    return "GENERIC_USER_ERROR: " + first_line;
}

}  // namespace wr::athena
