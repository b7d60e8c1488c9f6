// What the operations share: which table is meant, who may, and how the engine's errors are told.
#include "services/dynamodb/api/service.h"

#include <set>

#include "gen/dynamodb/errors.h"
#include "services/dynamodb/api/values.h"

namespace wr::dynamodb::api {
namespace {

base::Json reasons_json(const std::vector<CancellationReason>& reasons) {
    base::Json all = base::Json::Array{};
    for (const CancellationReason& reason : reasons) {
        base::Json one = base::Json::Object{{"Code", reason.code}};
        if (!reason.message.empty()) one.set("Message", reason.message);
        if (reason.item) one.set("Item", item_json(*reason.item));
        all.push(std::move(one));
    }
    return all;
}

std::string arn_of(const std::string& name_or_arn, const CallContext& context) {
    if (name_or_arn.starts_with("arn:")) return name_or_arn;
    return TableName{context.account, context.region, name_or_arn}.arn();
}

/// The same action on each table once.
template <typename Map>
std::vector<wire::AccessRequest> each_table(const std::string& action,
                                            const std::optional<Map>& items,
                                            const CallContext& context) {
    std::vector<wire::AccessRequest> requests;
    for (const auto& [name, unused] : items.value_or(Map{})) {
        requests.push_back({action, arn_of(name, context), {}});
    }
    return requests;
}

std::vector<wire::AccessRequest> transaction_access(const model::TransactWriteItemsInput& input,
                                                    const CallContext& context) {
    std::set<std::pair<std::string, std::string>> needed;
    const auto need = [&](const char* action, const auto& part) {
        if (!part) return;
        needed.emplace(action, arn_of(part->table_name.value_or(""), context));
    };
    const std::vector<model::TransactWriteItem> none;
    for (const auto& item : input.transact_items ? *input.transact_items : none) {
        need("dynamodb:PutItem", item.put);
        need("dynamodb:UpdateItem", item.update);
        need("dynamodb:DeleteItem", item.delete_);
        need("dynamodb:ConditionCheckItem", item.condition_check);
    }
    std::vector<wire::AccessRequest> requests;
    for (const auto& [action, arn] : needed) requests.push_back({action, arn, {}});
    return requests;
}

}  // namespace

wire::ApiError to_api_error(const Error& error) {
    namespace errors = model::errors;
    switch (error.code) {
        case ErrorCode::Validation:
            return wire::validation_error(error.message);
        case ErrorCode::ResourceNotFound:
            return errors::resource_not_found_exception(error.message);
        case ErrorCode::ResourceInUse:
            return errors::resource_in_use_exception(error.message);
        case ErrorCode::LimitExceeded:
            return errors::limit_exceeded_exception(error.message);
        case ErrorCode::ConditionalCheckFailed: {
            auto failed = errors::conditional_check_failed_exception(error.message);
            if (error.item) failed.fields.emplace_back("Item", item_json(*error.item));
            return failed;
        }
        case ErrorCode::TransactionCanceled: {
            auto cancelled = errors::transaction_canceled_exception(error.message);
            cancelled.fields.emplace_back("CancellationReasons", reasons_json(error.reasons));
            return cancelled;
        }
        case ErrorCode::IdempotentParameterMismatch:
            return errors::idempotent_parameter_mismatch_exception(error.message);
        case ErrorCode::Internal:
            return wire::internal_failure();
    }
    return wire::internal_failure();
}

ApiResult<TableName> table_of(const std::optional<std::string>& name, const CallContext& context) {
    WR_DYNAMODB_TRY(TableName table,
                    resolve_table_name(context.account, context.region, name.value_or("")));
    return table;
}

std::vector<wire::AccessRequest> DynamoDbService::access(std::string_view operation,
                                                         const wire::InputView& input,
                                                         const CallContext& context) {
    const std::string action = "dynamodb:" + std::string(operation);
    if (operation == "BatchGetItem") {
        return each_table(action, input.as<model::BatchGetItemInput>().request_items, context);
    }
    if (operation == "BatchWriteItem") {
        return each_table(action, input.as<model::BatchWriteItemInput>().request_items, context);
    }
    if (operation == "TransactWriteItems") {
        return transaction_access(input.as<model::TransactWriteItemsInput>(), context);
    }
    if (operation == "TransactGetItems") {
        std::set<std::string> arns;
        const auto& items = input.as<model::TransactGetItemsInput>().transact_items;
        for (const auto& item : items.value_or(std::vector<model::TransactGetItem>{})) {
            if (item.get) arns.insert(arn_of(item.get->table_name.value_or(""), context));
        }
        std::vector<wire::AccessRequest> requests;
        for (const std::string& arn : arns) requests.push_back({"dynamodb:GetItem", arn, {}});
        return requests;
    }
    if (const std::string arn = input.string("ResourceArn"); !arn.empty()) {
        return {{action, arn, {}}};
    }
    const std::string table = input.string("TableName");
    if (table.empty()) return {{action, "*", {}}};
    std::string arn = arn_of(table, context);
    if (const std::string index = input.string("IndexName"); !index.empty()) {
        arn += "/index/" + index;
    }
    return {{action, std::move(arn), {}}};
}

}  // namespace wr::dynamodb::api
