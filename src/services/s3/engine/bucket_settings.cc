// Settings of buckets as JSON rows, and the checks that S3 makes before it stores them.
#include "services/s3/engine/bucket_settings.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace wr::s3 {
namespace {

using base::Json;

Json to_json(const std::vector<std::string>& texts) {
    Json::Array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return Json(std::move(array));
}

std::vector<std::string> texts_of(const Json& json) {
    std::vector<std::string> texts;
    for (const Json& text : json.as_array()) texts.push_back(text.as_string());
    return texts;
}

Json parsed(std::string_view text) {
    auto json = base::parse_json(text);
    return json ? *std::move(json) : Json();
}

/// A value that may be one or a list of them.
Json::Array listed(const Json& value) {
    if (value.is_array()) return value.as_array();
    if (value.is_null()) return {};
    return {value};
}

bool names_everybody(const Json& principal) {
    if (principal.as_string() == "*") return true;
    for (const Json& one : listed(principal["AWS"]))
        if (one.as_string() == "*") return true;
    return false;
}

bool is_public_statement(const Json& statement) {
    return statement["Effect"].as_string() == "Allow" && statement["Condition"].is_null() &&
           names_everybody(statement["Principal"]);
}

Problem malformed_policy(std::string message) {
    return problem(Fault::MalformedPolicy, std::move(message));
}

Outcome<void> check_statement(const Json& statement, const std::string& bucket_arn) {
    if (!statement.is_object()) return base::fail(malformed_policy("Invalid policy syntax."));
    const std::string& effect = statement["Effect"].as_string();
    if (effect != "Allow" && effect != "Deny")
        return base::fail(malformed_policy("Invalid effect: " + effect));
    if (statement["Principal"].is_null() && statement["NotPrincipal"].is_null())
        return base::fail(malformed_policy("Missing required field Principal"));
    if (statement["Action"].is_null() && statement["NotAction"].is_null())
        return base::fail(malformed_policy("Missing required field Action"));
    const Json::Array resources =
        listed(statement["Resource"].is_null() ? statement["NotResource"] : statement["Resource"]);
    if (resources.empty()) return base::fail(malformed_policy("Missing required field Resource"));
    for (const Json& resource : resources) {
        const std::string& arn = resource.as_string();
        if (arn != bucket_arn && !arn.starts_with(bucket_arn + "/") && arn != bucket_arn + "*")
            return base::fail(malformed_policy("Policy has invalid resource"));
    }
    for (const Json& action : listed(statement["Action"])) {
        const std::string& name = action.as_string();
        if (name != "*" && !name.starts_with("s3:") && !name.starts_with("S3:"))
            return base::fail(malformed_policy("Policy has invalid action"));
    }
    return {};
}

}  // namespace

std::string encode(const PublicAccessBlock& block) {
    Json json;
    json.set("block_public_acls", block.block_public_acls);
    json.set("ignore_public_acls", block.ignore_public_acls);
    json.set("block_public_policy", block.block_public_policy);
    json.set("restrict_public_buckets", block.restrict_public_buckets);
    return json.dump();
}

PublicAccessBlock decode_public_access_block(std::string_view text) {
    const Json json = parsed(text);
    PublicAccessBlock block;
    block.block_public_acls = json["block_public_acls"].as_bool();
    block.ignore_public_acls = json["ignore_public_acls"].as_bool();
    block.block_public_policy = json["block_public_policy"].as_bool();
    block.restrict_public_buckets = json["restrict_public_buckets"].as_bool();
    return block;
}

std::string encode(const std::vector<CorsRule>& rules) {
    Json::Array array;
    for (const CorsRule& rule : rules) {
        Json json;
        json.set("id", rule.id);
        json.set("methods", to_json(rule.allowed_methods));
        json.set("origins", to_json(rule.allowed_origins));
        json.set("headers", to_json(rule.allowed_headers));
        json.set("expose", to_json(rule.expose_headers));
        if (rule.max_age_seconds) json.set("max_age_seconds", *rule.max_age_seconds);
        array.push_back(std::move(json));
    }
    return Json(std::move(array)).dump();
}

