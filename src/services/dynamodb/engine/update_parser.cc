// The grammars of update and projection expressions.
#include <optional>

#include "services/dynamodb/engine/parser_base.h"

namespace wr::dynamodb {
namespace {

/// AWS spells types out in the errors of ADD and DELETE.
std::string_view long_type_name(Type type) {
    switch (type) {
        case Type::S:
            return "STRING";
        case Type::N:
            return "NUMBER";
        case Type::B:
            return "BINARY";
        case Type::M:
            return "MAP";
        case Type::L:
            return "LIST";
        case Type::Null:
            return "NULL";
        case Type::Bool:
            return "BOOLEAN";
        case Type::SS:
        case Type::NS:
        case Type::BS:
            return "";
    }
    return "";
}

class UpdateParser final : public ParserBase {
public:
    UpdateParser(std::string_view text, Placeholders& placeholders)
        : ParserBase(text, "UpdateExpression", placeholders) {}

    Result<Updates> parse() {
        WR_TRY_VOID(check_size());
        do {
            WR_TRY_VOID(parse_section());
        } while (token().kind != TokenKind::End);
        WR_TRY_VOID(check_findings());
        return std::move(update_);
    }

private:
    using Kind = UpdateAction::Kind;

    bool is_keyword(const Token& token) const override {
        return is_word(token, "SET") || is_word(token, "REMOVE") || is_word(token, "ADD") ||
               is_word(token, "DELETE");
    }

    Result<void> parse_section() {
        constexpr std::pair<std::string_view, Kind> sections[] = {{"SET", Kind::Set},
                                                                  {"REMOVE", Kind::Remove},
                                                                  {"ADD", Kind::Add},
                                                                  {"DELETE", Kind::Delete}};
        for (const auto& [word, kind] : sections) {
            if (!take_word(word)) continue;
            bool& seen = seen_[static_cast<size_t>(kind)];
            if (seen) {
                find(Finding::RepeatedSection,
                     "The \"" + std::string(word) +
                         "\" section can only be used once in an update expression;");
            }
            seen = true;
            do {
                WR_TRY_VOID(parse_action(kind));
            } while (take_symbol(","));
            return {};
        }
        return syntax_error();
    }

    Result<void> parse_action(Kind kind) {
        WR_TRY_VOID(count_operator());
        UpdateAction action;
        action.kind = kind;
        WR_TRY(action.path, parse_path());
        if (kind == Kind::Set) {
            WR_TRY_VOID(expect_symbol("="));
            WR_TRY(action.operand, parse_set_value());
        } else if (kind != Kind::Remove) {
            if (token().kind != TokenKind::ValuePlaceholder) return syntax_error();
            action.operand = take_value();
            check_set_operand(kind, action.operand);
        }
        for (const UpdateAction& earlier : update_) {
            const PathClash clash = path_clash(earlier.path, action.path);
            if (clash.overlap) find(Finding::PathOverlap, clash.text);
            if (clash.conflict) find(Finding::PathConflict, clash.text);
        }
        update_.push_back(std::move(action));
        return {};
    }

    /// ADD takes numbers and sets, DELETE takes sets.
    void check_set_operand(Kind kind, const Operand& operand) {
        const auto* value = operand.as<Value>();
        if (value == nullptr) return;
        const std::string_view type = long_type_name(value->type());
        if (type.empty() || (kind == Kind::Add && value->type() == Type::N)) return;
        find(Finding::OperandType,
             std::string("Incorrect operand type for operator or function; operator: ") +
                 (kind == Kind::Add ? "ADD" : "DELETE") + ", operand type: " + std::string(type));
    }

    Result<Operand> parse_set_value() {
        if (!is_symbol("(")) return parse_sum();
        advance();
        WR_TRY_VOID(enter());
        WR_TRY(Operand inner, parse_set_value());
        leave();
        WR_TRY_VOID(expect_symbol(")"));
        return parse_sum_rest(std::move(inner));
    }

    Result<Operand> parse_sum() {
        WR_TRY(Operand left, parse_operand());
        return parse_sum_rest(std::move(left));
    }

    Result<Operand> parse_sum_rest(Operand left) {
        if (!is_symbol("+") && !is_symbol("-")) return left;
        Sum sum;
        sum.subtract = is_symbol("-");
        advance();
        WR_TRY_VOID(count_operator());
        WR_TRY(Operand right, parse_operand());
        sum.terms.push_back(std::move(left));
        sum.terms.push_back(std::move(right));
        for (const Operand& term : sum.terms) check_type(term, sum.subtract ? "-" : "+", Type::N);
        return Operand{std::move(sum)};
    }

    void check_type(const Operand& operand, std::string_view function, Type expected) {
        const auto* value = operand.as<Value>();
        if (value == nullptr || value->type() == expected) return;
        find(Finding::OperandType, operand_type_error(function, value->type()));
    }

    Result<Operand> parse_operand() override {
        if (take_symbol("(")) {
            WR_TRY_VOID(enter());
            WR_TRY(Operand inner, parse_operand());
            leave();
            WR_TRY_VOID(expect_symbol(")"));
            return inner;
        }
        if (token().kind == TokenKind::ValuePlaceholder) return take_value();
        if (at_function()) return parse_call();
        WR_TRY(Path path, parse_path());
        return Operand{std::move(path)};
    }

    Result<Operand> parse_call() {
        const std::string name(token().text);
        advance();
        WR_TRY_VOID(count_operator());
        WR_TRY(std::vector<Operand> arguments, parse_arguments());
        FunctionCall call{Function::ListAppend, {}};
        if (name == "if_not_exists") {
            call.function = Function::IfNotExists;
        } else if (name != "list_append") {
            find(Finding::UnknownFunction, "Invalid function name; function: " + name);
        }
        if (arguments.size() != 2) {
            find(Finding::OperandCount,
                 "Incorrect number of operands for operator or function; operator or function: " +
                     name + ", number of operands: " + std::to_string(arguments.size()));
        } else if (call.function == Function::ListAppend) {
            for (const Operand& argument : arguments) check_type(argument, name, Type::L);
        } else if (arguments[0].as<Path>() == nullptr) {
            find(Finding::OperandType,
                 "Operator or function requires a document path; operator or function: " + name);
        }
        call.arguments = std::move(arguments);
        return Operand{std::move(call)};
    }

    Updates update_;
    bool seen_[4] = {};
};

class ProjectionParser final : public ParserBase {
public:
    ProjectionParser(std::string_view text, Placeholders& placeholders)
        : ParserBase(text, "ProjectionExpression", placeholders) {}

    Result<Projection> parse() {
        WR_TRY_VOID(check_size());
        Projection paths;
        do {
            WR_TRY(Path path, parse_path());
            for (const Path& earlier : paths) {
                const PathClash clash = path_clash(earlier, path);
                if (clash.overlap) find(Finding::PathOverlap, clash.text);
                if (clash.conflict) find(Finding::PathConflict, clash.text);
            }
            paths.push_back(std::move(path));
        } while (take_symbol(","));
        if (token().kind != TokenKind::End) return syntax_error();
        WR_TRY_VOID(check_findings());
        return paths;
    }

private:
    bool is_keyword(const Token&) const override { return false; }
    Result<Operand> parse_operand() override { return syntax_error(); }
};

}  // namespace

Result<Updates> parse_update(std::string_view text, Placeholders& placeholders) {
    return UpdateParser(text, placeholders).parse();
}

Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders) {
    return ProjectionParser(text, placeholders).parse();
}

}  // namespace wr::dynamodb
