// Plans a read (range of rows, filter, projection, where to start) and runs it over one view.
#include "services/dynamodb/engine/reader.h"

#include <algorithm>

#include "base/logging.h"
#include "services/dynamodb/engine/expression_parser.h"
#include "services/dynamodb/engine/item_codec.h"
#include "services/dynamodb/engine/item_rules.h"
#include "services/dynamodb/engine/key_encoding.h"
#include "services/dynamodb/engine/rows.h"

namespace wr::dynamodb {
namespace {

base::Failure<Error> storage_failure(const base::Error& error) {
    base::log_error("dynamodb.read_failed", {{"error", error.message}});
    return fail(ErrorCode::Internal, error.message);
}

base::Failure<Error> bad_start() {
    return invalid("The provided starting key is invalid");
}

/// Attributes that a condition mentions by their first name.
void collect_heads(const Operand& operand, std::vector<std::string>& heads) {
    if (const auto* path = operand.as<Path>()) {
        heads.push_back(std::get<std::string>(path->front()));
    } else if (const auto* call = operand.as<FunctionCall>()) {
        for (const Operand& argument : call->arguments) collect_heads(argument, heads);
    }
}

void collect_heads(const Condition& condition, std::vector<std::string>& heads) {
    for (const Operand& operand : condition.operands) collect_heads(operand, heads);
    for (const Condition& child : condition.children) collect_heads(child, heads);
}

}  // namespace

struct Reader::Plan {
    std::shared_ptr<Table> table;
    std::shared_ptr<const TableDefinition> definition;
    const IndexDefinition* index = nullptr;  ///< null: the table itself
    KeySchema schema;
    std::string rows;
    KeyRange range;
    bool forward = true;
    std::string start;  ///< the row after which (before which, backward) to go on
    std::optional<Condition> key_condition;
    std::optional<Condition> filter;
    std::optional<Projection> projection;
    bool count_only = false;
    bool fetch_whole = false;  ///< the index lacks attributes that are asked for
    std::optional<size_t> limit;
    bool consistent = false;
};

Result<Reader::PreparedGet> Reader::prepare(const GetItem& request) {
    Placeholders placeholders(request.names, std::nullopt);
    WR_TRY_VOID(placeholders.check());
    PreparedGet prepared;
    prepared.projection = request.legacy_projection;
    if (request.projection_expression) {
        WR_TRY(prepared.projection, parse_projection(*request.projection_expression, placeholders));
    }
    WR_TRY_VOID(placeholders.check_all_used());
    WR_TRY(prepared.table, catalogue_.open(request.table));
    if (auto fits = check_key(*prepared.table->definition(), request.key); !fits) {
        prepared.schema_error = std::move(fits).error();
    }
    return prepared;
}

Result<GetOutcome> Reader::get(const GetItem& request) {
    WR_TRY(const PreparedGet prepared, prepare(request));
    if (prepared.schema_error) return base::fail(*prepared.schema_error);
    const auto stored = store_.get(item_row(*prepared.table->definition(), request.key));
    if (!stored) return storage_failure(stored.error());
    GetOutcome outcome;
    outcome.capacity.table = read_units(0, request.consistent);
    if (!*stored) return outcome;
    auto item = decode_item(**stored);
    if (!item) return storage_failure(item.error());
    outcome.capacity.table = read_units(size_bytes(*item), request.consistent);
    outcome.item = prepared.projection ? project(*item, *prepared.projection) : std::move(*item);
    return outcome;
}

Result<void> Reader::plan_projection(const ReadRequest& request, Plan& plan) {
    const bool has_names = plan.projection.has_value();
    plan.count_only = request.select == Select::Count;
    if (has_names && request.select && *request.select != Select::Specific) {
        const bool count = *request.select == Select::Count;
        return invalid(
            std::string("Cannot specify the ") +
            (request.projection_expression ? "ProjectionExpression" : "AttributesToGet") +
            " when choosing to get " + (count ? "only the Count" : "ALL_ATTRIBUTES"));
    }
    if (!has_names && request.select == Select::Specific) {
        return invalid(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
            "SPECIFIC_ATTRIBUTES");
    }
    if (plan.index == nullptr) {
        if (request.select != Select::AllProjected) return {};
        return invalid(
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    }
    if (plan.index->projection == ProjectionType::All) return {};
    std::vector<std::string> missing;
    for (const Path& path : plan.projection.value_or(Projection{})) {
        const auto& head = std::get<std::string>(path.front());
        const auto& kept = plan.index->non_key_attributes;
        if (!plan.index->key.contains(head) && !plan.definition->key.contains(head) &&
            std::find(kept.begin(), kept.end(), head) == kept.end()) {
            missing.push_back(head);
        }
    }
    const bool all = request.select == Select::AllAttributes;
    if (plan.index->global && all) {
        return invalid_parameters(
            "Select type ALL_ATTRIBUTES is not supported for global secondary index " +
            plan.index->name + " because its projection type is not ALL");
    }
    if (plan.index->global && !missing.empty()) {
        std::string names;
        for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
        return invalid_parameters("Global secondary index " + plan.index->name +
                                  " does not project [" + names + "]");
    }
    plan.fetch_whole = all || !missing.empty();
    return {};
}

Result<void> Reader::plan_start(const ReadRequest& request, Plan& plan) {
    if (!request.exclusive_start_key) return {};
    const Item& start = *request.exclusive_start_key;
    std::vector<std::string> names = plan.definition->key.attributes();
    for (const std::string& name : plan.schema.attributes()) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    if (start.size() != names.size()) return bad_start();
    for (const std::string& name : names) {
        const auto found = start.find(name);
        if (found == start.end()) return bad_start();
        if (found->second.type() != plan.definition->type_of(name)) {
            return invalid(
                "The provided starting key is invalid: The provided key element does not match "
                "the schema");
        }
    }
    plan.start = plan.index != nullptr ? *index_row(*plan.definition, *plan.index, start)
                                       : item_row(*plan.definition, start);
    return {};
}

Result<Reader::Plan> Reader::plan(const ReadRequest& request, bool is_query) {
    Plan plan;
    Placeholders placeholders(request.names, request.values);
    WR_TRY_VOID(placeholders.check());
    plan.filter = request.legacy_filter;
    plan.projection = request.legacy_projection;
    if (is_query) {
        const auto& query = static_cast<const QueryRequest&>(request);
        if (query.key_condition_expression) {
            WR_TRY(plan.key_condition,
                   parse_condition(
                       *query.key_condition_expression, "KeyConditionExpression", placeholders));
        }
    }
    if (request.filter_expression) {
        WR_TRY(plan.filter,
               parse_condition(*request.filter_expression, "FilterExpression", placeholders));
    }
    if (request.projection_expression) {
        WR_TRY(plan.projection, parse_projection(*request.projection_expression, placeholders));
    }
    WR_TRY_VOID(placeholders.check_all_used());
    WR_TRY(plan.table, catalogue_.open(request.table));
    plan.definition = plan.table->definition();
    plan.schema = plan.definition->key;
    uint16_t index_number = 0;
    if (request.index) {
        plan.index = plan.definition->find_index(*request.index);
        if (plan.index == nullptr) {
            return invalid("The table does not have the specified index: " + *request.index);
        }
        if (plan.index->global && request.consistent) {
            return invalid("Consistent reads are not supported on global secondary indexes");
        }
        plan.schema = plan.index->key;
        index_number = plan.index->number;
    }
    plan.rows = rows_prefix(plan.definition->number, index_number);
    plan.range = {plan.rows, after_prefix(plan.rows)};
    plan.limit = request.limit;
    plan.consistent = request.consistent;
    WR_TRY_VOID(plan_projection(request, plan));
    WR_TRY_VOID(plan_start(request, plan));
    return plan;
}

Result<void> Reader::plan_range(const QueryRequest& request,
                                const KeyConditions& conditions,
                                Plan& plan) {
    WR_TRY(plan.range, key_range(*plan.definition, plan.schema, plan.rows, conditions));
    plan.forward = request.forward;
    if (plan.filter) {
        std::vector<std::string> heads;
        collect_heads(*plan.filter, heads);
        for (const std::string& head : heads) {
            if (!plan.schema.contains(head)) continue;
            return invalid(
                std::string(request.filter_expression ? "Filter Expression" : "QueryFilter") +
                " can only contain non-primary key attributes: Primary key attribute: " + head);
        }
    }
    if (plan.start.empty()) return {};
    if (plan.start < plan.range.lower || plan.start >= plan.range.upper) {
        const bool has_range = conditions.size() > 1;
        if (has_range && plan.start.starts_with(partition_prefix(
                             plan.rows, conditions.at(plan.schema.hash).values.front()))) {
            return invalid("The provided starting key does not match the range key predicate");
        }
        return invalid(
            "The provided starting key is outside query boundaries based on provided conditions");
    }
    return {};
}

Result<ReadOutcome> Reader::query(const QueryRequest& request) {
    if (!request.key_condition_expression && !request.legacy_key_conditions) {
        return invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
            "request.");
    }
    WR_TRY(Plan plan, this->plan(request, true));
    KeyConditions conditions = request.legacy_key_conditions.value_or(KeyConditions{});
    if (plan.key_condition) {
        WR_TRY(conditions, to_key_conditions(*plan.key_condition));
    }
    WR_TRY_VOID(plan_range(request, conditions, plan));
    return run(plan);
}

Result<ReadOutcome> Reader::scan(const ScanRequest& request) {
    if (request.segment && !request.total_segments) {
        return invalid(
            "The TotalSegments parameter is required but was not present in the request when "
            "Segment parameter is present");
    }
    if (request.total_segments && !request.segment) {
        return invalid(
            "The Segment parameter is required but was not present in the request when parameter "
            "TotalSegments is present");
    }
    const size_t total = request.total_segments.value_or(1);
    const size_t segment = request.segment.value_or(0);
    if (segment >= total) {
        return invalid(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            "Segment: " +
            std::to_string(segment) + " is not less than TotalSegments: " + std::to_string(total));
    }
    WR_TRY(Plan plan, this->plan(request, false));
    // Partitions lie in order of their two-byte bucket; a segment is a run of buckets.
    constexpr size_t bucket_count = 65'536;
    const auto bound = [&](size_t index) {
        const size_t bucket = (index * bucket_count + total - 1) / total;
        if (bucket >= bucket_count) return after_prefix(plan.rows);
        return plan.rows + static_cast<char>(bucket >> 8) + static_cast<char>(bucket & 0xFF);
    };
    plan.range = {bound(segment), bound(segment + 1)};
    if (!plan.start.empty() && (plan.start < plan.range.lower || plan.start >= plan.range.upper)) {
        return invalid(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
            "ExclusiveStartKey with correct Segment. TotalSegments: " +
            std::to_string(total) + " Segment: " + std::to_string(segment));
    }
    return run(plan);
}

Result<Item> Reader::fetch_whole(const Plan& plan, Item from_index, ReadOutcome& outcome) {
    const auto stored = store_.get(item_row(*plan.definition, from_index));
    if (!stored) return storage_failure(stored.error());
    // Written away between the view and now: what the index knew is what there was.
    if (!*stored) return from_index;
    auto item = decode_item(**stored);
    if (!item) return storage_failure(item.error());
    outcome.capacity.table += read_units(size_bytes(*item), plan.consistent);
    return std::move(*item);
}

Result<ReadOutcome> Reader::run(const Plan& plan) {
    ReadOutcome outcome;
    const auto rows = store_.iterate();
    if (plan.forward) {
        rows->seek(plan.start.empty() ? plan.range.lower : plan.start + '\0');
    } else {
        const std::string& end = plan.start.empty() ? plan.range.upper : plan.start;
        rows->seek_for_prev(end);
        if (rows->valid() && rows->key() >= end) rows->prev();
    }
    size_t bytes = 0;
    Item last;
    bool stopped = false;
    const auto inside = [&] {
        return rows->valid() &&
               (plan.forward ? rows->key() < plan.range.upper : rows->key() >= plan.range.lower);
    };
    for (; inside(); plan.forward ? rows->next() : rows->prev()) {
        auto decoded = decode_item(rows->value());
        if (!decoded) return storage_failure(decoded.error());
        Item item = std::move(*decoded);
        ++outcome.scanned_count;
        bytes += size_bytes(item);
        stopped = bytes >= page_bytes_max || (plan.limit && outcome.scanned_count >= *plan.limit);
        if (stopped) last = item;
        if (plan.fetch_whole) {
            WR_TRY(item, fetch_whole(plan, std::move(item), outcome));
        }
        if (!plan.filter || evaluate(*plan.filter, item)) {
            ++outcome.count;
            if (!plan.count_only) {
                outcome.items.push_back(plan.projection ? project(item, *plan.projection)
                                                        : std::move(item));
            }
        }
        if (stopped) break;
    }
    if (const auto status = rows->status(); !status) return storage_failure(status.error());
    if (stopped) {
        Item key = key_of(*plan.definition, last);
        for (const std::string& name : plan.schema.attributes()) key.insert(*last.find(name));
        outcome.last_evaluated_key = std::move(key);
    }
    const double units = read_units(bytes, plan.consistent);
    if (plan.index == nullptr) {
        outcome.capacity.table += units;
    } else if (plan.index->global) {
        outcome.capacity.global_indexes[plan.index->name] = units;
    } else {
        outcome.capacity.local_indexes[plan.index->name] = units;
    }
    return outcome;
}

base::Result<void> Reader::walk(const Table& table,
                                const std::function<bool(size_t, Item&&)>& each) {
    const std::string prefix = rows_prefix(table.number, 0);
    std::optional<base::Error> damage;
    WR_TRY_VOID(store_.scan(prefix, [&](std::string_view, std::string_view value) {
        auto item = decode_item(value);
        if (!item) {
            damage = item.error();
            return false;
        }
        const size_t size = size_bytes(*item);
        return each(size, std::move(*item));
    }));
    if (damage) return base::fail(*damage);
    return {};
}

}  // namespace wr::dynamodb
