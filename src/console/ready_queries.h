#pragma once
// Queries that the page offers ready to run: the workshop's and its further questions.

#include <string_view>
#include <vector>

namespace wr::console {

struct ReadyQuery {
    std::string_view title;
    std::string_view sql;
};

const std::vector<ReadyQuery>& ready_queries();

}  // namespace wr::console
