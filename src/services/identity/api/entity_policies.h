#pragma once
// The policies of one role or user: the seven operations that IAM has for both.

#include <string>

#include "services/identity/api/iam_convert.h"
#include "services/identity/engine/iam.h"

namespace wr::identity::api {

/// Each answers IAM's own NoSuchEntity where the entity or the policy is not there. The names of
/// policies come from the request; whose they are has been read from it already.
class PoliciesOf {
public:
    PoliciesOf(Iam& iam, EntityKind kind, std::string account, std::string name)
        : iam_(iam), kind_(kind), account_(std::move(account)), name_(std::move(name)) {}

    template <typename Output, typename Input>
    wire::ApiResult<Output> put(const Input& input) {
        WR_TRY_VOID(iam_result(
            iam_.put_inline(kind_, account_, name_, *input.policy_name, *input.policy_document)));
        return Output{};
    }
    /// But for the entity's own name.
    template <typename Output, typename Input>
    wire::ApiResult<Output> get(const Input& input) {
        WR_TRY(const auto document,
               iam_result(iam_.get_inline(kind_, account_, name_, *input.policy_name)));
        Output output;
        output.policy_name = input.policy_name;
        output.policy_document = encode_document(document);
        return output;
    }
    template <typename Output, typename Input>
    wire::ApiResult<Output> list(const Input& input) {
        WR_TRY(const auto entity, iam_result(iam_.get(kind_, account_, name_)));
        Output output;
        WR_TRY(output.policy_names, page(names_of(entity.inline_policies), input, output));
        return output;
    }
    template <typename Output, typename Input>
    wire::ApiResult<Output> remove(const Input& input) {
        WR_TRY_VOID(iam_result(iam_.remove_inline(kind_, account_, name_, *input.policy_name)));
        return Output{};
    }
    template <typename Output, typename Input>
    wire::ApiResult<Output> attach(const Input& input) {
        WR_TRY_VOID(iam_result(iam_.attach(kind_, account_, name_, *input.policy_arn)));
        return Output{};
    }
    template <typename Output, typename Input>
    wire::ApiResult<Output> detach(const Input& input) {
        WR_TRY_VOID(iam_result(iam_.detach(kind_, account_, name_, *input.policy_arn)));
        return Output{};
    }
    template <typename Output, typename Input>
    wire::ApiResult<Output> list_attached(const Input& input) {
        WR_TRY(const auto entity, iam_result(iam_.get(kind_, account_, name_)));
        Output output;
        WR_TRY(output.attached_policies, page(to_attached(entity.attached_arns), input, output));
        return output;
    }

private:
    Iam& iam_;
    const EntityKind kind_;
    const std::string account_;
    const std::string name_;
};

}  // namespace wr::identity::api
