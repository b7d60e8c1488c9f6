// Parses policy documents and says in AWS's words what is wrong with them.
#include "auth/policy.h"

#include <algorithm>
#include <set>

#include "auth/canonical.h"
#include "base/json.h"

namespace wr::auth {
namespace {

using base::Json;
using Texts = std::vector<std::string>;
template <typename T>
using Parsed = base::Result<T, std::string>;

const std::string syntax_error = "Syntax errors in policy.";

std::string text_of(const Json& value) {
    return value.is_string() ? value.as_string() : value.dump();
}

/// A string or a list of strings, not empty.
Parsed<Texts> texts_of(const Json& value) {
    if (value.is_string()) return Texts{value.as_string()};
    if (!value.is_array() || value.as_array().empty()) return base::fail(syntax_error);
    Texts texts;
    for (const auto& element : value.as_array()) {
        if (!element.is_string()) return base::fail(syntax_error);
        texts.push_back(element.as_string());
    }
    return texts;
}

Parsed<Glob> parse_action(const std::string& text) {
    if (text != "*") {
        const auto parts = split(text, ':');
        if (parts.size() == 1)
            return base::fail(
                std::string("Actions/Conditions must be prefaced by a vendor, e.g., "
                            "iam, sdb, ec2, etc."));
        if (parts.size() > 2)
            return base::fail(std::string("Actions/Condition can contain only one colon."));
        const auto vendor = parts.front();
        const bool valid = !vendor.empty() && std::all_of(vendor.begin(), vendor.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '-' || c == '.';
        });
        if (!valid) return base::fail("Vendor " + std::string(vendor) + " is not valid");
    }
    const auto pattern = Pattern::compile(text, true, false);
    return pattern->expand({}).value_or(Glob());
}

Parsed<ArnPattern> parse_resource(const std::string& text, bool variables) {
    if (text != "*") {
        const auto parts = split_arn_pattern(text);
        if (parts.size() < 3 || parts[0] != "arn")
            return base::fail("Resource " + text + " must be in ARN format or \"*\".");
        const auto& partition = parts[1];
        if (partition != "*" && partition != "aws" && partition != "aws-cn" &&
            partition != "aws-us-gov")
            return base::fail("Partition \"" + partition + "\" is not valid for resource \"" +
                              text + "\".");
        // AWS allows no wildcard in the service: arn:aws:*:... would mean everything.
        if (parts[2].empty() || parts[2].find_first_of("*?$") != std::string::npos)
            return base::fail(
                std::string("Resource vendor must be fully qualified and cannot contain regexes."));
    }
    auto pattern = ArnPattern::compile(text, variables);
    if (!pattern) return base::fail(syntax_error);
    return std::move(*pattern);
}

Parsed<PrincipalElement> parse_principal(const Json& value) {
    PrincipalElement principal;
    if (value.is_string() && value.as_string() == "*") {
        principal.everyone = true;
        return principal;
    }
    if (!value.is_object() || value.as_object().empty()) return base::fail(syntax_error);
    for (const auto& [kind, names] : value.as_object()) {
        WR_TRY(auto texts, texts_of(names));
        if (kind == "AWS") {
            for (const auto& name : texts) {
                const bool account =
                    name.size() == 12 && name.find_first_not_of("0123456789") == std::string::npos;
                const bool plain = name.find_first_of("*?") == std::string::npos;
                if (name != "*" && !account && !(plain && name.starts_with("arn:")))
                    return base::fail("Invalid principal in policy: \"AWS\":\"" + name + "\"");
            }
            principal.aws = std::move(texts);
        } else if (kind == "Service") {
            principal.services = std::move(texts);
        } else if (kind == "Federated") {
            principal.federated = std::move(texts);
        } else if (kind == "CanonicalUser") {
            principal.canonical_users = std::move(texts);
        } else {
            return base::fail("Invalid principal in policy: \"" + kind + "\"");
        }
    }
    return principal;
}

Parsed<Texts> condition_values(const Json& value) {
    Json::Array elements;
    if (value.is_array()) {
        elements = value.as_array();
    } else {
        elements.push_back(value);
    }
    Texts texts;
    for (const auto& element : elements) {
        if (!element.is_string() && !element.is_number() && !element.is_bool())
            return base::fail(syntax_error);
        texts.push_back(text_of(element));
    }
    if (texts.empty()) return base::fail(syntax_error);
    return texts;
}

Parsed<std::vector<Condition>> parse_conditions(const Json& value, bool variables) {
    if (!value.is_object()) return base::fail(syntax_error);
    std::vector<Condition> conditions;
    for (const auto& [name, keys] : value.as_object()) {
        const auto op = parse_condition_operator(name);
        if (!op || !keys.is_object()) return base::fail(syntax_error);
        for (const auto& [key, texts] : keys.as_object()) {
            WR_TRY(const auto values, condition_values(texts));
            auto condition = Condition::compile(*op, key, values, variables);
            if (!condition) return base::fail(syntax_error);
            conditions.push_back(std::move(*condition));
        }
    }
    return conditions;
}

class StatementParser {
public:
    StatementParser(const Json& json, PolicyKind kind, bool variables)
        : json_(json), kind_(kind), variables_(variables) {}

