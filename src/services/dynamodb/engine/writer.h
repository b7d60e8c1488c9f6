#pragma once
// Writer: puts, updates, deletes and checks, one or many at once, each set in one durable batch
// with its index rows.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "kv/store.h"
#include "services/dynamodb/engine/capacity.h"
#include "services/dynamodb/engine/catalogue.h"
#include "services/dynamodb/engine/expression.h"

namespace wr::dynamodb {

struct WriteAction {
    enum class Kind { Put, Update, Delete, Check };
    Kind kind = Kind::Put;
    TableName table;
    Item item;  ///< Put: the item; the others: the key
    std::optional<std::string> condition_expression;
    std::optional<std::string> update_expression;
    std::optional<std::map<std::string, std::string>> names;
    std::optional<Item> values;
    /// From the legacy parameters, which exclude the expressions.
    std::optional<Condition> legacy_condition;
    std::optional<Updates> legacy_update;
    /// ConditionalCheckFailed then carries the item that failed it.
    bool return_item_on_failure = false;
};

struct WriteOutcome {
    std::optional<Item> before;
    std::optional<Item> after;
    std::vector<Path> touched;  ///< Update: what it set or removed
    Item key;
    std::shared_ptr<const TableDefinition> table;
    Capacity capacity;
};

/// A client's token: repeats within ten minutes succeed without doing anything.
struct TransactionToken {
    std::string account;
    std::string region;
    std::string token;
};

struct ItemKey {
    std::shared_ptr<Table> table;
    Item key;
};

/// @threads any. Writes to one item happen one after the other; a write is durable, together with
/// its index rows, when the call returns.
class Writer {
public:
    Writer(kv::Store& store, const base::Clock& clock, Catalogue& catalogue)
        : store_(store), clock_(clock), catalogue_(catalogue) {}

    /// @error Validation | ResourceNotFound | ConditionalCheckFailed
    Result<WriteOutcome> write(const WriteAction& action);
    /// Puts and deletes without conditions; all of them or none.
    /// @error Validation (also for two actions on one item) | ResourceNotFound
    Result<std::vector<WriteOutcome>> write_batch(const std::vector<WriteAction>& actions);
    /// All or nothing, serialisable with every other write.
    /// @error Validation | ResourceNotFound | TransactionCanceled | IdempotentParameterMismatch
    Result<std::vector<WriteOutcome>> transact(const std::vector<WriteAction>& actions,
                                               const std::optional<TransactionToken>& token);
    /// The stored items for `keys`, as one serialisable read. Absent ones are empty.
    Result<std::vector<std::optional<Item>>> read_together(const std::vector<ItemKey>& keys);
    /// Removes the item unless it changed since it was found; for time to live.
    Result<void> expire(const std::shared_ptr<Table>& table, const Item& item);
    /// Forgets tokens whose ten minutes are over.
    base::Result<void> forget_old_tokens();

private:
    struct Prepared;
    class Locks;

    Result<Prepared> prepare(const WriteAction& action, bool in_transaction);
    std::vector<std::optional<Error>> compute(std::vector<Prepared>& prepared);
    std::optional<Error> compute_one(Prepared& prepared);
    Result<void> commit(std::vector<Prepared>& prepared, kv::Batch batch);
    static void add_rows(Prepared& prepared, kv::Batch& batch);
    Result<bool> token_seen(const std::string& row, const std::string& digest);

    kv::Store& store_;
    const base::Clock& clock_;
    Catalogue& catalogue_;
    static constexpr size_t stripe_count = 256;
    std::array<std::mutex, stripe_count> stripes_;
};

}  // namespace wr::dynamodb
