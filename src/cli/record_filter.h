#pragma once
// What `stream tail` prints: a condition on a record's JSON and a format of its own.

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "cli/shard_reader.h"

namespace wr::cli {

/// `Field<100`, `Name=Shadowfax`, `a.b!=c`: one comparison of a field of the record's JSON.
class RecordFilter {
public:
    static std::optional<RecordFilter> parse(std::string_view text);
    /// False as well when the record is no JSON or has no such field.
    bool matches(const base::Json& record) const;

private:
    enum class Comparison { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };
    std::string path_;
    Comparison comparison_ = Comparison::Equal;
    std::string text_;
    std::optional<double> number_;
};

/// %k key, %v data, %s sequence number, %p shard, %t arrival; \n and \t. Other text stays.
std::string format_record(std::string_view format, const ShardRecord& record);

/// latest, horizon, @TIME (ISO 8601, or an age such as 5m), seq:NUMBER.
std::optional<ShardStart> parse_start(std::string_view text, base::Timestamp now);

}  // namespace wr::cli
