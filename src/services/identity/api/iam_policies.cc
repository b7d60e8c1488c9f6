// Managed policies, and what a principal's policies would decide.
#include "auth/evaluate.h"
#include "services/identity/api/iam_convert.h"
#include "services/identity/api/iam_service.h"

namespace wr::identity::api {

using wire::ApiResult;
using wire::CallContext;

ApiResult<iam::CreatePolicyOutput> IamService::create_policy(const iam::CreatePolicyInput& input,
                                                             CallContext& context) {
    NewPolicy request;
    request.name = input.policy_name.value_or("");
    request.path = input.path.value_or("/");
    request.description = input.description.value_or("");
    request.document = input.policy_document.value_or("");
    request.tags = to_map(input.tags);
    WR_TRY(const auto policy, iam_result(engine_.iam().create_policy(context.account, request)));
    iam::CreatePolicyOutput output;
    output.policy = to_policy(policy, 0);
    return output;
}

ApiResult<iam::GetPolicyOutput> IamService::get_policy(const iam::GetPolicyInput& input,
                                                       CallContext& context) {
    WR_TRY(const auto policy,
           iam_result(engine_.iam().get_policy(context.account, *input.policy_arn)));
    WR_TRY(const auto counts, iam_result(engine_.iam().attachment_counts(context.account)));
    const auto count = counts.find(policy.arn());
    iam::GetPolicyOutput output;
    output.policy = to_policy(policy, count == counts.end() ? 0 : count->second);
    return output;
}

ApiResult<iam::GetPolicyVersionOutput> IamService::get_policy_version(
    const iam::GetPolicyVersionInput& input, CallContext& context) {
    WR_TRY(const auto policy,
           iam_result(engine_.iam().get_policy(context.account, *input.policy_arn)));
    if (*input.version_id != policy.version)
        return base::fail(
            iam_error({Fault::NoSuchEntity,
                       "Policy " + *input.policy_arn + " version " + *input.version_id +
                           " does not exist or is not attachable."}));
    iam::GetPolicyVersionOutput output;
    output.policy_version = to_version(policy);
    return output;
}

ApiResult<iam::ListPolicyVersionsOutput> IamService::list_policy_versions(
    const iam::ListPolicyVersionsInput& input, CallContext& context) {
    WR_TRY(const auto policy,
           iam_result(engine_.iam().get_policy(context.account, *input.policy_arn)));
    iam::ListPolicyVersionsOutput output;
    auto version = to_version(policy);
    version.document.reset();  // lists do not show it
    output.versions.emplace().push_back(std::move(version));
    output.is_truncated = false;
    return output;
}

ApiResult<iam::ListPoliciesOutput> IamService::list_policies(const iam::ListPoliciesInput& input,
                                                             CallContext& context) {
    const std::string scope = input.scope.value_or("All");
    WR_TRY(
        auto policies,
        iam_result(engine_.iam().list_policies(
            context.account, scope != "AWS", scope != "Local", input.path_prefix.value_or("/"))));
    WR_TRY(const auto counts, iam_result(engine_.iam().attachment_counts(context.account)));
    const auto count_of = [&](const ManagedPolicy& policy) {
        const auto count = counts.find(policy.arn());
        return count == counts.end() ? 0 : count->second;
    };
    if (input.only_attached.value_or(false))
        std::erase_if(policies, [&](const auto& policy) { return count_of(policy) == 0; });
    iam::ListPoliciesOutput output;
    WR_TRY(const auto shown, page(std::move(policies), input, output));
    output.policies.emplace();
    for (const auto& policy : shown) {
        output.policies->push_back(to_policy(policy, count_of(policy)));
        output.policies->back().tags.reset();
        output.policies->back().description.reset();
    }
    return output;
}

ApiResult<iam::DeletePolicyOutput> IamService::delete_policy(const iam::DeletePolicyInput& input,
                                                             CallContext& context) {
    WR_TRY_VOID(iam_result(engine_.iam().remove_policy(context.account, *input.policy_arn)));
    return iam::DeletePolicyOutput{};
}

namespace {

/// The entity that an ARN of a user or role names, as a principal.
ApiResult<wire::Principal> principal_of(const Iam& store,
                                        const std::string& arn,
                                        const std::string& account) {
    const std::string head = "arn:aws:iam::" + account;
    const bool is_role = arn.starts_with(head + ":role/");
    if (!is_role && !arn.starts_with(head + ":user/"))
        return base::fail(iam_error({Fault::InvalidInput, "Invalid Entity Arn: " + arn}));
    const auto kind = is_role ? EntityKind::Role : EntityKind::User;
    WR_TRY(const auto entity, iam_result(store.get(kind, account, name_of_arn(arn))));
    wire::Principal principal;
    principal.kind = is_role ? wire::PrincipalKind::AssumedRole : wire::PrincipalKind::User;
    principal.account = account;
    principal.arn = entity.arn();
    principal.user_id = entity.id;
    principal.tags = entity.tags;
    if (is_role) principal.role_arn = entity.arn();
    return principal;
}

const char* decision_text(const auth::Decision& decision) {
    if (decision.allowed) return "allowed";
    return decision.explicit_deny ? "explicitDeny" : "implicitDeny";
}

}  // namespace

ApiResult<iam::SimulatePrincipalPolicyOutput> IamService::simulate_principal_policy(
    const iam::SimulatePrincipalPolicyInput& input, CallContext& context) {
    WR_TRY(const auto principal,
           principal_of(engine_.iam(), *input.policy_source_arn, context.account));
    auto policies = directory_.policies_of(principal);
    for (const auto& text : input.policy_input_list.value_or(std::vector<std::string>())) {
        auto policy = auth::Policy::parse(text, auth::PolicyKind::Identity);
        if (!policy) return base::fail(iam_error({Fault::InvalidInput, std::move(policy).error()}));
        policies.identity.push_back(std::make_shared<const auth::Policy>(*std::move(policy)));
    }
    http::Request nobody;
    auth::AccessQuestion question;
    question.caller = auth::caller_of(principal);
    question.context = auth::base_context(
        principal, context.request ? *context.request : nobody, context.region, context.time);
    for (const auto& entry : input.context_entries.value_or(std::vector<iam::ContextEntry>()))
        question.context.set_all(entry.context_key_name.value_or(""),
                                 entry.context_key_values.value_or(std::vector<std::string>()));
    iam::SimulatePrincipalPolicyOutput output;
    output.evaluation_results.emplace();
    for (const auto& action : *input.action_names) {
        for (const auto& resource : input.resource_arns.value_or(std::vector<std::string>{"*"})) {
            question.action = action;
            question.resource = resource;
            const auto decision = auth::evaluate(question, policies);
            auto& result = output.evaluation_results->emplace_back();
            result.eval_action_name = action;
            result.eval_resource_name = resource;
            result.eval_decision = decision_text(decision);
            result.matched_statements.emplace();
            result.missing_context_values.emplace();
        }
    }
    output.is_truncated = false;
    return output;
}

}  // namespace wr::identity::api
