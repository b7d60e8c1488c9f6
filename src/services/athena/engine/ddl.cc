// Which statement it is, and the short ones.
#include "services/athena/engine/ddl.h"

#include "services/athena/engine/ddl_parser.h"

namespace wr::athena {

SqlResult<std::optional<DdlStatement>> parse_ddl(std::string_view text) {
    WR_TRY(std::vector<Token> tokens, tokenize(text));
    return DdlParser(text, std::move(tokens)).statement();
}

SqlResult<std::optional<DdlStatement>> DdlParser::statement() {
    if (accept("CREATE")) return create();
    if (accept("DROP")) return drop();
    if (accept("SHOW")) return show();
    if (accept("DESCRIBE") || accept("DESC")) return describe();
    if (accept("MSCK")) {
        WR_TRY_VOID(expect("REPAIR"));
        WR_TRY_VOID(expect("TABLE"));
        WR_TRY(TableName table, table_name());
        WR_TRY_VOID(end());
        return std::optional<DdlStatement>(MsckRepair{std::move(table)});
    }
    return std::optional<DdlStatement>();
}

DdlParser::Parsed DdlParser::create() {
    if (accept("DATABASE") || accept("SCHEMA")) {
        CreateDatabase database;
        database.if_not_exists = accept_if_exists(true);
        WR_TRY(database.name, name());
        if (accept("COMMENT")) {
            WR_TRY(database.comment, string());
        }
        if (accept("LOCATION")) {
            WR_TRY(database.location, string());
        }
        if (accept("WITH")) {
            WR_TRY_VOID(expect("DBPROPERTIES"));
            WR_TRY(const auto ignored, properties());
        }
        WR_TRY_VOID(end());
        return std::optional<DdlStatement>(std::move(database));
    }
    if (!accept("EXTERNAL")) return unexpected();
    WR_TRY_VOID(expect("TABLE"));
    WR_TRY(CreateTable table, create_table());
    return std::optional<DdlStatement>(std::move(table));
}

DdlParser::Parsed DdlParser::drop() {
    if (accept("TABLE")) {
        DropTable drop;
        drop.if_exists = accept_if_exists(false);
        WR_TRY(drop.name, table_name());
        WR_TRY_VOID(end());
        return std::optional<DdlStatement>(std::move(drop));
    }
    if (!accept("DATABASE") && !accept("SCHEMA")) return unexpected();
    DropDatabase drop;
    drop.if_exists = accept_if_exists(false);
    WR_TRY(drop.name, name());
    drop.cascade = accept("CASCADE");
    if (!drop.cascade) accept("RESTRICT");
    WR_TRY_VOID(end());
    return std::optional<DdlStatement>(std::move(drop));
}

DdlParser::Parsed DdlParser::show() {
    std::optional<DdlStatement> statement;
    if (accept("TABLES")) {
        ShowTables show;
        if (accept("IN") || accept("FROM")) {
            WR_TRY(show.database, name());
        }
        accept("LIKE");
        if (now().kind == TokenKind::String) {
            WR_TRY(show.pattern, string());
        }
        statement = std::move(show);
    } else if (accept("DATABASES") || accept("SCHEMAS")) {
        ShowDatabases show;
        accept("LIKE");
        if (now().kind == TokenKind::String) {
            WR_TRY(show.pattern, string());
        }
        statement = std::move(show);
    } else if (accept("COLUMNS")) {
        if (!accept("IN") && !accept("FROM")) return unexpected();
        ShowColumns show;
        WR_TRY(show.name, table_name());
        if (accept("IN") || accept("FROM")) {
            WR_TRY(show.name.database, name());
        }
        statement = std::move(show);
    } else if (accept("PARTITIONS")) {
        WR_TRY(TableName table, table_name());
        statement = ShowPartitions{std::move(table)};
    } else if (accept("CREATE")) {
        WR_TRY_VOID(expect("TABLE"));
        WR_TRY(TableName table, table_name());
        statement = ShowCreateTable{std::move(table)};
    } else {
        return unexpected();
    }
    WR_TRY_VOID(end());
    return statement;
}

DdlParser::Parsed DdlParser::describe() {
    if (!accept("EXTENDED")) accept("FORMATTED");
    WR_TRY(TableName table, table_name());
    WR_TRY_VOID(end());
    return std::optional<DdlStatement>(Describe{std::move(table)});
}

bool DdlParser::accept(std::string_view word) {
    if (!now().is(word)) return false;
    ++at_;
    return true;
}

SqlResult<void> DdlParser::expect(std::string_view word) {
    if (accept(word)) return {};
    return unexpected();
}

SqlResult<std::string> DdlParser::name() {
    if (!now().is_name()) return unexpected();
    return to_lower(tokens_[at_++].text);
}

SqlResult<std::string> DdlParser::string() {
    if (now().kind != TokenKind::String) return unexpected();
    return tokens_[at_++].text;
}

SqlResult<TableName> DdlParser::table_name() {
    WR_TRY(std::string first, name());
    if (!accept(".")) return TableName{"", std::move(first)};
    WR_TRY(std::string second, name());
    if (!accept(".")) return TableName{std::move(first), std::move(second)};
    WR_TRY(std::string third, name());
    return TableName{std::move(second), std::move(third)};
}

SqlResult<void> DdlParser::end() {
    accept(";");
    if (now().kind != TokenKind::End) return unexpected();
    return {};
}

bool DdlParser::accept_if_exists(bool negated) {
    if (!now().is("IF")) return false;
    const size_t start = at_++;
    if ((!negated || accept("NOT")) && accept("EXISTS")) return true;
    at_ = start;
    return false;
}

base::Failure<SqlError> DdlParser::unexpected() const {
    const std::string found = now().kind == TokenKind::End
                                  ? "<EOF>"
                                  : std::string(text_.substr(now().begin, now().end - now().begin));
    return {SqlError{"mismatched input '" + found + "'", now().line, now().column}};
}

}  // namespace wr::athena
