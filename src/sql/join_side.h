#pragma once
// JoinSide: the rows of one side of a join that are still in its window, found by key.

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sql/batch.h"
#include "sql/plan.h"
#include "sql/state_bytes.h"

namespace wr::sql {

/// Bytes that are equal for equal values, whatever their number of bits.
void append_join_key(const Datum& value, const Type& type, std::string& out);

struct JoinRow {
    int64_t rowtime = 0;
    std::vector<Datum> values;
    std::unique_ptr<char[]> text;  ///< what the values point into
    std::string key;
    bool has_key = true;  ///< false when a part of it is NULL: it equals nothing
    bool matched = false;
};

class JoinSide {
public:
    JoinSide(const WindowSpec& window, std::vector<Type> types)
        : window_(window), types_(std::move(types)) {}

    /// `keys` are the key columns of the whole batch.
    JoinRow& add(const Batch& batch, const std::vector<VectorPtr>& keys, uint32_t row);
    /// Null when no row has the key. Rows in the order of their arrival.
    const std::deque<JoinRow*>* find(const JoinRow& other) const;

    /// When the oldest row leaves; INT64_MAX when none does by time.
    int64_t next_leaves() const;
    /// More rows than the window takes.
    bool overfull() const;
    std::unique_ptr<JoinRow> take_oldest();

    const std::vector<Type>& types() const { return types_; }
    size_t state_bytes() const { return bytes_; }
    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    JoinRow& keep(std::unique_ptr<JoinRow> row);
    static void own_text(JoinRow& row);
    size_t bytes_of(const JoinRow& row) const;

    const WindowSpec& window_;
    std::vector<Type> types_;
    std::deque<std::unique_ptr<JoinRow>> rows_;
    std::unordered_map<std::string, std::deque<JoinRow*>> by_key_;
    size_t bytes_ = 0;
};

}  // namespace wr::sql
