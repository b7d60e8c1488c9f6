#pragma once
// Constraint checks over shape tables, in AWS's words: every violation, not only the first.

#include <memory>
#include <string>
#include <vector>

#include "wire/shape.h"

namespace wr::wire {

/// Compiled patterns are kept. @threads any
class Validator {
public:
    Validator();
    ~Validator();
    /// "2 validation errors detected: Value ..." or nothing.
    std::optional<std::string> check(const Shape& shape, const void* value);
    /// False when RE2 cannot compile the shape's pattern: a fault of the tables, for tests.
    bool compiles(const Shape& shape);

private:
    struct Patterns;
    std::unique_ptr<Patterns> patterns_;
};

}  // namespace wr::wire
