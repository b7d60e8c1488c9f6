// Checks of keys, index keys and sizes.
#include "services/dynamodb/engine/item_rules.h"

namespace wr::dynamodb {
namespace {

bool is_empty(const Value& value) {
    if (const auto* text = value.as<std::string>()) return text->empty();
    const auto* binary = value.as<Binary>();
    return binary != nullptr && binary->bytes.empty();
}

base::Failure<Error> schema_mismatch() {
    return invalid("The provided key element does not match the schema");
}

std::string empty_key_text(const Value& value) {
    return std::string("The AttributeValue for a key attribute cannot contain an empty ") +
           (value.type() == Type::S ? "string" : "binary") + " value.";
}

Result<void> check_key_value(const std::string& attribute, const Value& value, bool is_hash) {
    if (is_empty(value)) {
        return invalid("One or more parameter values are not valid. " + empty_key_text(value) +
                       " Key: " + attribute);
    }
    const size_t size = size_bytes(value);
    if (is_hash && size > hash_key_bytes_max) {
        return invalid_parameters(
            "Size of hashkey has exceeded the maximum size limit of2048 bytes");
    }
    if (!is_hash && size > range_key_bytes_max) {
        return invalid_parameters(
            "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    }
    return {};
}

Result<void> check_index_keys(const TableDefinition& table,
                              const IndexDefinition& index,
                              const Item& item) {
    for (const std::string& attribute : index.key.attributes()) {
        const auto found = item.find(attribute);
        if (found == item.end()) continue;
        const Type expected = table.type_of(attribute);
        if (found->second.type() != expected) {
            return invalid_parameters("Type mismatch for Index Key " + attribute +
                                      " Expected: " + std::string(type_name(expected)) +
                                      " Actual: " + std::string(type_name(found->second.type())) +
                                      " IndexName: " + index.name);
        }
        if (is_empty(found->second)) {
            return invalid(
                "One or more parameter values are not valid. A value specified for a secondary "
                "index key is not supported. " +
                empty_key_text(found->second) + " IndexName: " + index.name +
                ", IndexKey: " + attribute);
        }
        WR_TRY_VOID(check_key_value(attribute, found->second, attribute == index.key.hash));
    }
    return {};
}

Result<void> check_index_keys(const TableDefinition& table, const Item& item) {
    for (const IndexDefinition& index : table.indexes) {
        WR_TRY_VOID(check_index_keys(table, index, item));
    }
    return {};
}

Result<void> check_nesting(const Item& item) {
    for (const auto& [name, value] : item) {
        if (nesting(value) > nesting_max) {
            return invalid(
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
                "levels beyond supported limit");
        }
    }
    return {};
}

}  // namespace

Result<Decimal> parse_number(std::string_view text) {
    auto number = Decimal::parse(text);
    if (const auto* error = std::get_if<DecimalError>(&number)) {
        return invalid(decimal_error_text(*error, text));
    }
    return std::get<Decimal>(std::move(number));
}

Result<void> check_key(const TableDefinition& table, const Item& key) {
    const auto attributes = table.key.attributes();
    if (key.size() != attributes.size()) return schema_mismatch();
    for (const std::string& attribute : attributes) {
        const auto found = key.find(attribute);
        if (found == key.end() || found->second.type() != table.type_of(attribute)) {
            return schema_mismatch();
        }
        WR_TRY_VOID(check_key_value(attribute, found->second, attribute == table.key.hash));
    }
    return {};
}

Result<void> check_item(const TableDefinition& table, const Item& item) {
    for (const std::string& attribute : table.key.attributes()) {
        const auto found = item.find(attribute);
        if (found == item.end()) {
            return invalid_parameters("Missing the key " + attribute + " in the item");
        }
        const Type expected = table.type_of(attribute);
        if (found->second.type() != expected) {
            return invalid_parameters("Type mismatch for key " + attribute +
                                      " expected: " + std::string(type_name(expected)) +
                                      " actual: " + std::string(type_name(found->second.type())));
        }
        WR_TRY_VOID(check_key_value(attribute, found->second, attribute == table.key.hash));
    }
    WR_TRY_VOID(check_index_keys(table, item));
    WR_TRY_VOID(check_nesting(item));
    if (size_bytes(item) > item_bytes_max) {
        return invalid("Item size has exceeded the maximum allowed size");
    }
    return {};
}

Result<void> check_updated_item(const TableDefinition& table, const Item& item) {
    WR_TRY_VOID(check_index_keys(table, item));
    WR_TRY_VOID(check_nesting(item));
    if (size_bytes(item) > item_bytes_max) {
        return invalid("Item size to update has exceeded the maximum allowed size");
    }
    return {};
}

bool fits_index(const TableDefinition& table, const IndexDefinition& index, const Item& item) {
    return check_index_keys(table, index, item).has_value();
}

Item key_of(const TableDefinition& table, const Item& item) {
    Item key;
    for (const std::string& attribute : table.key.attributes()) {
        key.insert(*item.find(attribute));
    }
    return key;
}

}  // namespace wr::dynamodb
