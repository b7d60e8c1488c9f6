// Sealing, tokens and records of identity, without policies.
#include <gtest/gtest.h>

#include <set>

#include "base/encoding.h"
#include "services/identity/engine/aws_policies.h"
#include "services/identity/engine/engine.h"

namespace wr::identity {
namespace {

using namespace std::chrono_literals;

/// Believes every document and trusts nobody.
class StrictJudge final : public PolicyJudge {
public:
    base::Result<void, std::string> check(std::string_view document, DocumentKind) const override {
        if (document == "bad") return base::fail(std::string("Syntax errors in policy."));
        return {};
    }
    bool trusts(const TrustQuestion&) const override { return false; }
    bool role_allows(const RoleQuestion&) const override { return false; }
};

class IdentityEngine : public testing::Test {
protected:
    IdentityEngine() { restart(); }
    void restart() {
        if (!store_) store_ = *kv::open_store({"/identity", true, kv::Durability::Os});
        if (root_.account.empty()) root_ = generate_root_keys(random_);
        engine_ = std::make_unique<Engine>(
            *store_, judge_, clock_, random_, EngineOptions{root_, {10, 20, 100}});
    }
    Entity make(EntityKind kind, const std::string& name) {
        NewEntity request;
        request.name = name;
        request.trust_policy = "{}";
        auto entity = engine_->iam().create(kind, root_.account, request);
        EXPECT_TRUE(entity);
        return *std::move(entity);
    }
    static Fault fault_of(const EngineError& error) { return error.fault; }

    StrictJudge judge_;
    base::ManualClock clock_;
    base::SeededRandom random_{7};
    std::unique_ptr<kv::Store> store_;
    RootKeys root_;
    std::unique_ptr<Engine> engine_;
};

TEST_F(IdentityEngine, root_keys_differ_between_installations) {
    const RootKeys other = generate_root_keys(random_);
    EXPECT_NE(other.access_key_id, root_.access_key_id);
    EXPECT_NE(other.secret_access_key, root_.secret_access_key);
    EXPECT_NE(other.sealing_key, root_.sealing_key);
}

TEST_F(IdentityEngine, what_is_sealed_opens_for_its_purpose_only) {
    const Sealer sealer(root_.sealing_key, random_);
    const auto sealed = sealer.seal("secret", "a");
    EXPECT_EQ(sealer.open(sealed, "a"), "secret");
    EXPECT_FALSE(sealer.open(sealed, "b"));
    for (size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(sealer.open(changed, "a")) << i;
        EXPECT_FALSE(sealer.open(sealed.substr(0, i), "a")) << i;
    }
    EXPECT_NE(sealer.seal("secret", "a"), sealed);
    EXPECT_EQ(sealer.open(sealer.seal("", "a"), "a"), "");
}

TEST_F(IdentityEngine, a_session_token_is_bound_to_its_key_and_its_time) {
    Session session;
    session.account = root_.account;
    session.entity_name = "Rider";
    session.tags["herd"] = "north";
    const auto given = engine_->tokens().issue(session, 1h);
    const auto opened =
        engine_->tokens().open(given.session_token, given.access_key_id, clock_.now());
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->secret, given.secret_access_key);
    EXPECT_EQ(opened->tags.at("herd"), "north");
    const auto other = engine_->tokens().open(given.session_token, "ASIAOTHER", clock_.now());
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error(), TokenProblem::Invalid);
    clock_.advance(1h);
    const auto late =
        engine_->tokens().open(given.session_token, given.access_key_id, clock_.now());
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error(), TokenProblem::Expired);
}

TEST_F(IdentityEngine, a_clock_set_back_does_not_revive_a_session) {
    const auto given = engine_->tokens().issue(Session{}, 1h);
    clock_.advance(2h);
    clock_.jump_wall(-2h);
    const auto result =
        engine_->tokens().open(given.session_token, given.access_key_id, clock_.now());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), TokenProblem::Expired);
}

TEST_F(IdentityEngine, sessions_survive_a_restart_and_no_change_of_root_keys) {
    const auto given = engine_->tokens().issue(Session{}, 1h);
    restart();
    EXPECT_TRUE(engine_->tokens().open(given.session_token, given.access_key_id, clock_.now()));
    root_ = generate_root_keys(random_);
    restart();
    EXPECT_FALSE(engine_->tokens().open(given.session_token, given.access_key_id, clock_.now()));
}

