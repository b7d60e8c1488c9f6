#pragma once
// FlatRows: records that are an object of scalars with the keys of the last one, as producers send
// them.

#include <string_view>

#include "sql/decode.h"
#include "sql/flat_json.h"
#include "sql/json_path.h"

namespace wr::sql {

class FlatRows {
public:
    /// The fields of `tree` are what a parser saw last.
    FlatRows(JsonNode& tree, RowCollector& collector) : tree_(tree), collector_(collector) {}

    /// True when the record gave a row. False, and no row kept, for all that is of another shape:
    /// a parser reads those, and learns from them.
    bool take(std::string_view record);

private:
    bool read(std::string_view record);
    bool store(const JsonNode& node, const FlatValue& value);
    bool store(uint32_t column, const FlatValue& value);

    JsonNode& tree_;
    RowCollector& collector_;
    size_t pause_ = 0;
    size_t wait_ = 0;  ///< records until the next attempt
};

}  // namespace wr::sql
