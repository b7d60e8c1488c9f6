// Identities of a pool: given out to guests, exchanged for credentials or a token.
#include <algorithm>

#include "services/identity/engine/cognito.h"

namespace wr::identity {
namespace {

EngineError no_such_identity(const std::string& id) {
    return {Fault::ResourceNotFound, "Identity '" + id + "' not found."};
}

EngineError bad_configuration() {
    return {Fault::InvalidPoolConfiguration,
            "Invalid identity pool configuration. Check assigned IAM roles for this pool."};
}

EngineError no_guests() {
    return {Fault::NotAuthorized,
            "Unauthenticated access is not supported for this identity pool."};
}

}  // namespace

const std::string& guest_scope_down_policy() {
    // Of AWS's list, the services that exist here; no athena, no sts, no iam.
    static const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[)"
        R"("kinesis:*","firehose:*","kinesisanalytics:*","lambda:*","dynamodb:*","s3:*",)"
        R"("logs:*","cloudwatch:*"],"Resource":"*"}]})";
    return policy;
}

Outcome<void> Cognito::check_rate(const std::string& peer) {
    if (limiter_.allow(peer)) return {};
    return fault(Fault::TooManyRequests, "Rate exceeded");
}

Outcome<PoolIdentity> Cognito::describe_identity(const std::string& account,
                                                 const std::string& id) const {
    WR_TRY(auto identity, records_.pool_identity(id));
    if (!identity || !get_pool(account, identity->pool_id)) return base::fail(no_such_identity(id));
    return *std::move(identity);
}

Outcome<std::vector<PoolIdentity>> Cognito::list_identities(const std::string& account,
                                                            const std::string& pool_id,
                                                            const std::string& after,
                                                            size_t count) const {
    WR_TRY_VOID(get_pool(account, pool_id));
    return records_.pool_identities(pool_id, after, count);
}

Outcome<std::vector<std::string>> Cognito::remove_identities(const std::string& account,
                                                             const std::vector<std::string>& ids) {
    const base::MutexLock lock(records_.mutex());
    std::vector<std::string> failed;
    kv::Batch batch;
    std::map<std::string, int64_t> removed;
    for (const auto& id : ids) {
        const auto identity = describe_identity(account, id);
        if (!identity) {
            if (identity.error().fault == Fault::Storage) return base::fail(identity.error());
            failed.push_back(id);
            continue;
        }
        Records::remove(batch, *identity);
        ++removed[identity->pool_id];
    }
    for (const auto& [pool_id, count] : removed) {
        WR_TRY(const auto before, records_.pool_identity_count(pool_id));
        Records::put_pool_identity_count(batch, pool_id, std::max<int64_t>(0, before - count));
    }
    WR_TRY_VOID(records_.commit_quietly(batch));
    return failed;
}

Outcome<std::string> Cognito::get_id(const std::string& peer,
                                     const std::string& pool_id,
                                     const StringMap& logins) {
    WR_TRY_VOID(check_rate(peer));
    const base::MutexLock lock(records_.mutex());
    WR_TRY(const auto pool, records_.pool(pool_id));
    if (!pool) return fault(Fault::ResourceNotFound, "IdentityPool '" + pool_id + "' not found.");
    if (!logins.empty())
        return fault(Fault::NotAuthorized,
                     "Invalid login token. Token is not from a supported provider of this "
                     "identity pool.");
    if (!pool->allows_guests) return base::fail(no_guests());
    WR_TRY(const auto count, records_.pool_identity_count(pool_id));
    if (count >= identities_per_pool_max)
        return fault(Fault::LimitExceeded, "Exceeded the limit of identities per identity pool.");
    PoolIdentity identity;
    identity.id = pool->region + ':' + random_.uuid();
    identity.pool_id = pool_id;
    identity.created = clock_.now();
    identity.modified = identity.created;
    kv::Batch batch;
    Records::put(batch, identity);
    Records::put_pool_identity_count(batch, pool_id, count + 1);
    WR_TRY_VOID(records_.commit_quietly(batch));
    return identity.id;
}

Outcome<Cognito::Subject> Cognito::subject_of(const std::string& identity_id,
                                              const StringMap& logins) {
    WR_TRY(auto identity, records_.pool_identity(identity_id));
    if (!identity) return base::fail(no_such_identity(identity_id));
    WR_TRY(auto pool, records_.pool(identity->pool_id));
    if (!pool) return base::fail(no_such_identity(identity_id));
    Subject subject{*std::move(identity), *std::move(pool), false};
    for (const auto& [provider, token] : logins) {
        if (provider != identity_provider)
            return fault(Fault::NotAuthorized,
                         "Invalid login token. Token is not from a supported provider of this "
                         "identity pool.");
        const auto claims = web_tokens_.verify(token);
        if (!claims || claims->subject != identity_id || claims->audience != subject.pool.id)
            return fault(Fault::NotAuthorized, "Invalid login token.");
        subject.is_authenticated =
            !claims->means.empty() && claims->means.front() == "authenticated";
    }
    if (!subject.is_authenticated && !subject.pool.allows_guests) return base::fail(no_guests());
    return subject;
}

WebClaims Cognito::claims_of(const Subject& subject) const {
    WebClaims claims;
    claims.subject = subject.identity.id;
    claims.audience = subject.pool.id;
    claims.means = {subject.is_authenticated ? "authenticated" : "unauthenticated"};
    claims.issued = clock_.now();
    claims.expires = claims.issued + open_id_token_duration;
    return claims;
}

Outcome<IdentityCredentials> Cognito::get_credentials(const std::string& peer,
                                                      const std::string& identity_id,
                                                      const StringMap& logins,
                                                      const std::string& custom_role_arn) {
    WR_TRY_VOID(check_rate(peer));
    WR_TRY(const auto subject, subject_of(identity_id, logins));
    // Only a token's cognito:roles could allow another role, and ours carry none.
    if (!custom_role_arn.empty())
        return fault(Fault::NotAuthorized, "Role is not allowed for this identity.");
    const auto role =
        subject.pool.roles.find(subject.is_authenticated ? "authenticated" : "unauthenticated");
    if (role == subject.pool.roles.end()) return base::fail(bad_configuration());
    RoleSessionRequest request;
    request.role_arn = role->second;
    request.session_name = "CognitoIdentityCredentials";
    request.duration = guest_session_duration;
    if (!subject.is_authenticated) request.scope_down = ScopeDown::Guests;
    auto session = sts_.assume_role_for_identity(std::move(request), claims_of(subject));
    if (!session) {
        if (session.error().fault == Fault::Storage) return base::fail(session.error());
        return base::fail(bad_configuration());
    }
    return IdentityCredentials{identity_id, std::move(session->credentials)};
}

Outcome<std::string> Cognito::get_open_id_token(const std::string& peer,
                                                const std::string& identity_id,
                                                const StringMap& logins) {
    WR_TRY_VOID(check_rate(peer));
    WR_TRY(const auto subject, subject_of(identity_id, logins));
    if (!subject.pool.allows_classic_flow)
        return fault(Fault::InvalidParameter,
                     "Basic (classic) flow is not enabled, please use enhanced flow.");
    return web_tokens_.sign(claims_of(subject));
}

}  // namespace wr::identity
