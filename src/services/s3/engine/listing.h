#pragma once
// Arithmetic on names in byte order.

#include <optional>
#include <string>
#include <string_view>

namespace wr::s3 {

/// `name` up to the first delimiter after `prefix`, with it; empty when there is none.
std::optional<std::string> common_prefix_of(std::string_view name,
                                            std::string_view prefix,
                                            std::string_view delimiter);
/// The first name that is greater than every name that starts with `prefix`; empty: there is none.
std::string after_prefix(std::string_view prefix);

}  // namespace wr::s3
