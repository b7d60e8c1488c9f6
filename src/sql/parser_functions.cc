// CREATE FUNCTION.
#include "sql/parser_core.h"

namespace wr::sql {

Compiled<void> Parser::create_function(ast::Application& application, SourceSpan start) {
    ast::CreateFunction function;
    WR_TRY(function.name, name("the name of the function"));
    WR_TRY_VOID(expect_symbol("("));
    if (!accept_symbol(")")) {
        do {
            ast::Column parameter;
            WR_TRY(parameter.name, name("the name of a parameter"));
            WR_TRY(parameter.type, type());
            for (const auto& other : function.parameters)
                if (other.name.text == parameter.name.text)
                    return error_at(parameter.name.span,
                                    "the parameter '" + other.name.text + "' is there twice");
            function.parameters.push_back(std::move(parameter));
        } while (accept_symbol(","));
        if (!accept_symbol(")")) return expected("',' or ')'");
    }
    WR_TRY_VOID(expect_word("RETURNS"));
    WR_TRY(function.returns, type());
    WR_TRY_VOID(function_clauses(function));
    if (!accept_word("RETURN")) return expected("CONTAINS SQL or RETURN");
    WR_TRY(function.body, expression());
    function.span = span_from(start);
    application.functions.push_back(std::move(function));
    return {};
}

/// What stands between the type of the result and RETURN; only the handling of NULL means anything
/// here.
Compiled<void> Parser::function_clauses(ast::CreateFunction& function) {
    const auto words = [this](std::initializer_list<const char*> expected_words) -> Compiled<void> {
        for (const char* word : expected_words) WR_TRY_VOID(expect_word(word));
        return {};
    };
    while (true) {
        if (accept_word("LANGUAGE")) {
            if (!accept_word("SQL")) return expected("SQL: functions are written in SQL");
        } else if (accept_word("SPECIFIC")) {
            WR_TRY_VOID(name("the specific name of the function"));
        } else if (accept_word("NOT")) {
            WR_TRY_VOID(words({"DETERMINISTIC"}));
        } else if (accept_word("CONTAINS")) {
            WR_TRY_VOID(words({"SQL"}));
        } else if (accept_word("READS") || accept_word("MODIFIES")) {
            WR_TRY_VOID(words({"SQL", "DATA"}));
        } else if (accept_word("RETURNS")) {
            WR_TRY_VOID(words({"NULL", "ON", "NULL", "INPUT"}));
            function.null_on_null = true;
        } else if (accept_word("CALLED")) {
            WR_TRY_VOID(words({"ON", "NULL", "INPUT"}));
        } else if (!accept_word("DETERMINISTIC")) {
            return {};
        }
    }
}

}  // namespace wr::sql
