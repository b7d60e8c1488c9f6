// Which action on which ARN each IAM operation needs.
#include "services/identity/api/iam_service.h"

namespace wr::identity::api {
namespace {

std::string path_or_root(const std::string& path) {
    return path.empty() ? "/" : path;
}

}  // namespace

std::vector<wire::AccessRequest> IamService::access(std::string_view operation,
                                                    const wire::InputView& input,
                                                    const wire::CallContext& context) {
    wire::AccessRequest request;
    request.action = "iam:" + std::string(operation);
    request.resource = "*";
    const auto role = input.string("RoleName");
    auto user = input.string("UserName");
    const auto policy_arn = input.string("PolicyArn");
    const std::string account = "arn:aws:iam::" + context.account;
    const auto entity_arn = [&](EntityKind kind, const std::string& name) {
        // The path is part of the ARN and known to the record alone.
        if (const auto entity = engine_.iam().get(kind, context.account, name))
            return entity->arn();
        const char* type = kind == EntityKind::Role ? ":role" : ":user";
        return account + type + path_or_root(input.string("Path")) + name;
    };
    const bool means_self =
        operation == "GetUser" || operation.ends_with("AccessKey") || operation == "ListAccessKeys";
    if (user.empty() && means_self && context.principal.kind == wire::PrincipalKind::User)
        user = name_of_arn(context.principal.arn);
    if (!role.empty()) {
        request.resource = entity_arn(EntityKind::Role, role);
    } else if (!user.empty()) {
        request.resource = entity_arn(EntityKind::User, user);
    } else if (!policy_arn.empty()) {
        request.resource = policy_arn;
    } else if (operation == "CreatePolicy") {
        request.resource =
            account + ":policy" + path_or_root(input.string("Path")) + input.string("PolicyName");
    } else if (operation == "SimulatePrincipalPolicy") {
        request.resource = input.string("PolicySourceArn");
    }
    if (!policy_arn.empty()) request.context["iam:PolicyARN"] = policy_arn;
    const auto boundary = input.string("PermissionsBoundary");
    if (!boundary.empty()) request.context["iam:PermissionsBoundary"] = boundary;
    return {request};
}

}  // namespace wr::identity::api
