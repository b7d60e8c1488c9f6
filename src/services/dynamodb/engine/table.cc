// Table definitions as JSON rows, and table names as clients write them.
#include "services/dynamodb/engine/table.h"

#include <algorithm>

#include "base/assert.h"

namespace wr::dynamodb {
namespace {

using base::Json;

int64_t to_ms(base::Timestamp time) {
    return time.time_since_epoch().count();
}
base::Timestamp from_ms(int64_t ms) {
    return base::Timestamp{std::chrono::milliseconds{ms}};
}

std::string_view state_text(TableState state) {
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
    return "";
}

std::string_view projection_text(ProjectionType projection) {
    switch (projection) {
        case ProjectionType::All:
            return "ALL";
        case ProjectionType::KeysOnly:
            return "KEYS_ONLY";
        case ProjectionType::Include:
            return "INCLUDE";
    }
    return "";
}

Json throughput_json(const Throughput& throughput) {
    return Json::Object{{"read", throughput.read}, {"write", throughput.write}};
}
Throughput throughput_from(const Json& json) {
    return {json["read"].as_int(), json["write"].as_int()};
}

Json index_json(const IndexDefinition& index) {
    Json json = Json::Object{{"name", index.name},
                             {"global", index.global},
                             {"number", static_cast<int64_t>(index.number)},
                             {"hash", index.key.hash},
                             {"range", index.key.range},
                             {"projection", projection_text(index.projection)}};
    Json names = Json::Array{};
    for (const std::string& name : index.non_key_attributes) names.push(name);
    json.set("nonKeyAttributes", std::move(names));
    if (index.throughput) json.set("throughput", throughput_json(*index.throughput));
    return json;
}

IndexDefinition index_from(const Json& json) {
    IndexDefinition index;
    index.name = json["name"].as_string();
    index.global = json["global"].as_bool();
    index.number = static_cast<uint16_t>(json["number"].as_int());
    index.key = {json["hash"].as_string(), json["range"].as_string()};
    for (const auto type :
         {ProjectionType::All, ProjectionType::KeysOnly, ProjectionType::Include}) {
        if (projection_text(type) == json["projection"].as_string()) index.projection = type;
    }
    for (const Json& name : json["nonKeyAttributes"].as_array()) {
        index.non_key_attributes.push_back(name.as_string());
    }
    if (const Json* throughput = json.find("throughput")) {
        index.throughput = throughput_from(*throughput);
    }
    return index;
}

}  // namespace

Type TableDefinition::type_of(const std::string& attribute) const {
    const auto found = std::find_if(attributes.begin(), attributes.end(), [&](const auto& entry) {
        return entry.first == attribute;
    });
    WR_ASSERT(found != attributes.end());
    return found->second;
}

const IndexDefinition* TableDefinition::find_index(const std::string& index_name) const {
    const auto found = std::find_if(indexes.begin(), indexes.end(), [&](const auto& index) {
        return index.name == index_name;
    });
    return found == indexes.end() ? nullptr : &*found;
}

Json to_json(const TableDefinition& table) {
    Json attributes = Json::Array{};
    for (const auto& [name, type] : table.attributes) {
        attributes.push(Json::Array{name, type_name(type)});
    }
    Json indexes = Json::Array{};
    for (const IndexDefinition& index : table.indexes) indexes.push(index_json(index));
    Json tags = Json::Object{};
    for (const auto& [key, value] : table.tags) tags.set(key, value);
    return Json::Object{{"version", 1},
                        {"account", table.name.account},
                        {"region", table.name.region},
                        {"name", table.name.name},
                        {"id", table.id},
                        {"number", static_cast<int64_t>(table.number)},
                        {"attributes", std::move(attributes)},
                        {"hash", table.key.hash},
                        {"range", table.key.range},
                        {"indexes", std::move(indexes)},
                        {"nextIndexNumber", static_cast<int64_t>(table.next_index_number)},
                        {"onDemand", table.on_demand},
                        {"throughput", throughput_json(table.throughput)},
                        {"deletionProtection", table.deletion_protection},
                        {"tableClass", table.table_class},
                        {"createdMs", to_ms(table.created)},
                        {"state", state_text(table.state)},
                        {"stateUntilMs", to_ms(table.state_until)},
                        {"ttlAttribute", table.ttl_attribute},
                        {"tags", std::move(tags)}};
}

base::Result<TableDefinition> table_from_json(const Json& json) {
    if (json["version"].as_int() != 1 || json["hash"].as_string().empty()) {
        return base::fail(base::ErrorCode::Corruption, "table definition: unknown format");
    }
    TableDefinition table;
    table.name = {
        json["account"].as_string(), json["region"].as_string(), json["name"].as_string()};
    table.id = json["id"].as_string();
    table.number = static_cast<uint64_t>(json["number"].as_int());
    for (const Json& entry : json["attributes"].as_array()) {
        const auto& pair = entry.as_array();
        const auto type = pair.size() == 2 ? type_from_name(pair[1].as_string()) : std::nullopt;
        if (!type) return base::fail(base::ErrorCode::Corruption, "table definition: attribute");
        table.attributes.emplace_back(pair[0].as_string(), *type);
    }
    table.key = {json["hash"].as_string(), json["range"].as_string()};
    for (const Json& index : json["indexes"].as_array()) table.indexes.push_back(index_from(index));
    table.next_index_number = static_cast<uint16_t>(json["nextIndexNumber"].as_int());
    table.on_demand = json["onDemand"].as_bool();
    table.throughput = throughput_from(json["throughput"]);
    table.deletion_protection = json["deletionProtection"].as_bool();
    table.table_class = json["tableClass"].as_string();
    table.created = from_ms(json["createdMs"].as_int());
    for (const auto state :
         {TableState::Creating, TableState::Updating, TableState::Active, TableState::Deleting}) {
        if (state_text(state) == json["state"].as_string()) table.state = state;
    }
    table.state_until = from_ms(json["stateUntilMs"].as_int());
    table.ttl_attribute = json["ttlAttribute"].as_string();
    for (const auto& [key, value] : json["tags"].as_object()) table.tags[key] = value.as_string();
    return table;
}

Result<TableName> resolve_table_name(const std::string& account,
                                     const std::string& region,
                                     const std::string& name_or_arn) {
    constexpr size_t name_length_min = 3;
    constexpr size_t name_length_max = 255;
    TableName table{account, region, name_or_arn};
    if (name_or_arn.starts_with("arn:")) {
        const size_t name_at = name_or_arn.find(":table/");
        if (name_at == std::string::npos) return invalid("Invalid table ARN: " + name_or_arn);
        table.name = name_or_arn.substr(name_at + std::string_view(":table/").size());
        if (table.arn() != name_or_arn) {
            return fail(ErrorCode::ResourceNotFound,
                        "Requested resource not found: Table: " + table.name + " not found");
        }
    }
    if (table.name.size() < name_length_min || table.name.size() > name_length_max) {
        return invalid(
            "TableName must be at least 3 characters long and at most 255 characters long");
    }
    return table;
}

}  // namespace wr::dynamodb