TEST_F(IdentityEngine, names_are_unique_without_case_and_survive_a_restart) {
    make(EntityKind::User, "Shadowfax");
    restart();
    NewEntity again;
    again.name = "SHADOWFAX";
    const auto result = engine_->iam().create(EntityKind::User, root_.account, again);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().fault, Fault::EntityAlreadyExists);
    EXPECT_TRUE(engine_->iam().get(EntityKind::User, root_.account, "shadowfax"));
    EXPECT_FALSE(engine_->iam().get(EntityKind::Role, root_.account, "shadowfax"));
    EXPECT_FALSE(engine_->iam().get(EntityKind::User, "999999999999", "shadowfax"));
}

TEST_F(IdentityEngine, entities_with_belongings_cannot_be_deleted) {
    make(EntityKind::User, "u");
    auto& iam = engine_->iam();
    const std::string arn = "arn:aws:iam::aws:policy/AmazonKinesisFullAccess";
    ASSERT_TRUE(iam.attach(EntityKind::User, root_.account, "u", arn));
    auto refused = iam.remove(EntityKind::User, root_.account, "u");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "Cannot delete entity, must detach all policies first.");
    ASSERT_TRUE(iam.detach(EntityKind::User, root_.account, "u", arn));
    ASSERT_TRUE(iam.put_inline(EntityKind::User, root_.account, "u", "p", "{}"));
    refused = iam.remove(EntityKind::User, root_.account, "u");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "Cannot delete entity, must delete policies first.");
    ASSERT_TRUE(iam.remove_inline(EntityKind::User, root_.account, "u", "p"));
    const auto key = iam.create_key(root_.account, "u");
    ASSERT_TRUE(key);
    refused = iam.remove(EntityKind::User, root_.account, "u");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "Cannot delete entity, must delete access keys first.");
    ASSERT_TRUE(iam.remove_key(root_.account, "u", key->key.id));
    EXPECT_TRUE(iam.remove(EntityKind::User, root_.account, "u"));
}

