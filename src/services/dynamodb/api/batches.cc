// BatchWriteItem and BatchGetItem.
#include "services/dynamodb/api/parameters.h"
#include "services/dynamodb/api/service.h"
#include "services/dynamodb/api/values.h"

namespace wr::dynamodb::api {
namespace {

constexpr size_t batch_writes_max = 25;
constexpr size_t batch_reads_max = 100;
constexpr size_t batch_bytes_max = 16 * 1024 * 1024;

Result<WriteAction> to_action(const model::WriteRequest& request, const TableName& table) {
    if (request.put_request.has_value() == request.delete_request.has_value()) {
        return invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
            "the supported datatypes");
    }
    WriteAction action;
    action.table = table;
    action.kind = request.put_request ? WriteAction::Kind::Put : WriteAction::Kind::Delete;
    WR_TRY(
        action.item,
        from_wire(request.put_request ? request.put_request->item : request.delete_request->key));
    return action;
}

/// The reads of one table, before their keys.
Result<GetItem> to_template(const model::KeysAndAttributes& wanted) {
    ParameterUse use;
    use.expressions = {{"ProjectionExpression", wanted.projection_expression.has_value()}};
    use.legacy = {{"AttributesToGet", wanted.attributes_to_get.has_value()}};
    use.names = wanted.expression_attribute_names.has_value();
    WR_TRY_VOID(check_parameters(use));
    GetItem request;
    request.projection_expression = wanted.projection_expression;
    request.names = wanted.expression_attribute_names;
    request.consistent = wanted.consistent_read.value_or(false);
    if (wanted.attributes_to_get) {
        WR_TRY(request.legacy_projection, projection_from_legacy(*wanted.attributes_to_get));
    }
    return request;
}

struct KeyedRead {
    std::string table_as_given;
    WireItem wire_key;
    GetItem request;
};

ApiResult<std::vector<KeyedRead>> to_reads(const model::BatchGetItemInput& input,
                                           const CallContext& context) {
    std::vector<KeyedRead> reads;
    for (const auto& [given, wanted] : *input.request_items) {
        WR_TRY(const TableName table, table_of(given, context));
        WR_DYNAMODB_TRY(GetItem request, to_template(wanted));
        request.table = table;
        std::vector<Item> seen;
        for (const WireItem& wire_key : *wanted.keys) {
            WR_DYNAMODB_TRY(request.key, from_wire(wire_key));
            if (std::find(seen.begin(), seen.end(), request.key) != seen.end()) {
                return base::fail(
                    wire::validation_error("Provided list of item keys contains duplicates"));
            }
            seen.push_back(request.key);
            reads.push_back({given, wire_key, request});
        }
    }
    if (reads.size() > batch_reads_max) {
        return base::fail(
            wire::validation_error("Too many items requested for the BatchGetItem call"));
    }
    return reads;
}

}  // namespace

ApiResult<model::BatchWriteItemOutput> DynamoDbService::batch_write_item(
    const model::BatchWriteItemInput& input, CallContext& context) {
    std::vector<WriteAction> actions;
    std::vector<std::string> tables_as_given;
    for (const auto& [given, requests] : *input.request_items) {
        WR_TRY(const TableName table, table_of(given, context));
        for (const model::WriteRequest& request : requests) {
            WR_DYNAMODB_TRY(WriteAction action, to_action(request, table));
            actions.push_back(std::move(action));
            tables_as_given.push_back(given);
        }
    }
    if (actions.size() > batch_writes_max) {
        return base::fail(
            wire::validation_error("Too many items requested for the BatchWriteItem call"));
    }
    WR_DYNAMODB_TRY(const auto outcomes, engine_.writer().write_batch(actions));
    model::BatchWriteItemOutput output;
    output.unprocessed_items.emplace();
    CapacitySum capacity(input.return_consumed_capacity);
    std::map<std::string, std::vector<model::ItemCollectionMetrics>> metrics;
    for (size_t i = 0; i < outcomes.size(); ++i) {
        capacity.add(actions[i].table.name, outcomes[i].capacity);
        auto one = collection_metrics(
            input.return_item_collection_metrics, *outcomes[i].table, outcomes[i].key);
        if (one) metrics[tables_as_given[i]].push_back(std::move(*one));
    }
    output.consumed_capacity = capacity.result();
    if (!metrics.empty()) output.item_collection_metrics = std::move(metrics);
    return output;
}

ApiResult<model::BatchGetItemOutput> DynamoDbService::batch_get_item(
    const model::BatchGetItemInput& input, CallContext& context) {
    WR_TRY(const auto reads, to_reads(input, context));
    model::BatchGetItemOutput output;
    auto& responses = output.responses.emplace();
    auto& unprocessed = output.unprocessed_keys.emplace();
    CapacitySum capacity(input.return_consumed_capacity);
    size_t bytes = 0;
    for (const KeyedRead& read : reads) {
        responses[read.table_as_given];
        if (bytes > batch_bytes_max) {
            auto& rest = unprocessed[read.table_as_given];
            if (!rest.keys) {
                rest = input.request_items->at(read.table_as_given);
                rest.keys.emplace();
            }
            rest.keys->push_back(read.wire_key);
            continue;
        }
        WR_DYNAMODB_TRY(const GetOutcome outcome, engine_.reader().get(read.request));
        capacity.add(read.request.table.name, outcome.capacity);
        if (!outcome.item) continue;
        bytes += size_bytes(*outcome.item);
        responses[read.table_as_given].push_back(to_wire(*outcome.item));
    }
    output.consumed_capacity = capacity.result();
    return output;
}

}  // namespace wr::dynamodb::api
