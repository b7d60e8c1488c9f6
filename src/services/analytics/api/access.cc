// What a caller must be allowed.
#include "services/analytics/api/operations.h"

namespace wr::analytics::api {

std::vector<wire::AccessRequest> access_to(std::string_view operation,
                                           const wire::InputView& input,
                                           const CallContext& context,
                                           const std::vector<std::string>& roles) {
    const std::string action = "kinesisanalytics:" + std::string(operation);
    std::string resource = "*";
    if (const auto name = input.string("ApplicationName"); !name.empty())
        resource = ApplicationName{context.account, context.region, name}.arn();
    else if (const auto arn = input.string("ResourceARN");
             !arn.empty() && operation != "DiscoverInputSchema")
        resource = arn;
    std::vector<wire::AccessRequest> needed = {{action, resource, {}}};
    for (const auto& role : roles)
        if (!role.empty())
            needed.push_back({"iam:PassRole",
                              role,
                              {{"iam:PassedToService", "kinesisanalytics.amazonaws.com"}}});
    return needed;
}

}  // namespace wr::analytics::api
