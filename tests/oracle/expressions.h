#pragma once
// Random scalar expressions, each written for this engine and for DuckDB.

#include <cstdint>
#include <string>
#include <vector>

namespace wr::oracle {

enum class Kind : uint8_t { Whole, Double, Decimal, Text, Truth, Moment, Day };

struct Expression {
    Kind kind = Kind::Whole;
    std::string ours;
    std::string theirs;
};

/// The type of a column that takes the value.
const char* our_type(Kind kind);
/// The expression as the text that both sides are compared by.
std::string their_text(const Expression& expression);

/// One row for both: fields of a JSON record, and a row of VALUES.
struct Row {
    std::string json;
    std::string values;
};
/// Columns of the rows: name, our type, DuckDB's type.
struct Column {
    const char* name;
    Kind kind;
    const char* ours;
    const char* theirs;
};
const std::vector<Column>& columns();

class Generator {
public:
    explicit Generator(uint64_t seed) : state_(seed * 2 + 1) {}
    Row row();
    Expression any(int depth);

private:
    uint64_t next();
    size_t below(size_t count) { return static_cast<size_t>(next() % count); }
    bool one_in(size_t count) { return below(count) == 0; }
    Expression of(Kind kind, int depth);
    Expression leaf(Kind kind);
    Expression whole(int depth);
    Expression number(int depth);
    Expression decimal(int depth);
    Expression text(int depth);
    Expression truth(int depth);
    Expression comparison(int depth);
    Expression moment(int depth);
    Expression day(int depth);
    Expression choice(Kind kind, int depth);
    std::string value(const Column& column, bool json);

    uint64_t state_;
};

}  // namespace wr::oracle
