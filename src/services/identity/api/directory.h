#pragma once
// What authentication and authorisation ask of identity: keys, sessions, policies of a principal.

#include <map>
#include <memory>
#include <string>

#include "auth/credential.h"
#include "auth/evaluate.h"
#include "base/mutex.h"
#include "services/identity/engine/engine.h"

namespace wr::identity::api {

/// Answers are remembered until any record changes. @threads any
class Directory final : public auth::CredentialSource, public auth::PolicySource {
public:
    explicit Directory(Engine& engine) : engine_(engine) {}

    base::Result<auth::Credential, auth::CredentialProblem> find(std::string_view access_key_id,
                                                                 std::string_view session_token,
                                                                 base::Timestamp now) override;
    auth::PolicySet policies_of(const wire::Principal& principal) override;

private:
    static constexpr size_t remembered_max = 4'096;

    base::Result<auth::Credential, auth::CredentialProblem> find_key(
        const std::string& access_key_id);
    base::Result<auth::Credential, auth::CredentialProblem> find_session(
        const std::string& access_key_id, std::string_view token, base::Timestamp now) const;
    auth::PolicySet load_policies(const wire::Principal& principal) const;
    void forget_if_changed() REQUIRES(mutex_);

    Engine& engine_;
    base::Mutex mutex_;
    uint64_t generation_ GUARDED_BY(mutex_) = 0;
    std::map<std::string, auth::Credential> keys_ GUARDED_BY(mutex_);
    std::map<std::string, auth::PolicySet> policies_ GUARDED_BY(mutex_);
};

/// The principal that root's keys stand for.
wire::Principal root_principal(const RootKeys& root);

}  // namespace wr::identity::api
