// Recursive descent over array<>, map<,>, struct<:> and the primitive types.
#include "services/athena/engine/hive_type.h"

#include <array>
#include <utility>

namespace wr::athena {
namespace {

constexpr int depth_max = 32;

using NamePair = std::pair<std::string_view, std::string_view>;

constexpr std::array<NamePair, 16> primitives = {{{"tinyint", "TINYINT"},
                                                  {"smallint", "SMALLINT"},
                                                  {"int", "INTEGER"},
                                                  {"integer", "INTEGER"},
                                                  {"bigint", "BIGINT"},
                                                  {"boolean", "BOOLEAN"},
                                                  {"float", "FLOAT"},
                                                  {"real", "FLOAT"},
                                                  {"double", "DOUBLE"},
                                                  {"string", "VARCHAR"},
                                                  {"char", "VARCHAR"},
                                                  {"varchar", "VARCHAR"},
                                                  {"date", "DATE"},
                                                  {"timestamp", "TIMESTAMP"},
                                                  {"binary", "BLOB"},
                                                  {"decimal", "DECIMAL(10,0)"}}};

class TypeParser {
public:
    explicit TypeParser(std::string_view text) : text_(text) {}

    SqlResult<std::string> whole() {
        WR_TRY(std::string type, parse(0));
        if (at_ != text_.size()) return fail();
        return type;
    }

private:
    base::Failure<SqlError> fail() const {
        return {SqlError{"type expected but '" + std::string(text_) + "' is found", 1, 1}};
    }

    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::string word() {
        const size_t begin = at_;
        while (at_ < text_.size() &&
               std::string_view("<>(),:").find(text_[at_]) == std::string_view::npos)
            ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    SqlResult<std::string> parse(int depth) {
        if (depth > depth_max) return fail();
        const std::string name = word();
        if (name == "array") return parse_array(depth);
        if (name == "map") return parse_map(depth);
        if (name == "struct") return parse_struct(depth);
        for (const auto& [hive, duckdb] : primitives)
            if (name == hive) return parse_arguments(name, std::string(duckdb));
        return fail();
    }

    /// decimal(p,s) keeps its arguments; char(n) and varchar(n) have no meaning in DuckDB.
    SqlResult<std::string> parse_arguments(const std::string& name, std::string type) {
        if (!take('(')) return type;
        std::string arguments = word();
        while (take(',')) arguments += "," + word();
        if (!take(')') || arguments.empty() ||
            arguments.find_first_not_of("0123456789,") != std::string::npos)
            return fail();
        return name == "decimal" ? "DECIMAL(" + arguments + ")" : type;
    }

    SqlResult<std::string> parse_array(int depth) {
        if (!take('<')) return fail();
        WR_TRY(const std::string element, parse(depth + 1));
        if (!take('>')) return fail();
        return element + "[]";
    }

    SqlResult<std::string> parse_map(int depth) {
        if (!take('<')) return fail();
        WR_TRY(const std::string key, parse(depth + 1));
        if (!take(',')) return fail();
        WR_TRY(const std::string value, parse(depth + 1));
        if (!take('>')) return fail();
        return "MAP(" + key + ", " + value + ")";
    }

    SqlResult<std::string> parse_struct(int depth) {
        if (!take('<')) return fail();
        std::string fields;
        do {
            const std::string name = word();
            if (name.empty() || !take(':')) return fail();
            WR_TRY(const std::string type, parse(depth + 1));
            fields += (fields.empty() ? "" : ", ") + quote_name(name) + " " + type;
        } while (take(','));
        if (!take('>')) return fail();
        return "STRUCT(" + fields + ")";
    }

    const std::string_view text_;
    size_t at_ = 0;
};

}  // namespace

SqlResult<std::string> to_duckdb_type(std::string_view hive_type) {
    const std::string normal = normalize_type(hive_type);
    return TypeParser(normal).whole();
}

std::string normalize_type(std::string_view hive_type) {
    std::string out;
    for (const char c : to_lower(hive_type))
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '`') out += c;
    return out;
}

std::string to_athena_type(std::string_view duckdb_type) {
    static constexpr std::array<NamePair, 14> names = {
        {{"HUGEINT", "bigint"},
         {"UHUGEINT", "bigint"},
         {"UBIGINT", "bigint"},
         {"UINTEGER", "bigint"},
         {"USMALLINT", "integer"},
         {"UTINYINT", "smallint"},
         {"FLOAT", "float"},
         {"TIMESTAMP WITH TIME ZONE", "timestamp with time zone"},
         {"TIMESTAMP_S", "timestamp"},
         {"TIMESTAMP_MS", "timestamp"},
         {"TIMESTAMP_NS", "timestamp"},
         {"BLOB", "varbinary"},
         {"JSON", "json"},
         {"\"NULL\"", "unknown"}}};
    for (const auto& [duckdb, athena] : names)
        if (duckdb_type == duckdb) return std::string(athena);
    if (duckdb_type.ends_with("[]")) return "array";
    if (duckdb_type.starts_with("STRUCT")) return "row";
    if (duckdb_type.starts_with("MAP")) return "map";
    if (duckdb_type.starts_with("DECIMAL")) return "decimal";
    return to_lower(duckdb_type);
}

}  // namespace wr::athena
