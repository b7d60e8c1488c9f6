// The shared half of the expression parsers.
#include "services/dynamodb/engine/parser_base.h"

#include <algorithm>

#include "services/dynamodb/engine/reserved_words.h"

namespace wr::dynamodb {
namespace {

constexpr size_t placeholder_bytes_max = 255;
constexpr size_t placeholders_bytes_max = 2 * 1024 * 1024;

bool is_placeholder(std::string_view key, char mark) {
    if (key.size() < 2 || key.front() != mark) return false;
    return std::all_of(key.begin() + 1, key.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_';
    });
}

template <typename Map>
Result<void> check_placeholders(const Map& map, const std::string& parameter, char mark) {
    if (map.empty()) return invalid(parameter + " must not be empty");
    size_t total = 0;
    for (const auto& [key, value] : map) {
        if (!is_placeholder(key, mark)) {
            return invalid(parameter + " contains invalid key: Syntax error; key: \"" + key + "\"");
        }
        if (key.size() > placeholder_bytes_max) {
            return invalid(parameter + " contains invalid key: The expression attribute map " +
                           "contains a key that is too long; key: \"" + key + "\"");
        }
        total += key.size();
        if constexpr (std::is_same_v<typename Map::mapped_type, Value>) {
            total += size_bytes(value);
        } else {
            total += value.size();
        }
    }
    if (total > placeholders_bytes_max) {
        return invalid(parameter + " exceeds the maximum allowed size");
    }
    return {};
}

template <typename Map>
Result<void> check_used(const Map* map, const std::set<std::string>& used, const char* parameter) {
    if (map == nullptr) return {};
    std::string unused;
    for (const auto& [key, value] : *map) {
        if (!used.contains(key)) unused += (unused.empty() ? "" : ", ") + key;
    }
    if (unused.empty()) return {};
    return invalid(std::string("Value provided in ") + parameter +
                   " unused in expressions: keys: {" + unused + "}");
}

}  // namespace

Result<void> Placeholders::check() const {
    if (names_ != nullptr) {
        WR_TRY_VOID(check_placeholders(*names_, "ExpressionAttributeNames", '#'));
    }
    if (values_ != nullptr) {
        WR_TRY_VOID(check_placeholders(*values_, "ExpressionAttributeValues", ':'));
    }
    return {};
}

const std::string* Placeholders::name(std::string_view placeholder) {
    if (names_ == nullptr) return nullptr;
    const auto found = names_->find(std::string(placeholder));
    if (found == names_->end()) return nullptr;
    used_names_.insert(found->first);
    return &found->second;
}

const Value* Placeholders::value(std::string_view placeholder) {
    if (values_ == nullptr) return nullptr;
    const auto found = values_->find(std::string(placeholder));
    if (found == values_->end()) return nullptr;
    used_values_.insert(found->first);
    return &found->second;
}

Result<void> Placeholders::check_all_used() const {
    WR_TRY_VOID(check_used(names_, used_names_, "ExpressionAttributeNames"));
    return check_used(values_, used_values_, "ExpressionAttributeValues");
}

Result<void> ParserBase::check_size() const {
    if (text_.empty()) return error("The expression can not be empty;");
    if (text_.size() > expression_bytes_max) {
        return error("Expression size has exceeded the maximum allowed size; expression size: " +
                     std::to_string(text_.size()));
    }
    return {};
}

bool ParserBase::take_symbol(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    advance();
    return true;
}

bool ParserBase::take_word(std::string_view upper_case_word) {
    if (!is_word(token(), upper_case_word)) return false;
    advance();
    return true;
}

Result<void> ParserBase::expect_symbol(std::string_view symbol) {
    if (!take_symbol(symbol)) return syntax_error();
    return {};
}

base::Failure<Error> ParserBase::syntax_error() const {
    const Token& here = token();
    const bool at_end = here.kind == TokenKind::End;
    // AWS shows the token with its neighbours, as they stand in the text.
    const Token& first = at_ > 0 ? tokens_[at_ - 1] : here;
    const Token& last = at_end                                    ? first
                        : tokens_[at_ + 1].kind == TokenKind::End ? here
                                                                  : tokens_[at_ + 1];
    const std::string_view near =
        text_.substr(first.begin, last.begin + last.text.size() - first.begin);
    return error("Syntax error; token: \"" + (at_end ? "<EOF>" : std::string(here.text)) +
                 "\", near: \"" + std::string(near) + "\"");
}

