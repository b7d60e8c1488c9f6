// Session tokens: base64 of a sealed JSON document.
#include "services/identity/engine/session.h"

#include "base/encoding.h"
#include "base/json.h"

namespace wr::identity {
namespace {

using base::Json;
using std::chrono::milliseconds;

constexpr std::string_view purpose = "session token ";
constexpr size_t token_bytes_max = 16 * 1024;

int64_t millis(Timestamp time) {
    return time.time_since_epoch().count();
}
int64_t monotonic_millis(const base::Clock& clock) {
    return std::chrono::duration_cast<milliseconds>(clock.monotonic().time_since_epoch()).count();
}

const char* kind_text(SessionKind kind) {
    switch (kind) {
        case SessionKind::Root:
            return "root";
        case SessionKind::User:
            return "user";
        case SessionKind::Role:
            return "role";
    }
    return "";
}

std::optional<SessionKind> parse_kind(const std::string& text) {
    for (const auto kind : {SessionKind::Root, SessionKind::User, SessionKind::Role}) {
        if (text == kind_text(kind)) return kind;
    }
    return std::nullopt;
}

Json to_document(const Session& session) {
    Json json{Json::Object{}};
    json.set("kind", kind_text(session.kind));
    json.set("secret", session.secret);
    json.set("account", session.account);
    json.set("name", session.entity_name);
    json.set("id", session.entity_id);
    json.set("session", session.session_name);
    json.set("issued", millis(session.issued));
    json.set("expires", millis(session.expires));
    if (!session.policy.empty()) json.set("policy", session.policy);
    Json::Array arns;
    for (const auto& arn : session.policy_arns) arns.emplace_back(arn);
    if (!arns.empty()) json.set("arns", std::move(arns));
    if (session.scope_down == ScopeDown::Guests) json.set("scope_down", "guests");
    if (session.is_chained) json.set("chained", true);
    if (!session.tags.empty()) json.set("tags", to_json(session.tags));
    if (!session.context.empty()) json.set("context", to_json(session.context));
    return json;
}

std::optional<Session> from_document(const Json& json) {
    Session session;
    const auto kind = parse_kind(json["kind"].as_string());
    if (!kind) return std::nullopt;
    session.kind = *kind;
    session.secret = json["secret"].as_string();
    session.account = json["account"].as_string();
    session.entity_name = json["name"].as_string();
    session.entity_id = json["id"].as_string();
    session.session_name = json["session"].as_string();
    session.issued = Timestamp{milliseconds{json["issued"].as_int()}};
    session.expires = Timestamp{milliseconds{json["expires"].as_int()}};
    session.policy = json["policy"].as_string();
    for (const auto& arn : json["arns"].as_array()) session.policy_arns.push_back(arn.as_string());
    const auto& scope = json["scope_down"].as_string();
    if (scope == "guests") session.scope_down = ScopeDown::Guests;
    session.is_chained = json["chained"].as_bool();
    session.tags = string_map(json["tags"]);
    session.context = string_map(json["context"]);
    return session;
}

}  // namespace

SessionTokens::SessionTokens(const Sealer& sealer, const base::Clock& clock, base::Random& random)
    : sealer_(sealer), clock_(clock), random_(random), run_id_(random.uuid()) {}

Credentials SessionTokens::issue(Session session, std::chrono::seconds duration) const {
    session.access_key_id = make_access_key_id("ASIA", random_);
    session.secret = make_secret(random_);
    session.issued = std::chrono::floor<std::chrono::seconds>(clock_.now());
    session.expires = session.issued + duration;
    Json document = to_document(session);
    document.set("run", run_id_);
    document.set("monotonic", monotonic_millis(clock_) + milliseconds(duration).count());
    const auto sealed = sealer_.seal(document.dump(), std::string(purpose) + session.access_key_id);
    return {session.access_key_id, session.secret, base::base64_encode(sealed), session.expires};
}

base::Result<Session, TokenProblem> SessionTokens::open(std::string_view token,
                                                        std::string_view access_key_id,
                                                        Timestamp now) const {
    if (token.size() > token_bytes_max) return base::fail(TokenProblem::Invalid);
    const auto sealed = base::base64_decode(token);
    if (!sealed) return base::fail(TokenProblem::Invalid);
    const auto text = sealer_.open(*sealed, std::string(purpose) + std::string(access_key_id));
    if (!text) return base::fail(TokenProblem::Invalid);
    const auto document = base::parse_json(*text);
    if (!document) return base::fail(TokenProblem::Invalid);
    auto session = from_document(*document);
    if (!session) return base::fail(TokenProblem::Invalid);
    session->access_key_id = access_key_id;
    const bool same_run = (*document)["run"].as_string() == run_id_;
    const bool outlived = same_run && monotonic_millis(clock_) >= (*document)["monotonic"].as_int();
    if (now >= session->expires || outlived) return base::fail(TokenProblem::Expired);
    return *std::move(session);
}

}  // namespace wr::identity
