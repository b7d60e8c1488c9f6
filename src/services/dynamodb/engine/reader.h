#pragma once
// Reader: single items, Query and Scan, over the table or one of its indexes.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kv/store.h"
#include "services/dynamodb/engine/capacity.h"
#include "services/dynamodb/engine/catalogue.h"
#include "services/dynamodb/engine/expression.h"
#include "services/dynamodb/engine/key_condition.h"

namespace wr::dynamodb {

struct GetItem {
    TableName table;
    Item key;
    std::optional<std::string> projection_expression;
    std::optional<std::map<std::string, std::string>> names;
    std::optional<Projection> legacy_projection;
    bool consistent = false;
};
struct GetOutcome {
    std::optional<Item> item;  ///< already projected
    Capacity capacity;
};

enum class Select { AllAttributes, AllProjected, Specific, Count };

/// What Query and Scan share.
struct ReadRequest {
    TableName table;
    std::optional<std::string> index;
    std::optional<std::string> filter_expression;
    std::optional<std::string> projection_expression;
    std::optional<std::map<std::string, std::string>> names;
    std::optional<Item> values;
    std::optional<Condition> legacy_filter;
    std::optional<Projection> legacy_projection;
    std::optional<Select> select;
    std::optional<size_t> limit;
    std::optional<Item> exclusive_start_key;
    bool consistent = false;
};
struct QueryRequest : ReadRequest {
    std::optional<std::string> key_condition_expression;
    std::optional<KeyConditions> legacy_key_conditions;
    bool forward = true;
};
struct ScanRequest : ReadRequest {
    std::optional<size_t> segment;
    std::optional<size_t> total_segments;
};
struct ReadOutcome {
    std::vector<Item> items;  ///< empty for Select::Count
    size_t count = 0;
    size_t scanned_count = 0;
    std::optional<Item> last_evaluated_key;
    Capacity capacity;
};

/// @threads any. A page is one consistent view of the table; every read sees all acknowledged
/// writes.
class Reader {
public:
    Reader(const kv::Store& store, Catalogue& catalogue) : store_(store), catalogue_(catalogue) {}

    Result<GetOutcome> get(const GetItem& request);
    /// What `get` needs to know before it reads.
    struct PreparedGet {
        std::shared_ptr<Table> table;
        std::optional<Projection> projection;
        std::optional<Error> schema_error;  ///< the key does not fit
    };
    Result<PreparedGet> prepare(const GetItem& request);
    Result<ReadOutcome> query(const QueryRequest& request);
    Result<ReadOutcome> scan(const ScanRequest& request);
    /// Calls `each` for all items of a table until it returns false.
    base::Result<void> walk(const Table& table, const std::function<bool(size_t, Item&&)>& each);

private:
    struct Plan;
    Result<Plan> plan(const ReadRequest& request, bool is_query);
    Result<void> plan_projection(const ReadRequest& request, Plan& plan);
    Result<void> plan_start(const ReadRequest& request, Plan& plan);
    Result<void> plan_range(const QueryRequest& request,
                            const KeyConditions& conditions,
                            Plan& plan);
    Result<ReadOutcome> run(const Plan& plan);
    Result<Item> fetch_whole(const Plan& plan, Item from_index, ReadOutcome& outcome);

    const kv::Store& store_;
    Catalogue& catalogue_;
};

constexpr size_t page_bytes_max = 1024 * 1024;

}  // namespace wr::dynamodb
