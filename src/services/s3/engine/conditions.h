#pragma once
// Conditional requests and byte ranges, as values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/s3/engine/problem.h"
#include "services/s3/engine/records.h"

namespace wr::s3 {

/// If-Match and its relatives of a read, or of a copy's source. Empty: not given.
struct ReadConditions {
    std::string if_match;
    std::string if_none_match;
    std::optional<base::Timestamp> if_modified_since;
    std::optional<base::Timestamp> if_unmodified_since;
};

/// Of a write: "*" or an ETag. Empty: not given.
struct WriteConditions {
    std::string if_match;
    std::string if_none_match;
    bool empty() const { return if_match.empty() && if_none_match.empty(); }
};

/// @error PreconditionFailed | NotModified (never for a copy's source)
Outcome<void> check_read(const ReadConditions& conditions, const Object& object, bool is_copy);
/// @param current  null when there is no object of that key
/// @error PreconditionFailed | NoSuchKey | NotImplemented
Outcome<void> check_write(const WriteConditions& conditions, const Object* current);

struct ByteRange {
    uint64_t offset = 0;
    uint64_t size_bytes = 0;
};

/// The Range header against a size. Empty: the whole object (no range, several, or another unit).
/// @error InvalidRange
Outcome<std::optional<ByteRange>> parse_range(std::string_view header, uint64_t size_bytes);
/// x-amz-copy-source-range: first and last byte are both required and must exist.
/// @error InvalidArgument | InvalidRange
Outcome<ByteRange> parse_copy_range(std::string_view header, uint64_t size_bytes);

}  // namespace wr::s3
