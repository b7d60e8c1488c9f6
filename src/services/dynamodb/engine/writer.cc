// One path for every write: prepare (parse, check), lock, read, decide, commit.
#include "services/dynamodb/engine/writer.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/logging.h"
#include "services/dynamodb/engine/expression_parser.h"
#include "services/dynamodb/engine/fingerprint.h"
#include "services/dynamodb/engine/item_codec.h"
#include "services/dynamodb/engine/item_rules.h"
#include "services/dynamodb/engine/rows.h"
#include "services/dynamodb/engine/update.h"

namespace wr::dynamodb {
namespace {

constexpr auto token_lifetime = std::chrono::minutes(10);

base::Failure<Error> storage_failure(const base::Error& error) {
    base::log_error("dynamodb.store_failed", {{"error", error.message}});
    return fail(ErrorCode::Internal, error.message);
}

std::vector<Path> touched_paths(const Updates& update) {
    std::vector<Path> paths;
    for (const UpdateAction& action : update) paths.push_back(action.path);
    return paths;
}

bool only_takes(const Updates& update) {
    return !update.empty() &&
           std::all_of(update.begin(), update.end(), [](const UpdateAction& action) {
               return action.kind == UpdateAction::Kind::Remove ||
                      action.kind == UpdateAction::Kind::Delete;
           });
}

std::string token_value(base::Timestamp until, const std::string& digest) {
    return kv::encode_u64(static_cast<uint64_t>(until.time_since_epoch().count())) + digest;
}

base::Timestamp token_until(std::string_view value) {
    return base::Timestamp{std::chrono::milliseconds{static_cast<int64_t>(kv::decode_u64(value))}};
}

}  // namespace

struct Writer::Prepared {
    const WriteAction* action = nullptr;
    std::shared_ptr<Table> table;
    std::shared_ptr<const TableDefinition> definition;
    std::optional<Condition> condition;
    std::optional<Updates> update;
    std::string row;
    std::optional<Error> schema_error;  ///< in transactions: a reason, not a refusal
    WriteOutcome outcome;
};

/// Holds the tables' gates shared and the stripes of all rows, taken in one order.
class Writer::Locks {
public:
    Locks(Writer& writer, const std::vector<Table*>& tables, const std::vector<std::string>& rows) {
        const std::set<Table*> each(tables.begin(), tables.end());
        for (Table* table : each) gates_.emplace_back(table->gate);
        std::set<size_t> indexes;
        for (const std::string& row : rows) {
            indexes.insert(std::hash<std::string>{}(row) % stripe_count);
        }
        for (const size_t index : indexes) stripes_.emplace_back(writer.stripes_[index]);
    }

private:
    std::vector<std::shared_lock<std::shared_mutex>> gates_;
    std::vector<std::unique_lock<std::mutex>> stripes_;
};

Result<Writer::Prepared> Writer::prepare(const WriteAction& action, bool in_transaction) {
    Prepared prepared;
    prepared.action = &action;
    Placeholders placeholders(action.names, action.values);
    WR_TRY_VOID(placeholders.check());
    if (action.update_expression) {
        WR_TRY(prepared.update, parse_update(*action.update_expression, placeholders));
    }
    if (action.condition_expression) {
        WR_TRY(prepared.condition,
               parse_condition(*action.condition_expression, "ConditionExpression", placeholders));
    }
    WR_TRY_VOID(placeholders.check_all_used());
    if (action.legacy_condition) prepared.condition = action.legacy_condition;
    if (action.legacy_update) prepared.update = action.legacy_update;
    WR_TRY(prepared.table, catalogue_.open(action.table));
    prepared.definition = prepared.table->definition();
    const TableDefinition& table = *prepared.definition;
    auto check = [&]() -> Result<void> {
        if (action.kind == WriteAction::Kind::Put) return check_item(table, action.item);
        WR_TRY_VOID(check_key(table, action.item));
        for (const UpdateAction& one : prepared.update.value_or(Updates{})) {
            const auto& head = std::get<std::string>(one.path.front());
            if (table.key.contains(head)) {
                return invalid_parameters("Cannot update attribute " + head +
                                          ". This attribute is part of the key");
            }
        }
        return {};
    };
    if (auto checked = check(); !checked) {
        if (!in_transaction) return base::fail(std::move(checked).error());
        prepared.schema_error = std::move(checked).error();
        return prepared;
    }
    prepared.outcome.key = key_of(table, action.item);
    prepared.row = item_row(table, action.item);
    return prepared;
}

/// Reads what is stored and decides what will be. Called with the row's stripe held.
std::optional<Error> Writer::compute_one(Prepared& prepared) {
    if (prepared.schema_error) return prepared.schema_error;
    const WriteAction& action = *prepared.action;
    const auto stored = store_.get(prepared.row);
    if (!stored) return storage_failure(stored.error()).error;
    WriteOutcome& outcome = prepared.outcome;
    if (*stored) {
        auto decoded = decode_item(**stored);
        if (!decoded) return storage_failure(decoded.error()).error;
        outcome.before = std::move(*decoded);
    }
    static const Item absent;
    const Item& before = outcome.before ? *outcome.before : absent;
    if (prepared.condition && !evaluate(*prepared.condition, before)) {
        Error error{ErrorCode::ConditionalCheckFailed, "The conditional request failed", {}, {}};
        if (action.return_item_on_failure) error.item = outcome.before;
        return error;
    }
    switch (action.kind) {
        case WriteAction::Kind::Put:
            outcome.after = action.item;
            break;
        case WriteAction::Kind::Delete:
            break;
        case WriteAction::Kind::Check:
            outcome.after = outcome.before;
            break;
        case WriteAction::Kind::Update: {
            Item start = before;
            for (const auto& entry : outcome.key) start.insert(entry);
            const Updates nothing;
            const Updates& update = prepared.update ? *prepared.update : nothing;
            // Taking from an item that is not there does not create it.
            if (!outcome.before && only_takes(update)) break;
            auto after = apply_update(update, start);
            if (!after) return after.error();
            if (auto checked = check_updated_item(*prepared.definition, *after); !checked) {
                return checked.error();
            }
            outcome.after = std::move(*after);
            outcome.touched = touched_paths(update);
            break;
        }
    }
    return std::nullopt;
}

std::vector<std::optional<Error>> Writer::compute(std::vector<Prepared>& prepared) {
    std::vector<std::optional<Error>> errors;
    for (Prepared& one : prepared) {
        // Under the gate the definition can no longer change: a new index or a removed table shows.
        one.definition = one.table->definition();
        one.outcome.table = one.definition;
        if (one.table->gone) {
            errors.emplace_back(
                Error{ErrorCode::ResourceNotFound, "Requested resource not found", {}, {}});
        } else {
            errors.push_back(compute_one(one));
        }
    }
    return errors;
}

void Writer::add_rows(Prepared& prepared, kv::Batch& batch) {
    WriteOutcome& outcome = prepared.outcome;
    const size_t size_before = outcome.before ? size_bytes(*outcome.before) : 0;
    const size_t size_after = outcome.after ? size_bytes(*outcome.after) : 0;
    outcome.capacity.table = write_units(std::max(size_before, size_after));
    if (prepared.action->kind == WriteAction::Kind::Check || outcome.before == outcome.after)
        return;
    if (outcome.after) {
        batch.put(prepared.row, encode_item(*outcome.after));
    } else {
        batch.remove(prepared.row);
    }
    for (const IndexDefinition& index : prepared.definition->indexes) {
        const auto row_of = [&](const std::optional<Item>& item) -> std::optional<std::string> {
            return item ? index_row(*prepared.definition, index, *item) : std::nullopt;
        };
        const auto kept_of = [&](const std::optional<Item>& item) {
            return index_projection(*prepared.definition, index, *item);
        };
        const auto row_before = row_of(outcome.before);
        const auto row_after = row_of(outcome.after);
        double units = 0;
        if (row_before && row_before != row_after) {
            batch.remove(*row_before);
            units += write_units(size_bytes(kept_of(outcome.before)));
        }
        if (row_after) {
            const Item kept = kept_of(outcome.after);
            if (row_before != row_after || kept_of(outcome.before) != kept) {
                batch.put(*row_after, encode_item(kept));
                units += write_units(size_bytes(kept));
            }
        }
        auto& indexes =
            index.global ? outcome.capacity.global_indexes : outcome.capacity.local_indexes;
        if (units > 0) indexes[index.name] = units;
    }
}

Result<void> Writer::commit(std::vector<Prepared>& prepared, kv::Batch batch) {
    for (Prepared& one : prepared) add_rows(one, batch);
    if (batch.empty()) return {};
    if (const auto committed = store_.commit(batch); !committed) {
        return storage_failure(committed.error());
    }
    for (Prepared& one : prepared) {
        const WriteOutcome& outcome = one.outcome;
        const auto size = [](const std::optional<Item>& item) {
            return item ? static_cast<int64_t>(size_bytes(*item)) : 0;
        };
        one.table->item_count += int64_t{outcome.after.has_value()} - outcome.before.has_value();
        one.table->item_bytes += size(outcome.after) - size(outcome.before);
    }
    return {};
}

Result<WriteOutcome> Writer::write(const WriteAction& action) {
    std::vector<Prepared> prepared;
    WR_TRY(Prepared one, prepare(action, false));
    prepared.push_back(std::move(one));
    const Locks locks(*this, {prepared[0].table.get()}, {prepared[0].row});
    auto errors = compute(prepared);
    if (errors[0]) return base::fail(std::move(*errors[0]));
    WR_TRY_VOID(commit(prepared, {}));
    return std::move(prepared[0].outcome);
}

Result<std::vector<WriteOutcome>> Writer::write_batch(const std::vector<WriteAction>& actions) {
    std::vector<Prepared> prepared;
    std::vector<Table*> tables;
    std::vector<std::string> rows;
    for (const WriteAction& action : actions) {
        WR_TRY(Prepared one, prepare(action, false));
        if (std::find(rows.begin(), rows.end(), one.row) != rows.end()) {
            return invalid("Provided list of item keys contains duplicates");
        }
        tables.push_back(one.table.get());
        rows.push_back(one.row);
        prepared.push_back(std::move(one));
    }
    const Locks locks(*this, tables, rows);
    for (auto& error : compute(prepared)) {
        if (error) return base::fail(std::move(*error));
    }
    WR_TRY_VOID(commit(prepared, {}));
    std::vector<WriteOutcome> outcomes;
    for (Prepared& one : prepared) outcomes.push_back(std::move(one.outcome));
    return outcomes;
}

Result<bool> Writer::token_seen(const std::string& row, const std::string& digest) {
    const auto stored = store_.get(row);
    if (!stored) return storage_failure(stored.error());
    if (!*stored || (*stored)->size() < 8 || token_until(**stored) <= clock_.now()) return false;
    if (std::string_view(**stored).substr(8) != digest) {
        return fail(ErrorCode::IdempotentParameterMismatch,
                    "Request parameters do not match the ones of the previous request with this "
                    "ClientRequestToken");
    }
    return true;
}

Result<std::vector<WriteOutcome>> Writer::transact(const std::vector<WriteAction>& actions,
                                                   const std::optional<TransactionToken>& token) {
    std::vector<Prepared> prepared;
    std::vector<Table*> tables;
    std::vector<std::string> rows;
    for (const WriteAction& action : actions) {
        WR_TRY(Prepared one, prepare(action, true));
        if (!one.row.empty() && std::find(rows.begin(), rows.end(), one.row) != rows.end()) {
            return invalid("Transaction request cannot include multiple operations on one item");
        }
        tables.push_back(one.table.get());
        rows.push_back(one.row);
        prepared.push_back(std::move(one));
    }
    kv::Batch batch;
    auto locked_rows = rows;
    // A token's row is locked like an item's: the repeat waits for the first request.
    if (token) locked_rows.push_back(token_row(token->account, token->region, token->token));
    const Locks locks(*this, tables, locked_rows);
    std::vector<WriteOutcome> outcomes;
    if (token) {
        const std::string digest = fingerprint(actions);
        WR_TRY(const bool seen, token_seen(locked_rows.back(), digest));
        if (seen) return outcomes;
        batch.put(locked_rows.back(), token_value(clock_.now() + token_lifetime, digest));
    }
    auto errors = compute(prepared);
    if (auto cancelled = cancellation(errors)) return base::fail(std::move(*cancelled));
    WR_TRY_VOID(commit(prepared, std::move(batch)));
    for (Prepared& one : prepared) {
        Capacity& capacity = one.outcome.capacity;
        capacity.table *= 2;  // a transaction prepares and commits
        for (auto& [name, units] : capacity.global_indexes) units *= 2;
        for (auto& [name, units] : capacity.local_indexes) units *= 2;
        outcomes.push_back(std::move(one.outcome));
    }
    return outcomes;
}

Result<std::vector<std::optional<Item>>> Writer::read_together(const std::vector<ItemKey>& keys) {
    std::vector<Table*> tables;
    std::vector<std::string> rows;
    for (const auto& [table, key] : keys) {
        tables.push_back(table.get());
        rows.push_back(item_row(*table->definition(), key));
    }
    const Locks locks(*this, tables, rows);
    std::vector<std::optional<Item>> items;
    for (const std::string& row : rows) {
        const auto stored = store_.get(row);
        if (!stored) return storage_failure(stored.error());
        items.emplace_back();
        if (!*stored) continue;
        auto item = decode_item(**stored);
        if (!item) return storage_failure(item.error());
        items.back() = std::move(*item);
    }
    return items;
}

Result<void> Writer::expire(const std::shared_ptr<Table>& table, const Item& item) {
    const auto definition = table->definition();
    WriteAction action;
    action.kind = WriteAction::Kind::Delete;
    action.table = table->name;
    action.item = key_of(*definition, item);
    Condition unchanged;
    unchanged.kind = Condition::Kind::Compare;
    const Path attribute{definition->ttl_attribute};
    const Value* expiry = find(item, attribute);
    if (expiry == nullptr) return {};
    unchanged.operands = {Operand{attribute}, Operand{*expiry}};
    action.legacy_condition = std::move(unchanged);
    auto removed = write(action);
    if (!removed && removed.error().code != ErrorCode::ConditionalCheckFailed) {
        return base::fail(std::move(removed).error());
    }
    return {};
}

base::Result<void> Writer::forget_old_tokens() {
    kv::Batch batch;
    const base::Timestamp now = clock_.now();
    WR_TRY_VOID(
        store_.scan(std::string(1, space_token), [&](std::string_view key, std::string_view value) {
            if (value.size() < 8 || token_until(value) <= now) batch.remove(std::string(key));
            return true;
        }));
    if (batch.empty()) return {};
    return store_.commit(batch);
}

}  // namespace wr::dynamodb
