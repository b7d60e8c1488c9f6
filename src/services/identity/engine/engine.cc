// Puts the parts together and answers the other services.
#include "services/identity/engine/engine.h"

namespace wr::identity {

Engine::Engine(kv::Store& store,
               const PolicyJudge& judge,
               const base::Clock& clock,
               base::Random& random,
               EngineOptions options)
    : options_(std::move(options)),
      judge_(judge),
      records_(store),
      sealer_(options_.root.sealing_key, random),
      iam_(records_, judge, sealer_, clock, random),
      tokens_(sealer_, clock, random),
      web_tokens_(records_, sealer_, clock),
      sts_(iam_, judge, tokens_, web_tokens_),
      cognito_(records_, sts_, web_tokens_, clock, random, options_.guest_limits) {}

base::Result<Credentials, Error> Engine::assume_role_for_service(
    const std::string& role_arn,
    const std::string& service_principal,
    const std::string& session_name,
    std::chrono::seconds duration) {
    RoleSessionRequest request;
    request.role_arn = role_arn;
    request.session_name = session_name;
    request.duration = duration;
    auto session = sts_.assume_role_for_service(std::move(request), service_principal);
    if (session) return std::move(session->credentials);
    auto& error = session.error();
    ErrorCode code = ErrorCode::InvalidArgument;
    if (error.fault == Fault::NoSuchEntity) code = ErrorCode::NoSuchEntity;
    if (error.fault == Fault::AccessDenied) code = ErrorCode::AccessDenied;
    return base::fail(Error{code, std::move(error.message)});
}

bool Engine::can_be_assumed_by(const std::string& role_arn, const std::string& service_principal) {
    const auto role = sts_.role(role_arn);
    if (!role) return false;
    TrustQuestion question;
    question.trust_policy = role->trust_policy;
    question.is_service = true;
    question.caller = service_principal;
    question.action = "sts:AssumeRole";
    question.role_arn = role_arn;
    return judge_.trusts(question);
}

bool Engine::role_allows(const std::string& role_arn,
                         const std::string& action,
                         const std::string& resource) {
    const auto role = sts_.role(role_arn);
    if (!role) return false;
    auto policies = iam_.policies_of(*role);
    if (!policies || policies->is_broken) return false;
    RoleQuestion question;
    question.account = role->account;
    question.role_arn = role_arn;
    question.documents = std::move(policies->documents);
    question.boundary = std::move(policies->boundary);
    question.action = action;
    question.resource = resource;
    return judge_.role_allows(question);
}

}  // namespace wr::identity
