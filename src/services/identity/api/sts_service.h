#pragma once
// STS's API over the engine. AssumeRole is authorised here, because it needs the trust policy and
// the caller's own policies together.

#include <string>
#include <vector>

#include "gen/sts/service.h"
#include "services/identity/api/directory.h"
#include "services/identity/engine/engine.h"

namespace wr::identity::api {

namespace sts = gen::sts;

/// Engine and directory outlive it. @threads any
class StsService final : public sts::Service {
public:
    StsService(Engine& engine, Directory& directory) : engine_(engine), directory_(directory) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const wire::CallContext& context) override;

    wire::ApiResult<sts::AssumeRoleOutput> assume_role(const sts::AssumeRoleInput& input,
                                                       wire::CallContext& context) override;
    wire::ApiResult<sts::AssumeRoleWithWebIdentityOutput> assume_role_with_web_identity(
        const sts::AssumeRoleWithWebIdentityInput& input, wire::CallContext& context) override;
    wire::ApiResult<sts::DecodeAuthorizationMessageOutput> decode_authorization_message(
        const sts::DecodeAuthorizationMessageInput& input, wire::CallContext& context) override;
    wire::ApiResult<sts::GetAccessKeyInfoOutput> get_access_key_info(
        const sts::GetAccessKeyInfoInput& input, wire::CallContext& context) override;
    wire::ApiResult<sts::GetCallerIdentityOutput> get_caller_identity(
        const sts::GetCallerIdentityInput& input, wire::CallContext& context) override;
    wire::ApiResult<sts::GetSessionTokenOutput> get_session_token(
        const sts::GetSessionTokenInput& input, wire::CallContext& context) override;

private:
    wire::ApiResult<void> authorise(const sts::AssumeRoleInput& input,
                                    const wire::CallContext& context);

    Engine& engine_;
    Directory& directory_;
};

}  // namespace wr::identity::api