base::Failure<Error> ParserBase::error(const std::string& text) const {
    return invalid("Invalid " + std::string(parameter_) + ": " + text);
}

void ParserBase::find(Finding finding, std::string text) {
    std::string& slot = findings_[static_cast<size_t>(finding)];
    if (slot.empty()) slot = std::move(text);
}

Result<void> ParserBase::check_findings() const {
    for (const std::string& text : findings_) {
        if (!text.empty()) return error(text);
    }
    return {};
}

Result<void> ParserBase::count_operator() {
    if (++operators_ > expression_operators_max) {
        return error("The expression contains too many operators; operator count: " +
                     std::to_string(operators_));
    }
    return {};
}

Result<void> ParserBase::enter() {
    // Without more operators than allowed, deeper nesting can only be redundant.
    if (++depth_ > expression_operators_max) {
        return error("The expression has redundant parentheses;");
    }
    return {};
}

Result<std::string> ParserBase::parse_name() {
    const Token here = token();
    if (here.kind == TokenKind::NamePlaceholder) {
        advance();
        if (const std::string* name = placeholders_.name(here.text)) return *name;
        find(Finding::UndefinedName,
             "An expression attribute name used in the document path is not defined; attribute "
             "name: " +
                 std::string(here.text));
        return std::string(here.text);
    }
    if (here.kind != TokenKind::Identifier || is_keyword(here)) return syntax_error();
    advance();
    if (is_reserved_word(here.text)) {
        find(Finding::ReservedWord,
             "Attribute name is a reserved keyword; reserved keyword: " + std::string(here.text));
    }
    return std::string(here.text);
}

Result<PathStep> ParserBase::parse_index() {
    if (token().kind != TokenKind::Digits) return syntax_error();
    const std::string digits(token().text);
    advance();
    constexpr size_t index_digits_max = 9;
    if (digits.size() > index_digits_max) {
        return error("List index is not within the allowable range; index: [" + digits + "]");
    }
    WR_TRY_VOID(expect_symbol("]"));
    return PathStep{static_cast<size_t>(std::stoul(digits))};
}

Result<Path> ParserBase::parse_path() {
    Path path;
    WR_TRY(std::string head, parse_name());
    path.emplace_back(std::move(head));
    for (;;) {
        if (take_symbol(".")) {
            WR_TRY(std::string name, parse_name());
            path.emplace_back(std::move(name));
        } else if (take_symbol("[")) {
            WR_TRY(PathStep index, parse_index());
            path.push_back(std::move(index));
        } else {
            break;
        }
    }
    if (path.size() > static_cast<size_t>(nesting_max)) {
        return error("The document path has too many nesting elements; nesting levels: " +
                     std::to_string(path.size()));
    }
    return path;
}

Operand ParserBase::take_value() {
    const Token here = token();
    advance();
    if (const Value* value = placeholders_.value(here.text)) return {*value};
    find(Finding::UndefinedValue,
         "An expression attribute value used in expression is not defined; attribute value: " +
             std::string(here.text));
    // Stands in for the missing value until the finding is reported.
    return {Path{std::string(here.text)}};
}

bool ParserBase::at_function() const {
    return token().kind == TokenKind::Identifier && !is_keyword(token()) &&
           tokens_[at_ + 1].kind == TokenKind::Symbol && tokens_[at_ + 1].text == "(";
}

Result<std::vector<Operand>> ParserBase::parse_arguments() {
    WR_TRY_VOID(expect_symbol("("));
    WR_TRY_VOID(enter());
    std::vector<Operand> arguments;
    do {
        WR_TRY(Operand argument, parse_operand());
        arguments.push_back(std::move(argument));
    } while (take_symbol(","));
    leave();
    WR_TRY_VOID(expect_symbol(")"));
    return arguments;
}

PathClash path_clash(const Path& first, const Path& second) {
    PathClash clash;
    const std::string paths =
        " must remove or rewrite one of these paths; path one: " + describe(first) +
        ", path two: " + describe(second);
    for (size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
        if (first[i].index() != second[i].index()) {
            clash.conflict = true;
            clash.text = "Two document paths conflict with each other;" + paths;
            return clash;
        }
        if (first[i] != second[i]) return clash;
    }
    clash.overlap = true;
    clash.text = "Two document paths overlap with each other;" + paths;
    return clash;
}

std::string operand_type_error(std::string_view function, Type type) {
    return "Incorrect operand type for operator or function; operator or function: " +
           std::string(function) + ", operand type: " + std::string(type_name(type));
}

}  // namespace wr::dynamodb
