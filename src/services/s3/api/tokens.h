#pragma once
// Continuation tokens: opaque to clients, refused when they are not ours.

#include <string>
#include <string_view>

#include "wire/error.h"

namespace wr::s3::api {

/// Where the next page begins: after this name.
struct PageToken {
    std::string name;
    bool is_prefix = false;  ///< a common prefix: everything below it was listed
};

/// @param scope  what the token belongs to, e.g. the bucket
std::string format_token(const PageToken& token, std::string_view scope);
/// @error InvalidArgument
wire::ApiResult<PageToken> parse_token(const std::string& text, std::string_view scope);

}  // namespace wr::s3::api
