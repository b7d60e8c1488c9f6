#pragma once
// Runs golden cases through the face of sql::Engine, as an application's runner does.

#include <string>
#include <vector>

#include "case_file.h"

namespace wr::golden {

struct Difference {
    std::string what;  ///< "rows O"
    std::vector<std::string> expected;
    std::vector<std::string> actual;
    /// Where the actual lines belong in the file; both 0 when the file has no such block.
    size_t first_line = 0;
    size_t end_line = 0;
};

/// What is not as expected. Each case runs twice, the second time through a snapshot and a restore
/// after every step; a difference between the two runs is a difference as well.
std::vector<Difference> run_case(const Case& c);

/// Cases in it: the lines of its expression table, or 1.
size_t count_of(const Case& c);

}  // namespace wr::golden