    Parsed<Statement> parse() {
        if (!json_.is_object()) return base::fail(syntax_error);
        WR_TRY_VOID(check_fields());
        const auto& effect = json_["Effect"].as_string();
        if (effect != "Allow" && effect != "Deny") return base::fail(syntax_error);
        statement_.allows = effect == "Allow";
        WR_TRY_VOID(parse_sid());
        WR_TRY_VOID(parse_principals());
        WR_TRY_VOID(parse_actions());
        WR_TRY_VOID(parse_resources());
        if (const auto* condition = json_.find("Condition")) {
            WR_TRY(statement_.conditions, parse_conditions(*condition, variables_));
        }
        return std::move(statement_);
    }

private:
    Parsed<void> check_fields() {
        static const std::set<std::string, std::less<>> known = {"Sid",
                                                                 "Effect",
                                                                 "Action",
                                                                 "NotAction",
                                                                 "Resource",
                                                                 "NotResource",
                                                                 "Principal",
                                                                 "NotPrincipal",
                                                                 "Condition"};
        for (const auto& [name, value] : json_.as_object()) {
            if (!known.contains(name)) return base::fail(syntax_error);
        }
        for (const auto* pair : {"Action", "Resource", "Principal"}) {
            if (json_.find(pair) && json_.find("Not" + std::string(pair)))
                return base::fail(syntax_error);
        }
        return {};
    }

    Parsed<void> parse_sid() {
        const auto* sid = json_.find("Sid");
        if (sid == nullptr) return {};
        if (!sid->is_string()) return base::fail(syntax_error);
        statement_.sid = sid->as_string();
        const bool plain =
            std::all_of(statement_.sid.begin(), statement_.sid.end(), [](unsigned char c) {
                return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            });
        if (kind_ != PolicyKind::Resource && !plain)
            return base::fail(std::string(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
                "regular expression [0-9A-Za-z]*"));
        return {};
    }

    Parsed<void> parse_principals() {
        const auto* positive = json_.find("Principal");
        const auto* negative = json_.find("NotPrincipal");
        const auto* element = positive ? positive : negative;
        if (kind_ == PolicyKind::Identity) {
            if (element == nullptr) return {};
            return base::fail(std::string("Policy document should not specify a principal."));
        }
        if (element == nullptr) return base::fail(std::string("Missing required field Principal"));
        if (kind_ == PolicyKind::Trust && negative != nullptr && statement_.allows)
            return base::fail(std::string("Allow with NotPrincipal is not allowed."));
        WR_TRY(statement_.principal, parse_principal(*element));
        statement_.has_principal = true;
        statement_.not_principal = positive == nullptr;
        return {};
    }

