// CreateTable, DescribeTable, ListTables, DeleteTable, UpdateTable.
#include "services/dynamodb/api/service.h"

namespace wr::dynamodb::api {
namespace {

std::string status_text(TableState state) {
    switch (state) {
        case TableState::Creating:
            return "CREATING";
        case TableState::Updating:
            return "UPDATING";
        case TableState::Active:
            return "ACTIVE";
        case TableState::Deleting:
            return "DELETING";
    }
    return {};
}

std::vector<model::KeySchemaElement> to_wire(const KeySchema& key) {
    std::vector<model::KeySchemaElement> elements;
    elements.push_back({key.hash, "HASH"});
    if (key.has_range()) elements.push_back({key.range, "RANGE"});
    return elements;
}

std::vector<KeyElement> to_key(const std::optional<std::vector<model::KeySchemaElement>>& schema) {
    std::vector<KeyElement> elements;
    for (const auto& element : schema.value_or(std::vector<model::KeySchemaElement>{})) {
        elements.push_back({element.attribute_name.value_or(""), element.key_type == "HASH"});
    }
    return elements;
}

std::optional<Throughput> to_throughput(const std::optional<model::ProvisionedThroughput>& wire) {
    if (!wire) return std::nullopt;
    return Throughput{wire->read_capacity_units.value_or(0),
                      wire->write_capacity_units.value_or(0)};
}

model::ProvisionedThroughputDescription to_wire(const Throughput& throughput) {
    model::ProvisionedThroughputDescription wire;
    wire.number_of_decreases_today = 0;
    wire.read_capacity_units = throughput.read;
    wire.write_capacity_units = throughput.write;
    return wire;
}

model::Projection projection_of(const IndexDefinition& index) {
    model::Projection projection;
    switch (index.projection) {
        case ProjectionType::All:
            projection.projection_type = "ALL";
            break;
        case ProjectionType::KeysOnly:
            projection.projection_type = "KEYS_ONLY";
            break;
        case ProjectionType::Include:
            projection.projection_type = "INCLUDE";
            projection.non_key_attributes = index.non_key_attributes;
            break;
    }
    return projection;
}

template <typename Wire>
Wire describe_index(const TableDefinition& table, const IndexDefinition& index) {
    Wire wire;
    wire.index_name = index.name;
    wire.key_schema = to_wire(index.key);
    wire.projection = projection_of(index);
    wire.index_arn = table.index_arn(index);
    return wire;
}

void describe_indexes(const TableInfo& info, model::TableDescription& wire) {
    const TableDefinition& table = *info.definition;
    for (const IndexDefinition& index : table.indexes) {
        if (!index.global) {
            if (!wire.local_secondary_indexes) wire.local_secondary_indexes.emplace();
            wire.local_secondary_indexes->push_back(
                describe_index<model::LocalSecondaryIndexDescription>(table, index));
            continue;
        }
        if (!wire.global_secondary_indexes) wire.global_secondary_indexes.emplace();
        auto global = describe_index<model::GlobalSecondaryIndexDescription>(table, index);
        global.index_status = status_text(info.state);
        global.provisioned_throughput = to_wire(index.throughput.value_or(Throughput{}));
        wire.global_secondary_indexes->push_back(std::move(global));
    }
}

model::TableDescription describe(const TableInfo& info) {
    const TableDefinition& table = *info.definition;
    model::TableDescription wire;
    auto& attributes = wire.attribute_definitions.emplace();
    for (const auto& [name, type] : table.attributes) {
        attributes.push_back({name, std::string(type_name(type))});
    }
    wire.table_name = table.name.name;
    wire.key_schema = to_wire(table.key);
    wire.table_status = status_text(info.state);
    wire.creation_date_time = table.created;
    wire.provisioned_throughput = to_wire(table.throughput);
    wire.table_size_bytes = info.size_bytes;
    wire.item_count = info.item_count;
    wire.table_arn = table.name.arn();
    wire.table_id = table.id;
    if (table.on_demand) {
        auto& billing = wire.billing_mode_summary.emplace();
        billing.billing_mode = "PAY_PER_REQUEST";
        billing.last_update_to_pay_per_request_date_time = table.created;
    }
    if (!table.table_class.empty()) {
        wire.table_class_summary.emplace().table_class = table.table_class;
    }
    wire.deletion_protection_enabled = table.deletion_protection;
    describe_indexes(info, wire);
    return wire;
}

template <typename Index>
CreateIndex to_index(const Index& wire) {
    CreateIndex index;
    index.name = wire.index_name.value_or("");
    index.key = to_key(wire.key_schema);
    if (wire.projection) {
        index.projection = wire.projection->projection_type;
        index.non_key_attributes = wire.projection->non_key_attributes;
    }
    if constexpr (requires { wire.provisioned_throughput; }) {
        index.throughput = to_throughput(wire.provisioned_throughput);
    }
    return index;
}

template <typename Index>
std::optional<std::vector<CreateIndex>> to_indexes(const std::optional<std::vector<Index>>& wire) {
    if (!wire) return std::nullopt;
    std::vector<CreateIndex> indexes;
    for (const Index& one : *wire) indexes.push_back(to_index(one));
    return indexes;
}

/// What a table could have on AWS and cannot have here is refused, not forgotten.
template <typename Input>
ApiResult<void> refuse_unsupported(const Input& input) {
    const auto refuse = [](const std::string& what) {
        return base::fail(wire::validation_error("One or more parameter values were invalid: " +
                                                 what + " is not supported by this server"));
    };
    if (input.stream_specification && input.stream_specification->stream_enabled.value_or(false)) {
        return refuse("StreamSpecification");
    }
    if (input.sse_specification && input.sse_specification->enabled.value_or(false)) {
        return refuse("SSESpecification");
    }
    if constexpr (requires { input.resource_policy; }) {
        if (input.resource_policy) return refuse("ResourcePolicy");
        if (input.global_table_source_arn) return refuse("GlobalTableSourceArn");
    }
    if constexpr (requires { input.replica_updates; }) {
        if (input.replica_updates) return refuse("ReplicaUpdates");
    }
    return {};
}

ApiResult<UpdateTable> to_update(const model::UpdateTableInput& input) {
    UpdateTable request;
    if (input.billing_mode) request.on_demand = *input.billing_mode == "PAY_PER_REQUEST";
    request.throughput = to_throughput(input.provisioned_throughput);
    request.deletion_protection = input.deletion_protection_enabled;
    request.table_class = input.table_class;
    const std::vector<model::GlobalSecondaryIndexUpdate> none;
    const auto& updates =
        input.global_secondary_index_updates ? *input.global_secondary_index_updates : none;
    for (const model::GlobalSecondaryIndexUpdate& update : updates) {
        if (update.create) request.create_index = to_index(*update.create);
        if (update.delete_) request.delete_indexes.push_back(*update.delete_->index_name);
        if (update.update && update.update->provisioned_throughput) {
            request.index_throughput[*update.update->index_name] =
                *to_throughput(update.update->provisioned_throughput);
        }
    }
    for (const auto& attribute :
         input.attribute_definitions.value_or(std::vector<model::AttributeDefinition>{})) {
        request.attributes.emplace_back(*attribute.attribute_name,
                                        *type_from_name(*attribute.attribute_type));
    }
    const bool any = input.billing_mode || input.provisioned_throughput || !updates.empty() ||
                     input.deletion_protection_enabled || input.table_class;
    if (!any) {
        return base::fail(wire::validation_error(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required"));
    }
    return request;
}

}  // namespace

ApiResult<model::CreateTableOutput> DynamoDbService::create_table(
    const model::CreateTableInput& input, CallContext& context) {
    WR_TRY_VOID(refuse_unsupported(input));
    CreateTable request;
    WR_TRY(request.name, table_of(input.table_name, context));
    for (const auto& attribute :
         input.attribute_definitions.value_or(std::vector<model::AttributeDefinition>{})) {
        request.attributes.emplace_back(*attribute.attribute_name,
                                        *type_from_name(*attribute.attribute_type));
    }
    request.key = to_key(input.key_schema);
    request.local_indexes = to_indexes(input.local_secondary_indexes);
    request.global_indexes = to_indexes(input.global_secondary_indexes);
    request.on_demand = input.billing_mode == "PAY_PER_REQUEST";
    request.throughput = to_throughput(input.provisioned_throughput);
    request.deletion_protection = input.deletion_protection_enabled.value_or(false);
    request.table_class = input.table_class.value_or("");
    for (const model::Tag& tag : input.tags.value_or(std::vector<model::Tag>{})) {
        request.tags[tag.key.value_or("")] = tag.value.value_or("");
    }
    if (request.key.empty()) {
        return base::fail(wire::validation_error(
            "One or more parameter values were invalid: KeySchema is required"));
    }
    WR_DYNAMODB_TRY(const TableInfo info, engine_.tables().create(request));
    model::CreateTableOutput output;
    output.table_description = describe(info);
    return output;
}

ApiResult<model::DescribeTableOutput> DynamoDbService::describe_table(
    const model::DescribeTableInput& input, CallContext& context) {
    WR_TRY(const TableName name, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(const TableInfo info, engine_.tables().describe(name));
    model::DescribeTableOutput output;
    output.table = describe(info);
    return output;
}

ApiResult<model::ListTablesOutput> DynamoDbService::list_tables(const model::ListTablesInput& input,
                                                                CallContext& context) {
    constexpr int64_t page_default = 100;
    const auto page =
        engine_.tables().list(context.account,
                              context.region,
                              input.exclusive_start_table_name.value_or(""),
                              static_cast<size_t>(input.limit.value_or(page_default)));
    model::ListTablesOutput output;
    output.table_names = page.names;
    output.last_evaluated_table_name = page.last;
    return output;
}

ApiResult<model::DeleteTableOutput> DynamoDbService::delete_table(
    const model::DeleteTableInput& input, CallContext& context) {
    WR_TRY(const TableName name, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(const TableInfo info, engine_.tables().remove(name));
    model::DeleteTableOutput output;
    output.table_description = describe(info);
    return output;
}

ApiResult<model::UpdateTableOutput> DynamoDbService::update_table(
    const model::UpdateTableInput& input, CallContext& context) {
    WR_TRY_VOID(refuse_unsupported(input));
    WR_TRY(const TableName name, table_of(input.table_name, context));
    WR_TRY(UpdateTable request, to_update(input));
    request.name = name;
    WR_DYNAMODB_TRY(const TableInfo info, engine_.tables().update(request));
    model::UpdateTableOutput output;
    output.table_description = describe(info);
    return output;
}

}  // namespace wr::dynamodb::api
