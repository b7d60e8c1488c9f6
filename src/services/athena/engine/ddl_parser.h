#pragma once
// DdlParser: the token cursor and the clauses that several statements share.

#include "services/athena/engine/ddl.h"

namespace wr::athena {

class DdlParser {
public:
    DdlParser(std::string_view text, std::vector<Token> tokens)
        : text_(text), tokens_(std::move(tokens)) {}

    SqlResult<std::optional<DdlStatement>> statement();

private:
    using Parsed = SqlResult<std::optional<DdlStatement>>;

    // statements
    Parsed create();
    Parsed drop();
    Parsed show();
    Parsed describe();
    SqlResult<CreateTable> create_table();
    SqlResult<void> table_clause(CreateTable& table);
    SqlResult<void> row_format(CreateTable& table);
    SqlResult<void> delimited(CreateTable& table);
    SqlResult<void> stored_as(CreateTable& table);
    SqlResult<std::vector<Column>> columns();
    SqlResult<std::string> type();
    SqlResult<std::map<std::string, std::string>> properties();

    // the cursor
    const Token& now() const { return tokens_[at_]; }
    bool accept(std::string_view word);
    SqlResult<void> expect(std::string_view word);
    SqlResult<std::string> name();
    SqlResult<std::string> string();
    SqlResult<TableName> table_name();
    SqlResult<void> end();
    bool accept_if_exists(bool negated);
    base::Failure<SqlError> unexpected() const;

    const std::string_view text_;
    const std::vector<Token> tokens_;
    size_t at_ = 0;
};

}  // namespace wr::athena