    Parsed<void> parse_actions() {
        const auto* positive = json_.find("Action");
        const auto* element = positive ? positive : json_.find("NotAction");
        const bool empty = element == nullptr ||
                           (element->is_array() && element->as_array().empty()) ||
                           (element->is_string() && element->as_string().empty());
        if (empty) return base::fail(std::string("Policy statement must contain actions."));
        statement_.not_action = positive == nullptr;
        WR_TRY(const auto texts, texts_of(*element));
        for (const auto& text : texts) {
            WR_TRY(auto action, parse_action(text));
            statement_.actions.push_back(std::move(action));
        }
        return {};
    }

    Parsed<void> parse_resources() {
        const auto* positive = json_.find("Resource");
        const auto* element = positive ? positive : json_.find("NotResource");
        if (kind_ == PolicyKind::Trust) {
            if (element == nullptr) return {};
            return base::fail(std::string("Has prohibited field ") +
                              (positive ? "Resource" : "NotResource"));
        }
        if (element == nullptr || (element->is_array() && element->as_array().empty()))
            return base::fail(std::string("Policy statement must contain resources."));
        statement_.has_resource = true;
        statement_.not_resource = positive == nullptr;
        WR_TRY(const auto texts, texts_of(*element));
        for (const auto& text : texts) {
            WR_TRY(auto resource, parse_resource(text, variables_));
            statement_.resources.push_back(std::move(resource));
        }
        return {};
    }

    const Json& json_;
    const PolicyKind kind_;
    const bool variables_;
    Statement statement_;
};

Parsed<std::vector<Statement>> parse_statements(const Json& document, PolicyKind kind) {
    if (!document.is_object()) return base::fail(syntax_error);
    for (const auto& [name, value] : document.as_object()) {
        if (name != "Version" && name != "Id" && name != "Statement")
            return base::fail(syntax_error);
    }
    bool variables = false;
    if (const auto* version = document.find("Version")) {
        if (version->as_string() != "2012-10-17" && version->as_string() != "2008-10-17")
            return base::fail(syntax_error);
        variables = version->as_string() == "2012-10-17";
    }
    if (const auto* id = document.find("Id"); id && !id->is_string())
        return base::fail(syntax_error);
    const Json& element = document["Statement"];
    Json::Array list;
    if (element.is_object()) {
        list.push_back(element);
    } else if (element.is_array() && !element.as_array().empty()) {
        list = element.as_array();
    } else {
        return base::fail(syntax_error);
    }
    std::vector<Statement> statements;
    std::set<std::string> sids;
    for (const auto& json : list) {
        WR_TRY(auto statement, StatementParser(json, kind, variables).parse());
        if (!statement.sid.empty() && !sids.insert(statement.sid).second)
            return base::fail(
                std::string("Statement IDs (SID) in a single policy must be unique."));
        statements.push_back(std::move(statement));
    }
    return statements;
}

Parsed<Json> parse_document(std::string_view text) {
    if (text.size() > policy_bytes_max) return base::fail(syntax_error);
    auto document = base::parse_json(text);
    if (!document) return base::fail(std::string("This policy contains invalid Json"));
    return *std::move(document);
}

}  // namespace

base::Result<Policy, std::string> Policy::parse(std::string_view text, PolicyKind kind) {
    WR_TRY(const auto document, parse_document(text));
    Policy policy;
    policy.kind_ = kind;
    WR_TRY(policy.statements_, parse_statements(document, kind));
    return policy;
}

base::Result<std::vector<std::shared_ptr<const Policy>>, std::string> Policy::parse_all(
    std::string_view text, PolicyKind kind) {
    WR_TRY(const auto document, parse_document(text));
    Json::Array documents;
    if (document.is_array()) {
        documents = document.as_array();
    } else {
        documents.push_back(document);
    }
    std::vector<std::shared_ptr<const Policy>> policies;
    for (const auto& json : documents) {
        auto policy = std::make_shared<Policy>();
        policy->kind_ = kind;
        WR_TRY(policy->statements_, parse_statements(json, kind));
        policies.push_back(std::move(policy));
    }
    return policies;
}

}  // namespace wr::auth
