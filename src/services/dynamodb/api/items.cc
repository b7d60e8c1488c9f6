// PutItem, GetItem, UpdateItem, DeleteItem.
#include "services/dynamodb/api/parameters.h"
#include "services/dynamodb/api/service.h"
#include "services/dynamodb/api/values.h"

namespace wr::dynamodb::api {
namespace {

/// What Put, Update and Delete have in common.
template <typename Input>
Result<WriteAction> to_action(const Input& input, WriteAction::Kind kind) {
    WriteAction action;
    action.kind = kind;
    action.condition_expression = input.condition_expression;
    action.names = input.expression_attribute_names;
    WR_TRY(action.values, placeholder_values(input.expression_attribute_values));
    WR_TRY(action.legacy_condition, legacy_expected(input.expected, input.conditional_operator));
    action.return_item_on_failure = input.return_values_on_condition_check_failure == "ALL_OLD";
    return action;
}

template <typename Input>
ParameterUse parameters_of(const Input& input) {
    ParameterUse use;
    use.legacy = {{"Expected", input.expected.has_value()},
                  {"ConditionalOperator", input.conditional_operator.has_value()}};
    use.expressions = {{"ConditionExpression", input.condition_expression.has_value()}};
    use.names = input.expression_attribute_names.has_value();
    use.values = input.expression_attribute_values.has_value();
    return use;
}

Result<void> only_old_values(const std::optional<std::string>& wanted) {
    if (!wanted || *wanted == "NONE" || *wanted == "ALL_OLD") return {};
    return invalid("ReturnValues can only be ALL_OLD or NONE");
}

/// Empty items are left out, as on AWS.
std::optional<WireItem> returned_values(const std::optional<std::string>& wanted,
                                        const WriteOutcome& outcome) {
    if (!wanted || *wanted == "NONE") return std::nullopt;
    const bool old = wanted->ends_with("_OLD");
    const std::optional<Item>& item = old ? outcome.before : outcome.after;
    if (!item) return std::nullopt;
    const Item kept = wanted->starts_with("ALL") ? *item : project(*item, outcome.touched);
    if (kept.empty()) return std::nullopt;
    return to_wire(kept);
}

Result<std::optional<Updates>> legacy_updates(const model::UpdateItemInput& input) {
    if (!input.attribute_updates) return std::optional<Updates>{};
    std::map<std::string, LegacyUpdate> converted;
    for (const auto& [attribute, wire] : *input.attribute_updates) {
        LegacyUpdate& one = converted[attribute];
        one.action = wire.action.value_or("PUT");
        if (wire.value) {
            WR_TRY(one.value, from_wire(*wire.value));
        }
    }
    WR_TRY(Updates updates, updates_from_legacy(converted));
    return std::optional<Updates>{std::move(updates)};
}

}  // namespace

ApiResult<model::PutItemOutput> DynamoDbService::put_item(const model::PutItemInput& input,
                                                          CallContext& context) {
    if (auto checked = check_parameters(parameters_of(input)); !checked) {
        return base::fail(to_api_error(checked.error()));
    }
    WR_TRY(const TableName table, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(WriteAction action, to_action(input, WriteAction::Kind::Put));
    WR_DYNAMODB_TRY(action.item, from_wire(input.item));
    if (auto checked = only_old_values(input.return_values); !checked) {
        return base::fail(to_api_error(checked.error()));
    }
    action.table = table;
    WR_DYNAMODB_TRY(const WriteOutcome outcome, engine_.writer().write(action));
    model::PutItemOutput output;
    output.attributes = returned_values(input.return_values, outcome);
    output.consumed_capacity =
        consumed(input.return_consumed_capacity, table.name, outcome.capacity);
    output.item_collection_metrics =
        collection_metrics(input.return_item_collection_metrics, *outcome.table, outcome.key);
    return output;
}

ApiResult<model::DeleteItemOutput> DynamoDbService::delete_item(const model::DeleteItemInput& input,
                                                                CallContext& context) {
    if (auto checked = check_parameters(parameters_of(input)); !checked) {
        return base::fail(to_api_error(checked.error()));
    }
    WR_TRY(const TableName table, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(WriteAction action, to_action(input, WriteAction::Kind::Delete));
    WR_DYNAMODB_TRY(action.item, from_wire(input.key));
    if (auto checked = only_old_values(input.return_values); !checked) {
        return base::fail(to_api_error(checked.error()));
    }
    action.table = table;
    WR_DYNAMODB_TRY(const WriteOutcome outcome, engine_.writer().write(action));
    model::DeleteItemOutput output;
    output.attributes = returned_values(input.return_values, outcome);
    output.consumed_capacity =
        consumed(input.return_consumed_capacity, table.name, outcome.capacity);
    output.item_collection_metrics =
        collection_metrics(input.return_item_collection_metrics, *outcome.table, outcome.key);
    return output;
}

ApiResult<model::UpdateItemOutput> DynamoDbService::update_item(const model::UpdateItemInput& input,
                                                                CallContext& context) {
    ParameterUse use = parameters_of(input);
    use.legacy.insert(use.legacy.begin(),
                      {"AttributeUpdates", input.attribute_updates.has_value()});
    use.expressions.insert(use.expressions.begin(),
                           {"UpdateExpression", input.update_expression.has_value()});
    if (auto checked = check_parameters(use); !checked) {
        return base::fail(to_api_error(checked.error()));
    }
    WR_TRY(const TableName table, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(WriteAction action, to_action(input, WriteAction::Kind::Update));
    WR_DYNAMODB_TRY(action.item, from_wire(input.key));
    WR_DYNAMODB_TRY(action.legacy_update, legacy_updates(input));
    action.update_expression = input.update_expression;
    action.table = table;
    WR_DYNAMODB_TRY(const WriteOutcome outcome, engine_.writer().write(action));
    model::UpdateItemOutput output;
    output.attributes = returned_values(input.return_values, outcome);
    output.consumed_capacity =
        consumed(input.return_consumed_capacity, table.name, outcome.capacity);
    output.item_collection_metrics =
        collection_metrics(input.return_item_collection_metrics, *outcome.table, outcome.key);
    return output;
}

ApiResult<model::GetItemOutput> DynamoDbService::get_item(const model::GetItemInput& input,
                                                          CallContext& context) {
    ParameterUse use;
    use.expressions = {{"ProjectionExpression", input.projection_expression.has_value()}};
    use.legacy = {{"AttributesToGet", input.attributes_to_get.has_value()}};
    use.names = input.expression_attribute_names.has_value();
    if (auto checked = check_parameters(use); !checked) {
        return base::fail(to_api_error(checked.error()));
    }
    GetItem request;
    WR_TRY(request.table, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(request.key, from_wire(input.key));
    request.projection_expression = input.projection_expression;
    request.names = input.expression_attribute_names;
    request.consistent = input.consistent_read.value_or(false);
    if (input.attributes_to_get) {
        WR_DYNAMODB_TRY(request.legacy_projection,
                        projection_from_legacy(*input.attributes_to_get));
    }
    WR_DYNAMODB_TRY(const GetOutcome outcome, engine_.reader().get(request));
    model::GetItemOutput output;
    if (outcome.item) output.item = to_wire(*outcome.item);
    output.consumed_capacity =
        consumed(input.return_consumed_capacity, request.table.name, outcome.capacity);
    return output;
}

}  // namespace wr::dynamodb::api
