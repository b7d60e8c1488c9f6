// Databases under d, tables under t, each a JSON record.
#include "services/athena/engine/catalog.h"

#include "base/json.h"

namespace wr::athena {
namespace {

using base::Json;

std::string key_of(char kind, const Scope& scope, const std::vector<std::string>& parts) {
    std::string key(1, kind);
    kv::append_key_part(key, scope.account);
    kv::append_key_part(key, scope.region);
    for (const auto& part : parts) kv::append_key_part(key, part);
    return key;
}

base::Failure<CatalogError> storage(const base::Error& error) {
    return {CatalogError{CatalogErrorCode::Storage, error.message}};
}
base::Failure<CatalogError> fail(CatalogErrorCode code, std::string message) {
    return {CatalogError{code, std::move(message)}};
}

int64_t to_ms(base::Timestamp time) {
    return time.time_since_epoch().count();
}
base::Timestamp from_ms(int64_t ms) {
    return base::Timestamp{std::chrono::milliseconds{ms}};
}

Json encode_map(const std::map<std::string, std::string>& values) {
    Json json{Json::Object{}};
    for (const auto& [name, value] : values) json.set(name, value);
    return json;
}

std::map<std::string, std::string> decode_map(const Json& json) {
    std::map<std::string, std::string> values;
    for (const auto& [name, value] : json.as_object()) values[name] = value.as_string();
    return values;
}

Json encode_columns(const std::vector<Column>& columns) {
    Json json{Json::Array{}};
    for (const Column& column : columns)
        json.push(Json::Array{column.name, column.type, column.comment});
    return json;
}

std::vector<Column> decode_columns(const Json& json) {
    std::vector<Column> columns;
    for (const Json& column : json.as_array()) {
        const auto& parts = column.as_array();
        if (parts.size() == 3)
            columns.push_back({parts[0].as_string(), parts[1].as_string(), parts[2].as_string()});
    }
    return columns;
}

std::string encode(const Database& database) {
    Json json;
    json.set("name", database.name);
    json.set("comment", database.comment);
    json.set("location", database.location);
    json.set("created", to_ms(database.created));
    return json.dump();
}

Database decode_database(const Json& json) {
    return {json["name"].as_string(),
            json["comment"].as_string(),
            json["location"].as_string(),
            from_ms(json["created"].as_int())};
}

std::string encode(const Table& table) {
    Json json;
    json.set("database", table.database);
    json.set("name", table.name);
    json.set("comment", table.comment);
    json.set("columns", encode_columns(table.columns));
    json.set("partition_keys", encode_columns(table.partition_keys));
    json.set("location", table.location);
    json.set("input_format", table.input_format);
    json.set("output_format", table.output_format);
    json.set("serde", table.serde);
    json.set("serde_parameters", encode_map(table.serde_parameters));
    json.set("properties", encode_map(table.properties));
    json.set("created", to_ms(table.created));
    json.set("updated", to_ms(table.updated));
    return json.dump();
}

Table decode_table(const Json& json) {
    Table table;
    table.database = json["database"].as_string();
    table.name = json["name"].as_string();
    table.comment = json["comment"].as_string();
    table.columns = decode_columns(json["columns"]);
    table.partition_keys = decode_columns(json["partition_keys"]);
    table.location = json["location"].as_string();
    table.input_format = json["input_format"].as_string();
    table.output_format = json["output_format"].as_string();
    table.serde = json["serde"].as_string();
    table.serde_parameters = decode_map(json["serde_parameters"]);
    table.properties = decode_map(json["properties"]);
    table.created = from_ms(json["created"].as_int());
    table.updated = from_ms(json["updated"].as_int());
    return table;
}

Database default_database() {
    return {"default", "Default Hive database", "", base::Timestamp{}};
}

}  // namespace

CatalogResult<void> Catalog::create_database(const Scope& scope, Database database) {
    base::MutexLock lock(writing_);
    database.name = to_lower(database.name);
    if (get_database(scope, database.name))
        return fail(CatalogErrorCode::AlreadyExists,
                    "Database " + database.name + " already exists");
    database.created = clock_.now();
    if (auto put = store_.put(key_of('d', scope, {database.name}), encode(database)); !put)
        return storage(put.error());
    return {};
}

CatalogResult<Database> Catalog::get_database(const Scope& scope, const std::string& name) const {
    const std::string lower = to_lower(name);
    const auto value = store_.get(key_of('d', scope, {lower}));
    if (!value) return storage(value.error());
    if (!*value && lower == "default") return default_database();
    if (!*value) return fail(CatalogErrorCode::NotFound, "Database " + lower + " not found.");
    const auto json = base::parse_json(**value);
    if (!json) return storage(json.error());
    return decode_database(*json);
}

CatalogResult<std::vector<Database>> Catalog::databases(const Scope& scope) const {
    std::vector<Database> found;
    bool has_default = false;
    auto scanned = store_.scan(key_of('d', scope, {}), [&](auto, std::string_view value) {
        if (const auto json = base::parse_json(value)) found.push_back(decode_database(*json));
        has_default |= !found.empty() && found.back().name == "default";
        return true;
    });
    if (!scanned) return storage(scanned.error());
    if (!has_default) found.insert(found.begin(), default_database());
    return found;
}

CatalogResult<void> Catalog::delete_database(const Scope& scope,
                                             const std::string& name,
                                             bool cascade) {
    WR_TRY(const Database database, get_database(scope, name));
    WR_TRY(const auto held, tables(scope, database.name));
    if (!held.empty() && !cascade)
        return fail(CatalogErrorCode::NotEmpty,
                    "Database " + database.name + " is not empty. One or more tables exist.");
    base::MutexLock lock(writing_);
    kv::Batch batch;
    batch.remove(key_of('d', scope, {database.name}));
    for (const Table& table : held) batch.remove(key_of('t', scope, {database.name, table.name}));
    if (auto done = store_.commit(batch); !done) return storage(done.error());
    return {};
}

CatalogResult<void> Catalog::create_table(const Scope& scope, Table table) {
    table.database = to_lower(table.database);
    table.name = to_lower(table.name);
    WR_TRY(const Database database, get_database(scope, table.database));
    base::MutexLock lock(writing_);
    const std::string key = key_of('t', scope, {database.name, table.name});
    const auto existing = store_.get(key);
    if (!existing) return storage(existing.error());
    if (*existing)
        return fail(CatalogErrorCode::AlreadyExists, "Table already exists: " + table.name);
    table.created = table.updated = clock_.now();
    for (auto* columns : {&table.columns, &table.partition_keys})
        for (Column& column : *columns) column.name = to_lower(column.name);
    if (auto put = store_.put(key, encode(table)); !put) return storage(put.error());
    return {};
}

CatalogResult<Table> Catalog::get_table(const Scope& scope,
                                        const std::string& database,
                                        const std::string& name) const {
    const std::string lower = to_lower(name);
    const auto value = store_.get(key_of('t', scope, {to_lower(database), lower}));
    if (!value) return storage(value.error());
    if (!*value) return fail(CatalogErrorCode::NotFound, "Table " + lower + " not found.");
    const auto json = base::parse_json(**value);
    if (!json) return storage(json.error());
    return decode_table(*json);
}

CatalogResult<std::vector<Table>> Catalog::tables(const Scope& scope,
                                                  const std::string& database) const {
    std::vector<Table> found;
    auto scanned =
        store_.scan(key_of('t', scope, {to_lower(database)}), [&](auto, std::string_view value) {
            if (const auto json = base::parse_json(value)) found.push_back(decode_table(*json));
            return true;
        });
    if (!scanned) return storage(scanned.error());
    return found;
}

CatalogResult<void> Catalog::delete_table(const Scope& scope,
                                          const std::string& database,
                                          const std::string& name) {
    WR_TRY(const Table table, get_table(scope, database, name));
    base::MutexLock lock(writing_);
    if (auto removed = store_.remove(key_of('t', scope, {table.database, table.name})); !removed)
        return storage(removed.error());
    return {};
}

}  // namespace wr::athena
