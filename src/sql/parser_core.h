#pragma once
// The parser's cursor and productions; private to the parser's own files.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sql/ast.h"
#include "sql/lexer.h"
#include "sql/log_parser.h"

namespace wr::sql {

class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Compiled<ast::Application> application();
    Compiled<Type> lone_type();
    /// The columns of a log parser, up to the end.
    Compiled<std::vector<LogField>> log_fields(bool fixed);

private:
    // Cursor.
    const Token& peek(size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    const Token& take() { return tokens_[at_ < tokens_.size() - 1 ? at_++ : at_]; }
    const SourceSpan& last_span() const { return tokens_[at_ > 0 ? at_ - 1 : 0].span; }
    bool accept_word(std::string_view word);
    bool accept_symbol(std::string_view symbol);
    Compiled<void> expect_word(std::string_view word);
    Compiled<void> expect_symbol(std::string_view symbol);
    base::Failure<CompileError> expected(const std::string& what) const;
    Compiled<ast::Name> name(const char* what);
    Compiled<std::string> string_literal(const char* what);
    Compiled<int32_t> unsigned_number(const char* what);
    SourceSpan span_from(const SourceSpan& first) const { return join(first, last_span()); }

    // Statements.
    Compiled<void> statement(ast::Application& application);
    Compiled<void> create(ast::Application& application);
    Compiled<void> create_stream(ast::Application& application, SourceSpan start, bool replace);
    Compiled<void> create_pump(ast::Application& application, SourceSpan start, bool replace);
    Compiled<void> create_function(ast::Application& application, SourceSpan start);
    Compiled<LogField> log_field(bool fixed);
    Compiled<void> function_clauses(ast::CreateFunction& function);
    Compiled<void> insert(ast::CreatePump& pump);
    Compiled<ast::Column> column();
    Compiled<void> description();

    // Queries.
    Compiled<std::unique_ptr<ast::Select>> query();
    Compiled<std::unique_ptr<ast::Select>> select();
    Compiled<std::unique_ptr<ast::Select>> values();
    Compiled<void> select_items(ast::Select& select);
    Compiled<ast::SelectItem> select_item();
    Compiled<ast::TableRef> table_ref();
    Compiled<ast::TableFunction> table_function();
    Compiled<void> table_alias(ast::TableRef& table);
    Compiled<void> group_by(ast::Select& select);
    Compiled<void> stagger(ast::Select& select);
    Compiled<void> order_by(ast::Select& select);
    Compiled<void> joins(ast::Select& select);
    Compiled<bool> join_start(ast::Join& join);
    Compiled<void> join_condition(ast::Join& join);
    Compiled<std::unique_ptr<ast::Select>> query_term();
    Compiled<std::unique_ptr<ast::Select>> union_all(std::unique_ptr<ast::Select> first, bool bare);
    Compiled<std::unique_ptr<ast::Select>> ordered(std::unique_ptr<ast::Select> inner);
    bool is_alias(const Token& token) const;

    // Windows.
    /// FROM LAST, IGNORE NULLS and OVER after the parenthesis of a call.
    Compiled<void> after_call(ast::Expr& call);
    Compiled<ast::Window> over();
    Compiled<ast::Window> window_body();
    Compiled<void> frame(ast::Window& window);
    Compiled<void> frame_start(ast::Window& window);
    Compiled<void> named_windows(ast::Select& select);

    // Expressions.
    Compiled<ast::ExprPtr> expression();
    Compiled<ast::ExprPtr> climb(int precedence_min);
    /// Above predicates, so that IN and SIMILAR are left for the forms that have them.
    Compiled<ast::ExprPtr> operand();
    Compiled<ast::ExprPtr> unary();
    Compiled<ast::ExprPtr> infix(ast::ExprPtr left, const std::string& op, int precedence);
    Compiled<ast::ExprPtr> predicate(ast::ExprPtr left);
    Compiled<ast::ExprPtr> is_predicate(ast::ExprPtr left);
    Compiled<ast::ExprPtr> in_predicate(ast::ExprPtr left, bool negated);
    Compiled<ast::ExprPtr> between_predicate(ast::ExprPtr left, bool negated);
    Compiled<ast::ExprPtr> like_predicate(ast::ExprPtr left, bool negated, const char* name);
    Compiled<ast::ExprPtr> primary();
    Compiled<ast::ExprPtr> parenthesised();
    Compiled<ast::ExprPtr> number_or_string();
    Compiled<ast::ExprPtr> word_expression();
    Compiled<ast::ExprPtr> interval();
    Compiled<ast::ExprPtr> case_expression();
    Compiled<ast::ExprPtr> cast();
    Compiled<ast::ExprPtr> column_reference();
    Compiled<ast::ExprPtr> call();
    Compiled<ast::ExprPtr> round_to_unit(const std::string& function);
    Compiled<ast::ExprPtr> step();
    Compiled<ast::ExprPtr> extract();
    Compiled<ast::ExprPtr> position();
    Compiled<ast::ExprPtr> substring();
    Compiled<ast::ExprPtr> trim();
    Compiled<ast::ExprPtr> overlay();
    Compiled<ast::ExprPtr> generic_call(const Token& function);
    Compiled<ast::ExprPtr> finish(ast::ExprPtr expr, const SourceSpan& start) const;
    bool at_operator(std::string& op, int& precedence) const;

    // Types.
    Compiled<Type> type();
    Compiled<Type> sized(TypeKind kind, int32_t default_length, int32_t max);
    Compiled<Type> decimal();
    Compiled<TimeUnit> time_unit();
    /// unit [(p)] [TO unit [(p)]]
    Compiled<void> interval_qualifier(TimeUnit& unit, TimeUnit& unit_to);
    Compiled<void> skip_precision();

    std::vector<Token> tokens_;
    size_t at_ = 0;
    size_t depth_ = 0;
};

/// Words that end an expression or a table name, so that they are never an alias without AS.
bool is_hard_keyword(std::string_view upper_case_word);

}  // namespace wr::sql
