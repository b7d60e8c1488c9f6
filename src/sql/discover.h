#pragma once
// Schema discovery: what columns sample records have, by the rules that DiscoverInputSchema is
// known to follow.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/compile.h"

namespace wr::sql {

struct DiscoveredSchema {
    InputSchema schema;  ///< its stream_name is empty
    /// The rows of the samples as text, one field per column.
    std::vector<std::vector<std::string>> rows;
};

constexpr size_t discovered_columns_max = 1000;

/// JSON objects (columns in alphabetical order) or CSV. Empty when the samples are neither.
std::optional<DiscoveredSchema> discover_schema(std::span<const std::string_view> records);

/// A name that SQL takes: reserved words and characters outside letters, digits and _ get a COL_
/// name.
std::string discovered_column_name(std::string_view field, size_t position);

}  // namespace wr::sql
