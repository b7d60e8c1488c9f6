#pragma once
// Key attributes as bytes that sort as DynamoDB sorts them: strings and binaries by byte, numbers
// by value. Each encoding knows its own end, so that concatenations sort part by part.

#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/engine/value.h"

namespace wr::dynamodb {

/// `value` is S, N or B.
void append_key(std::string& out, const Value& value);
/// Without the end mark: the common beginning of all keys that start with `value` (S or B).
void append_key_prefix(std::string& out, const Value& value);
/// The smallest byte string greater than every string that starts with `prefix`; empty when there
/// is none.
std::string after_prefix(std::string prefix);
/// Where a partition lives in a scan: the first two bytes of the MD5 of its encoded hash key.
std::string partition_bucket(std::string_view encoded_hash_key);

}  // namespace wr::dynamodb
