#pragma once
// Expressions as trees: what the parser makes and the evaluators read. Placeholders are resolved.

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/dynamodb/engine/value.h"

namespace wr::dynamodb {

/// An attribute's name, then names and list indexes.
using PathStep = std::variant<std::string, size_t>;
using Path = std::vector<PathStep>;

/// As AWS prints paths: [a, b, [3]].
std::string describe(const Path& path);
/// The value at `path`, or null.
const Value* find(const Item& item, const Path& path);

enum class Comparator { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };
std::string_view comparator_text(Comparator comparator);

enum class Function {
    AttributeExists,
    AttributeNotExists,
    AttributeType,
    BeginsWith,
    Contains,
    Size,
    IfNotExists,
    ListAppend,
};

struct Operand;
struct FunctionCall {
    Function function;
    std::vector<Operand> arguments;
};
struct Sum {
    bool subtract = false;
    std::vector<Operand> terms;  ///< two
};
struct Operand {
    std::variant<Path, Value, FunctionCall, Sum> data;
    template <typename T>
    const T* as() const {
        return std::get_if<T>(&data);
    }
};

struct Condition {
    enum class Kind { Compare, Between, In, Function, And, Or, Not };
    Kind kind = Kind::And;
    Comparator comparator = Comparator::Equal;  ///< Compare
    std::vector<Operand> operands;              ///< Compare, Between, In; Function holds its call
    std::vector<Condition> children;            ///< And, Or, Not; an And without children is true
};

/// @param item  what is stored; an absent item is an empty one
bool evaluate(const Condition& condition, const Item& item);

struct UpdateAction {
    enum class Kind { Set, Remove, Add, Delete };
    Kind kind = Kind::Set;
    Path path;
    Operand operand;  ///< Set, Add, Delete
};
using Updates = std::vector<UpdateAction>;
using Projection = std::vector<Path>;

/// The parts of `item` that `paths` name; list elements move together.
Item project(const Item& item, const Projection& paths);

}  // namespace wr::dynamodb
