// What CreateTable may ask for: keys, attributes, indexes and billing that fit together.
#include <algorithm>
#include <set>

#include "services/dynamodb/engine/catalogue.h"

namespace wr::dynamodb {
namespace {

constexpr size_t local_indexes_max = 5;
constexpr size_t global_indexes_max = 20;
constexpr size_t non_key_attributes_max = 100;

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return "[" + text + "]";
}

std::vector<std::string> names_of(const std::vector<KeyElement>& key) {
    std::vector<std::string> names;
    for (const KeyElement& element : key) names.push_back(element.attribute);
    return names;
}

std::vector<std::string> names_of(const std::vector<std::pair<std::string, Type>>& attributes) {
    std::vector<std::string> names;
    for (const auto& [name, type] : attributes) names.push_back(name);
    return names;
}

Result<void> check_defined(const CreateTable& request, const std::vector<KeyElement>& key) {
    const auto defined = names_of(request.attributes);
    const bool all = std::all_of(key.begin(), key.end(), [&](const KeyElement& element) {
        return std::find(defined.begin(), defined.end(), element.attribute) != defined.end();
    });
    if (all) return {};
    return invalid_parameters(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: " +
        joined(names_of(key)) + ", AttributeDefinitions: " + joined(defined));
}

Result<KeySchema> check_key(const CreateTable& request, const std::vector<KeyElement>& key) {
    WR_TRY_VOID(check_defined(request, key));
    if (key.size() == 2 && key[0].attribute == key[1].attribute) {
        return invalid(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    if (!key[0].is_hash) {
        return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if (key.size() == 2 && key[1].is_hash) {
        return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    }
    return KeySchema{key[0].attribute, key.size() == 2 ? key[1].attribute : ""};
}

Result<void> check_throughput(const CreateTable& request) {
    if (request.on_demand) {
        if (!request.throughput) return {};
        return invalid_parameters(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST");
    }
    if (request.throughput) return {};
    return invalid_parameters(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
}

Result<void> set_projection(const CreateIndex& request, IndexDefinition& index) {
    const std::string type = request.projection.value_or("null");
    const bool has_names = request.non_key_attributes.has_value();
    if (type == "ALL") {
        index.projection = ProjectionType::All;
    } else if (type == "KEYS_ONLY") {
        index.projection = ProjectionType::KeysOnly;
    } else if (type == "INCLUDE") {
        index.projection = ProjectionType::Include;
    } else {
        return invalid_parameters("Unknown ProjectionType: " + type);
    }
    if (has_names != (index.projection == ProjectionType::Include)) {
        return invalid_parameters("ProjectionType is " + type + ", but NonKeyAttributes is " +
                                  (has_names ? "specified" : "not specified"));
    }
    if (has_names) index.non_key_attributes = *request.non_key_attributes;
    return {};
}

Result<IndexDefinition> define_index(const CreateTable& request,
                                     const CreateIndex& wanted,
                                     bool global,
                                     const KeySchema& table_key) {
    IndexDefinition index;
    index.name = wanted.name;
    index.global = global;
    WR_TRY(index.key, check_key(request, wanted.key));
    if (!global && !index.key.has_range()) {
        return invalid_parameters("Index KeySchema does not have a range key for index: " +
                                  wanted.name);
    }
    if (!global && index.key.hash != table_key.hash) {
        return invalid_parameters(
            "Index KeySchema does not have the same leading hash key as table KeySchema for "
            "index: " +
            wanted.name + ". index hash key: " + index.key.hash +
            ", table hash key: " + table_key.hash);
    }
    WR_TRY_VOID(set_projection(wanted, index));
    if (!global) return index;
    if (request.on_demand && wanted.throughput) {
        return invalid_parameters("ProvisionedThroughput should not be specified for index: " +
                                  wanted.name + " when BillingMode is PAY_PER_REQUEST");
    }
    if (!request.on_demand && !wanted.throughput) {
        return invalid_parameters("ProvisionedThroughput must be specified for index: " +
                                  wanted.name);
    }
    index.throughput = wanted.throughput;
    return index;
}

Result<void> add_indexes(const CreateTable& request,
                         const std::optional<std::vector<CreateIndex>>& wanted,
                         bool global,
                         TableDefinition& table) {
    if (!wanted) return {};
    const std::string kind = global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
    if (wanted->empty()) return invalid_parameters("List of " + kind + " is empty");
    if (!global && !table.key.has_range()) {
        return invalid_parameters(
            "Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex");
    }
    for (const CreateIndex& one : *wanted) {
        WR_TRY(IndexDefinition index, define_index(request, one, global, table.key));
        if (table.find_index(index.name) != nullptr) {
            return invalid_parameters("Duplicate index name: " + index.name);
        }
        index.number = table.next_index_number++;
        table.indexes.push_back(std::move(index));
    }
    if (!global && wanted->size() > local_indexes_max) {
        return invalid_parameters("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    }
    if (global && wanted->size() > global_indexes_max) {
        return invalid_parameters("GlobalSecondaryIndex count exceeds the per-table limit of 20");
    }
    return {};
}

Result<void> check_attributes_used(const TableDefinition& table) {
    if (table.indexes.empty()) {
        if (table.attributes.size() == table.key.attributes().size()) return {};
        return invalid_parameters(
            "Number of attributes in KeySchema does not exactly match number of attributes defined "
            "in AttributeDefinitions");
    }
    std::set<std::string> used;
    size_t projected = 0;
    const auto add = [&](const KeySchema& key) {
        for (const std::string& attribute : key.attributes()) used.insert(attribute);
    };
    add(table.key);
    for (const IndexDefinition& index : table.indexes) {
        add(index.key);
        projected += index.non_key_attributes.size();
    }
    if (projected > non_key_attributes_max) {
        return invalid_parameters(
            "Number of projected attributes across all indexes exceeds the limit of 100");
    }
    if (used.size() == table.attributes.size()) return {};
    return invalid_parameters("Some AttributeDefinitions are not used. AttributeDefinitions: " +
                              joined(names_of(table.attributes)) + ", keys used: " +
                              joined(std::vector<std::string>(used.begin(), used.end())));
}

}  // namespace

Result<void> define_global_index(const UpdateTable& request, TableDefinition& table) {
    CreateTable as_created;
    as_created.on_demand = table.on_demand;
    as_created.attributes = table.attributes;
    for (const auto& [name, type] : request.attributes) {
        const auto known = std::ranges::find(
            as_created.attributes, name, [](const auto& entry) { return entry.first; });
        if (known == as_created.attributes.end()) {
            as_created.attributes.emplace_back(name, type);
        } else if (known->second != type) {
            return invalid_parameters("Attribute " + name +
                                      " is already defined with another type");
        }
    }
    const size_t globals = static_cast<size_t>(
        std::count_if(table.indexes.begin(), table.indexes.end(), [](const auto& index) {
            return index.global;
        }));
    if (globals >= global_indexes_max) {
        return fail(ErrorCode::LimitExceeded,
                    "Subscriber limit exceeded: GlobalSecondaryIndex count exceeds the per-table "
                    "limit of 20");
    }
    TableDefinition changed = table;
    changed.attributes = as_created.attributes;
    WR_TRY_VOID(add_indexes(as_created, std::vector{*request.create_index}, true, changed));
    WR_TRY_VOID(check_attributes_used(changed));
    table = std::move(changed);
    return {};
}

Result<TableDefinition> define_table(const CreateTable& request) {
    WR_TRY_VOID(check_throughput(request));
    if (request.key.size() > request.attributes.size()) {
        return invalid("Invalid KeySchema: Some index key attribute have no definition");
    }
    TableDefinition table;
    table.name = request.name;
    table.attributes = request.attributes;
    WR_TRY(table.key, check_key(request, request.key));
    for (size_t i = 0; i < table.attributes.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
            if (table.attributes[i].first == table.attributes[j].first) {
                return invalid_parameters("Duplicate AttributeName in AttributeDefinitions: " +
                                          table.attributes[i].first);
            }
        }
    }
    WR_TRY_VOID(add_indexes(request, request.local_indexes, false, table));
    WR_TRY_VOID(add_indexes(request, request.global_indexes, true, table));
    WR_TRY_VOID(check_attributes_used(table));
    table.on_demand = request.on_demand;
    table.throughput = request.throughput.value_or(Throughput{});
    table.deletion_protection = request.deletion_protection;
    table.table_class = request.table_class;
    table.tags = request.tags;
    return table;
}

}  // namespace wr::dynamodb
