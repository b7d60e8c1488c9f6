#pragma once
// Names of delivered objects: prefixes with !{...} expressions and what AWS appends.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace wr::firehose {

/// Why AWS would refuse the pair of prefixes; empty when it would not.
std::optional<std::string> check_prefixes(std::string_view prefix, std::string_view error_prefix);

/// The prefix with its expressions evaluated; without a timestamp expression "yyyy/MM/dd/HH/" of
/// `time` (UTC) is appended. The prefix has passed check_prefixes.
std::string evaluate_prefix(std::string_view prefix, base::Timestamp time, base::Random& random);

/// `text` in the pattern of Java's DateTimeFormatter; empty for letters that are not known.
std::optional<std::string> format_java(std::string_view pattern, base::Timestamp time);

/// prefix + name-version-yyyy-MM-dd-HH-mm-ss-uuid + extension
std::string object_name(std::string_view prefix,
                        std::string_view stream,
                        uint64_t version,
                        std::string_view extension,
                        base::Timestamp time,
                        base::Random& random);

}  // namespace wr::firehose
