#pragma once
// Pages of short lists ordered by name: the token is the last name of the page before.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace wr::athena::api {

template <typename T>
struct Page {
    std::vector<T> items;
    std::optional<std::string> next_token;
};

/// `T` has a member `name`.
template <typename T>
Page<T> page_of(std::vector<T> items,
                const std::optional<std::string>& token,
                const std::optional<int64_t>& count_max,
                size_t count_default) {
    std::sort(items.begin(), items.end(), [](const T& a, const T& b) { return a.name < b.name; });
    const size_t count =
        count_max && *count_max > 0 ? static_cast<size_t>(*count_max) : count_default;
    Page<T> page;
    for (T& item : items) {
        if (token && !token->empty() && item.name <= *token) continue;
        if (page.items.size() == count) {
            page.next_token = page.items.back().name;
            break;
        }
        page.items.push_back(std::move(item));
    }
    return page;
}

}  // namespace wr::athena::api
