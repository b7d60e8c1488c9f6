// Function names in their forms, and records as JSON.
#include "services/lambda/engine/function.h"

#include <algorithm>

#include "base/encoding.h"

namespace wr::lambda {

namespace {

using base::Json;

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
    });
}

bool is_account(std::string_view text) {
    return text.size() == 12 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int64_t milliseconds(base::Timestamp time) {
    return time.time_since_epoch().count();
}
base::Timestamp timestamp(const Json& json) {
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
}

Json json_of(const std::map<std::string, std::string>& map) {
    Json json{Json::Object{}};
    for (const auto& [key, value] : map) json.set(key, value);
    return json;
}

std::map<std::string, std::string> map_of(const Json& json) {
    std::map<std::string, std::string> map;
    for (const auto& [key, value] : json.as_object()) map[key] = value.as_string();
    return map;
}

}  // namespace

std::optional<FunctionName> parse_function_name(std::string_view text,
                                                const std::string& account,
                                                const std::string& region) {
    FunctionName result{account, region, {}, {}};
    std::vector<std::string> parts;
    for (size_t begin = 0; begin <= text.size();) {
        const size_t end = std::min(text.find(':', begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    size_t at = 0;
    if (parts[0] == "arn") {
        if (parts.size() < 7 || parts[1] != "aws" || parts[2] != "lambda") return std::nullopt;
        result.region = parts[3];
        at = 4;
    }
    if (parts.size() > at + 1 && is_account(parts[at])) result.account = parts[at++];
    if (parts.size() > at + 1 && parts[at] == "function") ++at;
    result.name = parts[at++];
    if (at < parts.size()) result.qualifier = parts[at++];
    if (at != parts.size() || !is_name(result.name)) return std::nullopt;
    return result;
}

std::string Function::code_sha256_base64() const {
    return base::base64_encode(base::hex_decode(code_hash).value_or(""));
}

std::string Function::encode() const {
    Json json{Json::Object{}};
    json.set("account", name.account);
    json.set("region", name.region);
    json.set("name", name.name);
    json.set("version", version);
    json.set("runtime", runtime);
    json.set("role", role);
    json.set("handler", handler);
    json.set("description", description);
    json.set("architecture", architecture);
    json.set("timeout_seconds", timeout_seconds);
    json.set("memory_mib", memory_mib);
    json.set("storage_mib", storage_mib);
    json.set("environment", json_of(environment));
    json.set("tags", json_of(tags));
    json.set("code_hash", code_hash);
    json.set("code_bytes", code_bytes);
    json.set("modified", milliseconds(modified));
    json.set("active_at", milliseconds(active_at));
    json.set("updated_at", milliseconds(updated_at));
    json.set("revision", revision);
    json.set("policy", policy);
    return json.dump();
}

base::Result<Function> Function::decode(std::string_view text) {
    WR_TRY(const Json json, base::parse_json(text));
    Function function;
    function.name = {
        json["account"].as_string(), json["region"].as_string(), json["name"].as_string(), {}};
    function.version = json["version"].as_string();
    function.runtime = json["runtime"].as_string();
    function.role = json["role"].as_string();
    function.handler = json["handler"].as_string();
    function.description = json["description"].as_string();
    function.architecture = json["architecture"].as_string();
    function.timeout_seconds = static_cast<int>(json["timeout_seconds"].as_int());
    function.memory_mib = static_cast<int>(json["memory_mib"].as_int());
    function.storage_mib = static_cast<int>(json["storage_mib"].as_int());
    function.environment = map_of(json["environment"]);
    function.tags = map_of(json["tags"]);
    function.code_hash = json["code_hash"].as_string();
    function.code_bytes = static_cast<uint64_t>(json["code_bytes"].as_int());
    function.modified = timestamp(json["modified"]);
    function.active_at = timestamp(json["active_at"]);
    function.updated_at = timestamp(json["updated_at"]);
    function.revision = json["revision"].as_string();
    function.policy = json["policy"].as_array();
    return function;
}

}  // namespace wr::lambda
