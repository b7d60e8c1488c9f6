// TransactWriteItems and TransactGetItems.
#include "services/dynamodb/api/parameters.h"
#include "services/dynamodb/api/service.h"
#include "services/dynamodb/api/values.h"

namespace wr::dynamodb::api {
namespace {

constexpr size_t transaction_bytes_max = 4 * 1024 * 1024;

template <typename Part>
ApiResult<WriteAction> to_action(const Part& part,
                                 WriteAction::Kind kind,
                                 const std::optional<WireItem>& item,
                                 const CallContext& context) {
    WriteAction action;
    action.kind = kind;
    WR_TRY(action.table, table_of(part.table_name, context));
    action.condition_expression = part.condition_expression;
    action.names = part.expression_attribute_names;
    WR_DYNAMODB_TRY(action.values, placeholder_values(part.expression_attribute_values));
    WR_DYNAMODB_TRY(action.item, from_wire(item));
    action.return_item_on_failure = part.return_values_on_condition_check_failure == "ALL_OLD";
    return action;
}

ApiResult<WriteAction> to_action(const model::TransactWriteItem& item, const CallContext& context) {
    using Kind = WriteAction::Kind;
    const int parts = int{item.condition_check.has_value()} + int{item.put.has_value()} +
                      int{item.delete_.has_value()} + int{item.update.has_value()};
    if (parts != 1) {
        return base::fail(wire::validation_error(
            "TransactItems can only contain one of Check, Put, Update or Delete"));
    }
    if (item.put) return to_action(*item.put, Kind::Put, item.put->item, context);
    if (item.delete_) return to_action(*item.delete_, Kind::Delete, item.delete_->key, context);
    if (item.condition_check) {
        return to_action(*item.condition_check, Kind::Check, item.condition_check->key, context);
    }
    WR_TRY(WriteAction action, to_action(*item.update, Kind::Update, item.update->key, context));
    action.update_expression = item.update->update_expression;
    return action;
}

}  // namespace

ApiResult<model::TransactWriteItemsOutput> DynamoDbService::transact_write_items(
    const model::TransactWriteItemsInput& input, CallContext& context) {
    std::vector<WriteAction> actions;
    size_t bytes = 0;
    for (const model::TransactWriteItem& item : *input.transact_items) {
        WR_TRY(WriteAction action, to_action(item, context));
        bytes += size_bytes(action.item) + size_bytes(action.values.value_or(Item{}));
        actions.push_back(std::move(action));
    }
    if (bytes > transaction_bytes_max) {
        return base::fail(
            wire::validation_error("Transaction request size has exceeded the maximum of 4MB"));
    }
    std::optional<TransactionToken> token;
    if (input.client_request_token) {
        token = TransactionToken{context.account, context.region, *input.client_request_token};
    }
    WR_DYNAMODB_TRY(const auto outcomes, engine_.writer().transact(actions, token));
    model::TransactWriteItemsOutput output;
    CapacitySum capacity(input.return_consumed_capacity);
    std::map<std::string, std::vector<model::ItemCollectionMetrics>> metrics;
    for (size_t i = 0; i < outcomes.size(); ++i) {
        capacity.add(actions[i].table.name, outcomes[i].capacity);
        auto one = collection_metrics(
            input.return_item_collection_metrics, *outcomes[i].table, outcomes[i].key);
        if (one) metrics[actions[i].table.name].push_back(std::move(*one));
    }
    output.consumed_capacity = capacity.result();
    if (!metrics.empty()) output.item_collection_metrics = std::move(metrics);
    return output;
}

ApiResult<model::TransactGetItemsOutput> DynamoDbService::transact_get_items(
    const model::TransactGetItemsInput& input, CallContext& context) {
    std::vector<GetItem> requests;
    for (const model::TransactGetItem& item : *input.transact_items) {
        GetItem& request = requests.emplace_back();
        WR_TRY(request.table, table_of(item.get->table_name, context));
        WR_DYNAMODB_TRY(request.key, from_wire(item.get->key));
        request.projection_expression = item.get->projection_expression;
        request.names = item.get->expression_attribute_names;
        request.consistent = true;
    }
    WR_DYNAMODB_TRY(const auto outcomes, engine_.get_together(requests));
    model::TransactGetItemsOutput output;
    auto& responses = output.responses.emplace();
    CapacitySum capacity(input.return_consumed_capacity);
    for (size_t i = 0; i < outcomes.size(); ++i) {
        model::ItemResponse& response = responses.emplace_back();
        if (outcomes[i].item) response.item = to_wire(*outcomes[i].item);
        capacity.add(requests[i].table.name, outcomes[i].capacity);
    }
    output.consumed_capacity = capacity.result();
    return output;
}

}  // namespace wr::dynamodb::api
