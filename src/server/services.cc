// The wiring: which engine stands on which store, log and faces.
#include "server/services.h"

#include "base/logging.h"
#include "services/identity/api/cognito_service.h"
#include "services/identity/api/directory.h"
#include "services/identity/api/iam_service.h"
#include "services/identity/api/policy_judge.h"
#include "services/identity/api/sts_service.h"
#include "services/identity/engine/engine.h"
#include "services/kinesis/api/service.h"
#include "services/kinesis/engine/engine.h"
#include "services/s3/api/service.h"
#include "services/s3/engine/engine.h"

namespace wr::server {

struct Services::Parts {
    explicit Parts(const Foundation& from) : foundation(from) {}

    Foundation foundation;
    std::unique_ptr<log::Log> log;

    std::unique_ptr<kv::Store> identity_store;
    identity::api::AuthPolicyJudge policy_judge;
    std::unique_ptr<identity::Engine> identity;
    std::unique_ptr<identity::api::Directory> directory;
    std::unique_ptr<identity::api::CognitoService> cognito_api;
    std::unique_ptr<identity::api::IamService> iam_api;
    std::unique_ptr<identity::api::StsService> sts_api;

    std::unique_ptr<kv::Store> kinesis_store;
    std::unique_ptr<kinesis::Engine> kinesis;
    std::unique_ptr<kinesis::api::KinesisService> kinesis_api;

    std::unique_ptr<kv::Store> s3_store;
    std::unique_ptr<s3::Engine> s3;
    std::unique_ptr<s3::api::S3Service> s3_api;

    std::vector<wire::ServiceBase*> apis;
    bool stopped = false;

    base::Result<void> open_identity();
    base::Result<void> open_streams();
    base::Result<void> open_s3();
    base::Result<void> open_log();
};

base::Result<void> Services::Parts::open_identity() {
    const auto& keys = foundation.directory.root_keys();
    identity_store = foundation.store.scoped("identity/");
    identity::EngineOptions options;
    options.root = {keys.account, keys.access_key_id, keys.secret_access_key, keys.sealing_key};
    identity = std::make_unique<identity::Engine>(
        *identity_store, policy_judge, foundation.clock, foundation.random, options);
    directory = std::make_unique<identity::api::Directory>(*identity);
    cognito_api = std::make_unique<identity::api::CognitoService>(*identity);
    iam_api = std::make_unique<identity::api::IamService>(*identity, *directory);
    sts_api = std::make_unique<identity::api::StsService>(*identity, *directory);
    apis.insert(apis.end(), {cognito_api.get(), iam_api.get(), sts_api.get()});
    return {};
}

base::Result<void> Services::Parts::open_streams() {
    kinesis_store = foundation.store.scoped("kinesis/");
    kinesis::EngineOptions options;
    options.has_aws_limits = foundation.options.kinesis_has_aws_limits;
    options.state_change_delay = foundation.options.state_change_delay;
    WR_TRY(kinesis,
           kinesis::Engine::open(*kinesis_store, foundation.clock, foundation.random, options));
    kinesis_api = std::make_unique<kinesis::api::KinesisService>(*kinesis);
    apis.push_back(kinesis_api.get());
    return {};
}

base::Result<void> Services::Parts::open_s3() {
    s3_store = foundation.store.scoped("s3/");
    s3::EngineOptions options;
    options.directory = foundation.directory.sub("objects");
    auto opened =
        s3::Engine::open(foundation.fs, *s3_store, foundation.clock, foundation.random, options);
    if (!opened) return base::fail(base::ErrorCode::Io, "objects: " + opened.error().message);
    s3 = *std::move(opened);
    s3_api = std::make_unique<s3::api::S3Service>(*s3);
    apis.push_back(s3_api.get());
    return {};
}

base::Result<void> Services::Parts::open_log() {
    log::LogOptions options;
    options.directory = foundation.directory.sub("log");
    options.durability = foundation.options.durability;
    WR_TRY(log,
           log::Log::open(foundation.fs,
                          options,
                          [this](uint64_t topic, log::Position position, std::string_view payload) {
                              if (kinesis::Engine::owns_topic(topic))
                                  kinesis->replay(topic, position, payload);
                          }));
    return kinesis->finish_recovery(*log);
}

Services::Services(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Services::~Services() {
    stop();
}

base::Result<std::unique_ptr<Services>> Services::open(const Foundation& foundation) {
    auto parts = std::make_unique<Parts>(foundation);
    WR_TRY_VOID(parts->open_identity());
    WR_TRY_VOID(parts->open_s3());
    WR_TRY_VOID(parts->open_streams());
    WR_TRY_VOID(parts->open_log());
    return std::unique_ptr<Services>(new Services(std::move(parts)));
}

void Services::start(const std::string& /*endpoint*/) {}

void Services::stop() {
    if (parts_->stopped) return;
    parts_->stopped = true;
    parts_->kinesis->stop();
    parts_->s3->stop();
    parts_->log->stop();
}

base::Result<void> Services::run_retention() {
    WR_TRY(const auto position, parts_->kinesis->run_retention());
    return parts_->log->trim(position);
}

bool Services::storage_failed() const {
    return parts_->log->failed();
}
const std::vector<wire::ServiceBase*>& Services::apis() const {
    return parts_->apis;
}
auth::CredentialSource& Services::credentials() {
    return *parts_->directory;
}
auth::PolicySource& Services::policies() {
    return *parts_->directory;
}

}  // namespace wr::server
