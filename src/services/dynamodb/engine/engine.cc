// Puts the parts together and runs their upkeep.
#include "services/dynamodb/engine/engine.h"

#include <algorithm>

#include "base/logging.h"

namespace wr::dynamodb {
namespace {

/// Seconds since 1970; what is older than five years is taken for a mistake and kept, as AWS does.
bool is_expired(const Item& item, const std::string& attribute, base::Timestamp now) {
    const auto found = item.find(attribute);
    if (found == item.end()) return false;
    const auto* expiry = found->second.as<Decimal>();
    if (expiry == nullptr) return false;
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    constexpr long long five_years_seconds = 5LL * 365 * 24 * 3600;
    return *expiry <= Decimal::from_integer(seconds) &&
           *expiry > Decimal::from_integer(seconds - five_years_seconds);
}

}  // namespace

Engine::Engine(kv::Store& store,
               const base::Clock& clock,
               base::Random& random,
               const EngineOptions& options)
    : clock_(clock),
      catalogue_(store, clock, random, options),
      writer_(store, clock, catalogue_),
      reader_(store, catalogue_) {}

base::Result<std::unique_ptr<Engine>> Engine::open(kv::Store& store,
                                                   const base::Clock& clock,
                                                   base::Random& random,
                                                   const EngineOptions& options) {
    std::unique_ptr<Engine> engine(new Engine(store, clock, random, options));
    WR_TRY_VOID(engine->catalogue_.load());
    if (options.maintenance_interval.count() > 0) {
        engine->upkeep_ = std::make_unique<base::PeriodicTask>(
            "dynamodb-upkeep", [raw = engine.get(), interval = options.maintenance_interval] {
                if (auto done = raw->maintain(); !done) {
                    base::log_warn("dynamodb.upkeep_failed", {{"error", done.error().message}});
                }
                return interval;
            });
    }
    return engine;
}

Engine::~Engine() {
    stop();
}

void Engine::stop() {
    if (stopped_) return;
    stopped_ = true;
    if (upkeep_) upkeep_->stop();
    if (auto saved = catalogue_.save_statistics(); !saved) {
        base::log_warn("dynamodb.statistics_not_saved", {{"error", saved.error().message}});
    }
}

bool Engine::table_exists(const std::string& account,
                          const std::string& region,
                          const std::string& table) {
    return catalogue_.describe({account, region, table}).has_value();
}

Result<std::vector<GetOutcome>> Engine::get_together(const std::vector<GetItem>& requests) {
    std::vector<ItemKey> keys;
    std::vector<std::optional<Projection>> projections;
    std::vector<std::optional<Error>> errors;
    for (const GetItem& request : requests) {
        WR_TRY(auto prepared, reader_.prepare(request));
        const bool repeated = std::any_of(keys.begin(), keys.end(), [&](const ItemKey& other) {
            return other.table == prepared.table && other.key == request.key;
        });
        if (repeated) {
            return invalid("Transaction request cannot include multiple operations on one item");
        }
        keys.push_back({prepared.table, request.key});
        projections.push_back(std::move(prepared.projection));
        errors.push_back(std::move(prepared.schema_error));
    }
    if (auto cancelled = cancellation(errors)) return base::fail(std::move(*cancelled));
    WR_TRY(auto items, writer_.read_together(keys));
    std::vector<GetOutcome> outcomes;
    for (size_t i = 0; i < items.size(); ++i) {
        GetOutcome& outcome = outcomes.emplace_back();
        const size_t size = items[i] ? size_bytes(*items[i]) : 0;
        outcome.capacity.table = 2 * read_units(size, true);
        if (!items[i]) continue;
        outcome.item = projections[i] ? project(*items[i], *projections[i]) : std::move(*items[i]);
    }
    return outcomes;
}

base::Result<void> Engine::count_items(Table& table) {
    const int64_t items_since = table.item_count;
    const int64_t bytes_since = table.item_bytes;
    int64_t items = 0;
    int64_t bytes = 0;
    WR_TRY_VOID(reader_.walk(table, [&](size_t size, Item&&) {
        ++items;
        bytes += static_cast<int64_t>(size);
        return true;
    }));
    table.item_count += items - items_since;
    table.item_bytes += bytes - bytes_since;
    table.counted = true;
    return {};
}

base::Result<void> Engine::expire_items(const std::shared_ptr<Table>& table) {
    const std::string attribute = table->definition()->ttl_attribute;
    if (attribute.empty()) return {};
    const base::Timestamp now = clock_.now();
    // Collected first: nothing is written while the iterator holds its view.
    constexpr size_t expired_per_round = 10'000;
    std::vector<Item> expired;
    WR_TRY_VOID(reader_.walk(*table, [&](size_t, Item&& item) {
        if (is_expired(item, attribute, now)) expired.push_back(std::move(item));
        return expired.size() < expired_per_round;
    }));
    for (const Item& item : expired) {
        if (auto removed = writer_.expire(table, item); !removed) {
            return base::fail(base::ErrorCode::Io, removed.error().message);
        }
    }
    return {};
}

base::Result<void> Engine::maintain() {
    WR_TRY_VOID(catalogue_.purge());
    WR_TRY_VOID(writer_.forget_old_tokens());
    for (const auto& table : catalogue_.tables()) {
        if (!table->counted) WR_TRY_VOID(count_items(*table));
        WR_TRY_VOID(expire_items(table));
    }
    return {};
}

}  // namespace wr::dynamodb
