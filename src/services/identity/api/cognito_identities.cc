// Identities over the wire: the unsigned calls of browsers, and their administration.
#include "base/encoding.h"
#include "services/identity/api/cognito_service.h"
#include "services/identity/api/errors.h"

namespace wr::identity::api {

using wire::ApiResult;
using wire::CallContext;

namespace {

template <typename T>
ApiResult<T> result(Outcome<T> outcome) {
    if (!outcome) return base::fail(cognito_error(std::move(outcome).error()));
    return *std::move(outcome);
}

std::string peer_of(const CallContext& context) {
    return context.request ? context.request->peer_address : std::string();
}

cognito::IdentityDescription to_output(const PoolIdentity& identity) {
    cognito::IdentityDescription output;
    output.identity_id = identity.id;
    if (!identity.logins.empty()) output.logins = identity.logins;
    output.creation_date = identity.created;
    output.last_modified_date = identity.modified;
    return output;
}

}  // namespace

ApiResult<cognito::GetIdOutput> CognitoService::get_id(const cognito::GetIdInput& input,
                                                       CallContext& context) {
    cognito::GetIdOutput output;
    WR_TRY(output.identity_id,
           result(engine_.cognito().get_id(
               peer_of(context), *input.identity_pool_id, input.logins.value_or(StringMap()))));
    return output;
}

ApiResult<cognito::GetCredentialsForIdentityOutput> CognitoService::get_credentials_for_identity(
    const cognito::GetCredentialsForIdentityInput& input, CallContext& context) {
    WR_TRY(const auto given,
           result(engine_.cognito().get_credentials(peer_of(context),
                                                    *input.identity_id,
                                                    input.logins.value_or(StringMap()),
                                                    input.custom_role_arn.value_or(""))));
    cognito::GetCredentialsForIdentityOutput output;
    output.identity_id = given.identity_id;
    auto& credentials = output.credentials.emplace();
    credentials.access_key_id = given.credentials.access_key_id;
    credentials.secret_key = given.credentials.secret_access_key;
    credentials.session_token = given.credentials.session_token;
    credentials.expiration = given.credentials.expiration;
    return output;
}

ApiResult<cognito::GetOpenIdTokenOutput> CognitoService::get_open_id_token(
    const cognito::GetOpenIdTokenInput& input, CallContext& context) {
    cognito::GetOpenIdTokenOutput output;
    WR_TRY(output.token,
           result(engine_.cognito().get_open_id_token(
               peer_of(context), *input.identity_id, input.logins.value_or(StringMap()))));
    output.identity_id = input.identity_id;
    return output;
}

ApiResult<cognito::DescribeIdentityOutput> CognitoService::describe_identity(
    const cognito::DescribeIdentityInput& input, CallContext& context) {
    WR_TRY(const auto identity,
           result(engine_.cognito().describe_identity(context.account, *input.identity_id)));
    return to_output(identity);
}

ApiResult<cognito::ListIdentitiesOutput> CognitoService::list_identities(
    const cognito::ListIdentitiesInput& input, CallContext& context) {
    const auto after = base::base64_decode(input.next_token.value_or(""));
    if (!after) return base::fail(cognito_error({Fault::InvalidParameter, "Invalid NextToken."}));
    const auto wanted = static_cast<size_t>(input.max_results.value_or(60));
    WR_TRY(auto identities,
           result(engine_.cognito().list_identities(
               context.account, *input.identity_pool_id, *after, wanted + 1)));
    cognito::ListIdentitiesOutput output;
    output.identity_pool_id = input.identity_pool_id;
    if (identities.size() > wanted) {
        identities.resize(wanted);
        output.next_token = base::base64_encode(identities.back().id);
    }
    output.identities.emplace();
    for (const auto& identity : identities) output.identities->push_back(to_output(identity));
    return output;
}

ApiResult<cognito::DeleteIdentitiesOutput> CognitoService::delete_identities(
    const cognito::DeleteIdentitiesInput& input, CallContext& context) {
    WR_TRY(const auto failed,
           result(engine_.cognito().remove_identities(context.account,
                                                      *input.identity_ids_to_delete)));
    cognito::DeleteIdentitiesOutput output;
    output.unprocessed_identity_ids.emplace();
    for (const auto& id : failed) {
        auto& entry = output.unprocessed_identity_ids->emplace_back();
        entry.identity_id = id;
        entry.error_code = "AccessDenied";
    }
    return output;
}

}  // namespace wr::identity::api