std::vector<CorsRule> decode_cors_rules(std::string_view text) {
    std::vector<CorsRule> rules;
    const Json array = parsed(text);
    for (const Json& json : array.as_array()) {
        CorsRule rule;
        rule.id = json["id"].as_string();
        rule.allowed_methods = texts_of(json["methods"]);
        rule.allowed_origins = texts_of(json["origins"]);
        rule.allowed_headers = texts_of(json["headers"]);
        rule.expose_headers = texts_of(json["expose"]);
        if (json["max_age_seconds"].is_int())
            rule.max_age_seconds = json["max_age_seconds"].as_int();
        rules.push_back(std::move(rule));
    }
    return rules;
}

std::string encode(const std::vector<Tag>& tags) {
    Json::Array array;
    for (const Tag& tag : tags) array.push_back(Json(Json::Array{Json(tag.key), Json(tag.value)}));
    return Json(std::move(array)).dump();
}

std::vector<Tag> decode_tags(std::string_view text) {
    std::vector<Tag> tags;
    const Json array = parsed(text);
    for (const Json& pair : array.as_array())
        if (pair.as_array().size() == 2)
            tags.push_back({pair.as_array()[0].as_string(), pair.as_array()[1].as_string()});
    return tags;
}

Outcome<void> check_cors_rules(const std::vector<CorsRule>& rules) {
    static constexpr std::array methods = {"GET", "PUT", "HEAD", "POST", "DELETE"};
    if (rules.empty() || rules.size() > cors_rules_max)
        return base::fail(problem(Fault::MalformedXml));
    for (const CorsRule& rule : rules) {
        if (rule.allowed_methods.empty() || rule.allowed_origins.empty())
            return base::fail(problem(Fault::MalformedXml));
        for (const std::string& method : rule.allowed_methods)
            if (std::find(methods.begin(), methods.end(), method) == methods.end())
                return base::fail(problem(Fault::InvalidRequest,
                                          "Found unsupported HTTP method in CORS config. "
                                          "Unsupported method is " +
                                              method));
        for (const auto* list : {&rule.allowed_origins, &rule.allowed_headers})
            for (const std::string& text : *list)
                if (std::count(text.begin(), text.end(), '*') > 1)
                    return base::fail(problem(
                        Fault::InvalidRequest,
                        (list == &rule.allowed_origins ? "AllowedOrigin \"" : "AllowedHeader \"") +
                            text + "\" can not have more than one wildcard."));
    }
    return {};
}

Outcome<void> check_policy(std::string_view bucket, std::string_view policy) {
    if (policy.size() > policy_bytes_max)
        return base::fail(
            malformed_policy("Normalized policy document exceeds the maximum allowed "
                             "size of 20480 bytes."));
    const auto json = base::parse_json(policy);
    if (!json || !json->is_object())
        return base::fail(
            malformed_policy("Policies must be valid JSON and the first byte must be '{'"));
    const std::string& version = (*json)["Version"].as_string();
    if (!(*json)["Version"].is_null() && version != "2012-10-17" && version != "2008-10-17")
        return base::fail(malformed_policy("The policy must contain a valid version string"));
    const Json::Array statements = listed((*json)["Statement"]);
    if (statements.empty()) return base::fail(malformed_policy("Missing required field Statement"));
    const std::string bucket_arn = "arn:aws:s3:::" + std::string(bucket);
    for (const Json& statement : statements) WR_TRY_VOID(check_statement(statement, bucket_arn));
    return {};
}

bool is_public_policy(std::string_view policy) {
    const Json json = parsed(policy);
    const Json::Array statements = listed(json["Statement"]);
    return std::any_of(statements.begin(), statements.end(), is_public_statement);
}

std::string without_public_statements(std::string_view policy) {
    Json json = parsed(policy);
    Json::Array statements = listed(json["Statement"]);
    std::erase_if(statements, is_public_statement);
    json.set("Statement", Json(std::move(statements)));
    return json.dump();
}

}  // namespace wr::s3
