// Accumulators to columns; a group whose value does not fit goes to the error stream.
#include "sql/group_output.h"

namespace wr::sql {

void emit_groups(const Node& node,
                 const std::vector<Accumulator>& accumulators,
                 size_t first_group,
                 Batch out,
                 Place place,
                 Operator& next) {
    const auto arena = std::make_shared<Arena>();
    RowFailures failures;
    std::string error;
    for (size_t i = 0; i < accumulators.size(); ++i) {
        auto column = std::make_shared<Vector>(node.types[node.expressions.size() + i], out.rows);
        column->keep(arena);
        for (size_t row = 0; row < out.rows; ++row) {
            Datum value;
            if (!accumulators[i].finish(first_group + row, value, error))
                failures.add(static_cast<uint32_t>(row), error);
            if (!value.null && column->type.storage() == Storage::Text)
                value.s = arena->copy(value.s);
            column->set(row, value);
        }
        out.columns.push_back(std::move(column));
    }
    for (const auto& [row, message] : failures.list())
        place.runtime.row_failed(place.pump, out, row, message);
    const auto kept = without_failed(all_rows(out.rows), failures);
    if (!kept.empty()) next.on_batch(gather(out, kept));
}

}  // namespace wr::sql
