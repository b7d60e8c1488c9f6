#pragma once
// The files of the page, embedded at build time.

#include <string_view>
#include <vector>

namespace wr::console {

struct Asset {
    std::string_view path;  ///< from the page's root: /index.html
    std::string_view content_type;
    std::string_view etag;
    bool is_gzip = false;
    std::string_view bytes;
};

/// Empty when the program was built without the page.
const std::vector<Asset>& assets();

}  // namespace wr::console
