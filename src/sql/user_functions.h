#pragma once
// UserFunctions: what CREATE FUNCTION made. A call is written out as the function's expression.

#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/binder.h"

namespace wr::sql {

/// Keeps references to the syntax tree; used by one compiler at a time.
class UserFunctions {
public:
    /// Functions see those that were added before them. The body must be right by itself.
    Compiled<void> add(const ast::CreateFunction& written);
    size_t size() const { return all_.size(); }

    /// The call, written out; null when none of the first `known` functions has this name and
    /// takes these types: there are no conversions of arguments.
    Compiled<BoundPtr> call(const ast::Expr& expr,
                            const std::vector<BoundPtr>& args,
                            size_t known) const;

private:
    Compiled<BoundPtr> bind_body(const ast::CreateFunction& function,
                                 const std::vector<BoundPtr>& args,
                                 size_t known) const;

    std::vector<const ast::CreateFunction*> all_;
    mutable size_t nodes_ = 0;  ///< written out so far, which is bounded
};

}  // namespace wr::sql
