// Query and Scan.
#include "services/dynamodb/api/parameters.h"
#include "services/dynamodb/api/service.h"
#include "services/dynamodb/api/values.h"

namespace wr::dynamodb::api {
namespace {

std::optional<Select> to_select(const std::optional<std::string>& select) {
    if (select == "ALL_ATTRIBUTES") return Select::AllAttributes;
    if (select == "ALL_PROJECTED_ATTRIBUTES") return Select::AllProjected;
    if (select == "SPECIFIC_ATTRIBUTES") return Select::Specific;
    if (select == "COUNT") return Select::Count;
    return std::nullopt;
}

/// Everything but the keys.
template <typename Input>
Result<void> fill(const Input& input, ReadRequest& request) {
    request.index = input.index_name;
    request.filter_expression = input.filter_expression;
    request.projection_expression = input.projection_expression;
    request.names = input.expression_attribute_names;
    WR_TRY(request.values, placeholder_values(input.expression_attribute_values));
    if (input.attributes_to_get) {
        WR_TRY(request.legacy_projection, projection_from_legacy(*input.attributes_to_get));
    }
    request.select = to_select(input.select);
    if (input.limit) request.limit = static_cast<size_t>(*input.limit);
    if (input.exclusive_start_key) {
        auto key = from_wire(*input.exclusive_start_key);
        if (!key) {
            return invalid("The provided starting key is invalid: " + key.error().message);
        }
        request.exclusive_start_key = std::move(*key);
    }
    request.consistent = input.consistent_read.value_or(false);
    return {};
}

template <typename Filter>
Result<void> fill_filter(const std::optional<Filter>& filter,
                         const std::optional<std::string>& conditional_operator,
                         ReadRequest& request) {
    if (!filter) return {};
    WR_TRY(const auto conditions, legacy_conditions(*filter));
    WR_TRY(request.legacy_filter,
           condition_from_filter(conditions, joins_by_or(conditional_operator)));
    return {};
}

template <typename Output>
Output to_output(const ReadRequest& request,
                 const std::optional<std::string>& return_capacity,
                 ReadOutcome&& outcome) {
    Output output;
    output.count = static_cast<int64_t>(outcome.count);
    output.scanned_count = static_cast<int64_t>(outcome.scanned_count);
    if (request.select != Select::Count) {
        auto& items = output.items.emplace();
        for (const Item& item : outcome.items) items.push_back(to_wire(item));
    }
    if (outcome.last_evaluated_key) {
        output.last_evaluated_key = to_wire(*outcome.last_evaluated_key);
    }
    output.consumed_capacity = consumed(return_capacity, request.table.name, outcome.capacity);
    return output;
}

Result<QueryRequest> to_request(const model::QueryInput& input) {
    ParameterUse use;
    use.legacy = {{"AttributesToGet", input.attributes_to_get.has_value()},
                  {"QueryFilter", input.query_filter.has_value()},
                  {"ConditionalOperator", input.conditional_operator.has_value()},
                  {"KeyConditions", input.key_conditions.has_value()}};
    use.expressions = {{"ProjectionExpression", input.projection_expression.has_value()},
                       {"FilterExpression", input.filter_expression.has_value()},
                       {"KeyConditionExpression", input.key_condition_expression.has_value()}};
    use.names = input.expression_attribute_names.has_value();
    use.values = input.expression_attribute_values.has_value();
    WR_TRY_VOID(check_parameters(use));
    QueryRequest request;
    WR_TRY_VOID(fill(input, request));
    WR_TRY_VOID(fill_filter(input.query_filter, input.conditional_operator, request));
    request.key_condition_expression = input.key_condition_expression;
    request.forward = input.scan_index_forward.value_or(true);
    if (input.key_conditions) {
        WR_TRY(const auto conditions, legacy_conditions(*input.key_conditions));
        WR_TRY(request.legacy_key_conditions, key_conditions_from_legacy(conditions));
    }
    return request;
}

Result<ScanRequest> to_request(const model::ScanInput& input) {
    ParameterUse use;
    use.legacy = {{"AttributesToGet", input.attributes_to_get.has_value()},
                  {"ScanFilter", input.scan_filter.has_value()},
                  {"ConditionalOperator", input.conditional_operator.has_value()}};
    use.expressions = {{"ProjectionExpression", input.projection_expression.has_value()},
                       {"FilterExpression", input.filter_expression.has_value()}};
    use.names = input.expression_attribute_names.has_value();
    use.values = input.expression_attribute_values.has_value();
    WR_TRY_VOID(check_parameters(use));
    ScanRequest request;
    WR_TRY_VOID(fill(input, request));
    WR_TRY_VOID(fill_filter(input.scan_filter, input.conditional_operator, request));
    if (input.segment) request.segment = static_cast<size_t>(*input.segment);
    if (input.total_segments) request.total_segments = static_cast<size_t>(*input.total_segments);
    return request;
}

}  // namespace

ApiResult<model::QueryOutput> DynamoDbService::query(const model::QueryInput& input,
                                                     CallContext& context) {
    WR_DYNAMODB_TRY(QueryRequest request, to_request(input));
    WR_TRY(request.table, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(ReadOutcome outcome, engine_.reader().query(request));
    return to_output<model::QueryOutput>(
        request, input.return_consumed_capacity, std::move(outcome));
}

ApiResult<model::ScanOutput> DynamoDbService::scan(const model::ScanInput& input,
                                                   CallContext& context) {
    WR_DYNAMODB_TRY(ScanRequest request, to_request(input));
    WR_TRY(request.table, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(ReadOutcome outcome, engine_.reader().scan(request));
    return to_output<model::ScanOutput>(
        request, input.return_consumed_capacity, std::move(outcome));
}

}  // namespace wr::dynamodb::api
