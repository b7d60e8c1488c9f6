#pragma once
// The words that DynamoDB does not take as bare attribute names.

#include <string_view>

namespace wr::dynamodb {

/// In any case.
bool is_reserved_word(std::string_view name);

}  // namespace wr::dynamodb