TEST_F(IdentityEngine, quotas_hold) {
    make(EntityKind::User, "u");
    auto& iam = engine_->iam();
    ASSERT_TRUE(iam.create_key(root_.account, "u"));
    ASSERT_TRUE(iam.create_key(root_.account, "u"));
    const auto third = iam.create_key(root_.account, "u");
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().message, "Cannot exceed quota for AccessKeysPerUser: 2");
    const auto large =
        iam.put_inline(EntityKind::User, root_.account, "u", "p", std::string(2'049, 'x'));
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().fault, Fault::LimitExceeded);
    EXPECT_TRUE(iam.put_inline(
        EntityKind::User, root_.account, "u", "p", std::string(2'048, 'x') + "    \n"));
    const auto bad = iam.put_inline(EntityKind::User, root_.account, "u", "q", "bad");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().fault, Fault::MalformedPolicy);
}

TEST_F(IdentityEngine, an_attached_policy_cannot_be_deleted) {
    make(EntityKind::Role, "r");
    auto& iam = engine_->iam();
    const auto policy = iam.create_policy(root_.account, {"p", "/", "", "{}", {}});
    ASSERT_TRUE(policy);
    EXPECT_FALSE(iam.create_policy(root_.account, {"p", "/", "", "{}", {}}));
    ASSERT_TRUE(iam.attach(EntityKind::Role, root_.account, "r", policy->arn()));
    ASSERT_TRUE(iam.attach(EntityKind::Role, root_.account, "r", policy->arn()));
    const auto refused = iam.remove_policy(root_.account, policy->arn());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "Cannot delete a policy attached to entities.");
    ASSERT_TRUE(iam.detach(EntityKind::Role, root_.account, "r", policy->arn()));
    EXPECT_TRUE(iam.remove_policy(root_.account, policy->arn()));
    EXPECT_FALSE(iam.remove_policy(root_.account, "arn:aws:iam::aws:policy/AdministratorAccess"));
}

TEST_F(IdentityEngine, aws_managed_policies_have_unique_ids_and_valid_json) {
    std::set<std::string> ids;
    for (const auto& policy : aws_managed_policies()) {
        EXPECT_TRUE(ids.insert(policy.id).second);
        EXPECT_EQ(policy.id.size(), 21U);
        EXPECT_TRUE(base::parse_json(policy.document)) << policy.name;
        EXPECT_GT(policy.created, Timestamp{});
    }
    EXPECT_NE(find_aws_managed_policy(
                  "arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole"),
              nullptr);
}

TEST_F(IdentityEngine, nobody_reads_a_secret_in_the_store) {
    make(EntityKind::User, "u");
    const auto key = engine_->iam().create_key(root_.account, "u");
    ASSERT_TRUE(key);
    EXPECT_TRUE(store_->scan("", [&](std::string_view, std::string_view value) {
        EXPECT_EQ(value.find(key->secret), std::string_view::npos);
        return true;
    }));
    EXPECT_EQ(engine_->iam().secret_of(key->key), key->secret);
}

TEST_F(IdentityEngine, guests_are_slowed_down_by_address) {
    IdentityPool pool;
    pool.name = "riders";
    pool.allows_guests = true;
    const auto created = engine_->cognito().create_pool(root_.account, "us-east-1", pool);
    ASSERT_TRUE(created);
    int given = 0;
    for (int i = 0; i < 30; ++i)
        given += engine_->cognito().get_id("10.0.0.1", created->id, {}) ? 1 : 0;
    EXPECT_EQ(given, 20);
    const auto refused = engine_->cognito().get_id("10.0.0.1", created->id, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::TooManyRequests);
    EXPECT_TRUE(engine_->cognito().get_id("10.0.0.2", created->id, {}));
    clock_.advance(1s);
    EXPECT_TRUE(engine_->cognito().get_id("10.0.0.1", created->id, {}));
}

TEST_F(IdentityEngine, a_pool_takes_its_identities_with_it) {
    IdentityPool pool;
    pool.allows_guests = true;
    const auto created = engine_->cognito().create_pool(root_.account, "us-east-1", pool);
    ASSERT_TRUE(created);
    const auto id = engine_->cognito().get_id("a", created->id, {});
    ASSERT_TRUE(id);
    EXPECT_TRUE(engine_->cognito().describe_identity(root_.account, *id));
    const auto all = engine_->cognito().list_identities(root_.account, created->id, "", 10);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->size(), 1U);
    ASSERT_TRUE(engine_->cognito().remove_pool(root_.account, created->id));
    EXPECT_FALSE(engine_->cognito().describe_identity(root_.account, *id));
    EXPECT_FALSE(engine_->cognito().get_credentials("a", *id, {}, ""));
}

TEST_F(IdentityEngine, web_tokens_verify_until_they_expire_and_only_ours_do) {
    Records& records = engine_->records();
    const Sealer sealer(root_.sealing_key, random_);
    WebTokens tokens(records, sealer, clock_);
    WebClaims claims{"us-east-1:id", "us-east-1:pool", {"unauthenticated"}, clock_.now(), {}};
    claims.expires = clock_.now() + 10min;
    const auto token = tokens.sign(claims);
    ASSERT_TRUE(token);
    WebTokens later(records, sealer, clock_);
    const auto read = later.verify(*token);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->subject, "us-east-1:id");
    EXPECT_EQ(read->means.front(), "unauthenticated");

    const size_t dot = token->find('.');
    const std::string none = base::base64_encode(R"({"alg":"none"})");
    for (const auto& forged : {none + token->substr(dot),
                               none + token->substr(dot, token->rfind('.') - dot + 1),
                               token->substr(0, token->size() - 8),
                               token->substr(0, dot + 4) + "x" + token->substr(dot + 5),
                               std::string("a.b"),
                               std::string()}) {
        const auto result = later.verify(forged);
        ASSERT_FALSE(result) << forged;
        EXPECT_EQ(result.error().fault, Fault::InvalidIdentityToken);
    }
    clock_.advance(10min);
    const auto late = later.verify(*token);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().fault, Fault::ExpiredIdentityToken);
}

}  // namespace
}  // namespace wr::identity
