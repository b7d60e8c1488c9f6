// The wiring: which engine stands on which store, log and faces.
#include "server/services.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "base/hash.h"
#include "base/limits.h"
#include "base/logging.h"
#include "server/backup.h"
#include "server/program_files.h"
#include "server/pulse.h"
#include "server/stream_metrics.h"
#include "services/analytics/api/service_v1.h"
#include "services/analytics/api/service_v2.h"
#include "services/analytics/engine/engine.h"
#include "services/athena/api/athena_service.h"
#include "services/athena/api/glue_service.h"
#include "services/athena/engine/engine.h"
#include "services/cloudwatch/api/service.h"
#include "services/cloudwatch/engine/engine.h"
#include "services/dynamodb/api/service.h"
#include "services/dynamodb/engine/engine.h"
#include "services/firehose/api/service.h"
#include "services/firehose/engine/engine.h"
#include "services/identity/api/cognito_service.h"
#include "services/identity/api/directory.h"
#include "services/identity/api/iam_service.h"
#include "services/identity/api/policy_judge.h"
#include "services/identity/api/sts_service.h"
#include "services/identity/engine/engine.h"
#include "services/kinesis/api/service.h"
#include "services/kinesis/engine/engine.h"
#include "services/lambda/api/service.h"
#include "services/lambda/engine/engine.h"
#include "services/logs/api/service.h"
#include "services/logs/engine/engine.h"
#include "services/s3/api/service.h"
#include "services/s3/engine/engine.h"

namespace wr::server {

using namespace std::chrono_literals;

constexpr auto table_maintenance_interval = 5s;

/// Members are destroyed in reverse: a service before what it stands on.
struct Services::Parts {
    explicit Parts(const Foundation& from) : foundation(from) {}

    Foundation foundation;
    std::unique_ptr<log::Log> log;
    std::vector<std::unique_ptr<kv::Store>> stores;
    std::string socket_directory;

    identity::api::AuthPolicyJudge policy_judge;
    std::unique_ptr<identity::Engine> identity;
    std::unique_ptr<identity::api::Directory> directory;
    std::unique_ptr<cloudwatch::Engine> cloudwatch;
    std::unique_ptr<kinesis::Engine> kinesis;
    std::unique_ptr<s3::Engine> s3;
    std::unique_ptr<dynamodb::Engine> dynamodb;
    std::unique_ptr<logs::Engine> logs;
    std::unique_ptr<lambda::Engine> lambda;
    std::unique_ptr<firehose::Engine> firehose;
    std::unique_ptr<analytics::Engine> analytics;
    std::unique_ptr<athena::Engine> athena;

    std::vector<std::unique_ptr<wire::ServiceBase>> owned_apis;
    std::vector<wire::ServiceBase*> apis;
    bool stopped = false;
    std::atomic<bool> is_backing_up = false;

    kv::Store& scoped(const std::string& prefix) {
        return *stores.emplace_back(foundation.store.scoped(prefix));
    }
    template <typename Api, typename... Arguments>
    void add_api(Arguments&&... arguments) {
        owned_apis.push_back(std::make_unique<Api>(std::forward<Arguments>(arguments)...));
        apis.push_back(owned_apis.back().get());
    }

    base::Result<void> open_identity();
    base::Result<void> open_streams();
    base::Result<void> open_s3();
    base::Result<void> open_tables();
    base::Result<void> open_functions();
    base::Result<void> open_firehose();
    base::Result<void> open_analytics();
    base::Result<void> open_athena();
    athena::api::Judge query_judge();
};

base::Result<void> Services::Parts::open_identity() {
    const auto& keys = foundation.directory.root_keys();
    identity::EngineOptions options;
    options.root = {keys.account, keys.access_key_id, keys.secret_access_key, keys.sealing_key};
    identity = std::make_unique<identity::Engine>(
        scoped("identity/"), policy_judge, foundation.clock, foundation.random, options);
    directory = std::make_unique<identity::api::Directory>(*identity);
    add_api<identity::api::CognitoService>(*identity);
    add_api<identity::api::IamService>(*identity, *directory);
    add_api<identity::api::StsService>(*identity, *directory);
    return {};
}

base::Result<void> Services::Parts::open_streams() {
    kinesis::EngineOptions options;
    options.has_aws_limits = foundation.options.kinesis_has_aws_limits;
    options.master_key = base::as_bytes(
        base::hmac_sha256(foundation.directory.root_keys().sealing_key, "kinesis stream keys"));
    options.state_change_delay = foundation.options.state_change_delay;
    cloudwatch = std::make_unique<cloudwatch::Engine>(foundation.clock);
    add_api<cloudwatch::api::CloudWatchService>(*cloudwatch);
    options.metrics = cloudwatch.get();
    WR_TRY(kinesis,
           kinesis::Engine::open(scoped("kinesis/"), foundation.clock, foundation.random, options));
    log::LogOptions log_options;
    log_options.directory = foundation.directory.sub("log");
    log_options.durability = foundation.options.durability;
    const auto replay = [this](uint64_t topic, log::Position position, std::string_view payload) {
        if (kinesis::Engine::owns_topic(topic)) kinesis->replay(topic, position, payload);
    };
    WR_TRY(log, log::Log::open(foundation.fs, log_options, replay));
    WR_TRY_VOID(kinesis->finish_recovery(*log));
    cloudwatch->add_source([this] { kinesis->report_metrics(); });
    add_api<kinesis::api::KinesisService>(*kinesis);
    return {};
}

base::Result<void> Services::Parts::open_s3() {
    s3::EngineOptions options;
    options.directory = foundation.directory.sub("objects");
    auto opened = s3::Engine::open(
        foundation.fs, scoped("s3/"), foundation.clock, foundation.random, options);
    if (!opened) return base::fail(base::ErrorCode::Io, "objects: " + opened.error().message);
    s3 = *std::move(opened);
    add_api<s3::api::S3Service>(*s3);
    return {};
}

base::Result<void> Services::Parts::open_tables() {
    dynamodb::EngineOptions options;
    options.state_change_delay = foundation.options.state_change_delay;
    options.maintenance_interval = table_maintenance_interval;
    WR_TRY(
        dynamodb,
        dynamodb::Engine::open(scoped("dynamodb/"), foundation.clock, foundation.random, options));
    add_api<dynamodb::api::DynamoDbService>(*dynamodb);
    return {};
}

base::Result<void> Services::Parts::open_functions() {
    logs = std::make_unique<logs::Engine>(foundation.store.scoped("logs/"), foundation.clock);
    add_api<logs::api::LogsService>(*logs, foundation.clock);
    const std::string functions = foundation.directory.sub("functions");
    WR_TRY(socket_directory, lambda::make_socket_directory(functions + "/run"));
    lambda::EngineOptions options;
    options.data_directory = functions;
    options.socket_directory = socket_directory;
    options.state_delay = foundation.options.state_change_delay;
    options.sandbox.relay = {program_path(), "lambda-relay"};
    options.sandbox.endpoint_socket = socket_directory + "/aws";
    options.sandbox.node_modules_directory = third_party_path("lambda-node/node_modules");
    options.sandbox.python_packages_directory = third_party_path("lambda-python");
    options.sandbox.unsafe_functions = foundation.options.unsafe_functions;
    lambda = std::make_unique<lambda::Engine>(
        foundation.store.scoped("lambda/"),
        foundation.disk,
        foundation.clock,
        foundation.random,
        lambda::EngineFaces{kinesis.get(), s3.get(), identity.get(), logs.get()},
        options);
    add_api<lambda::api::LambdaService>(*lambda);
    return {};
}

base::Result<void> Services::Parts::open_firehose() {
    firehose::EngineOptions options;
    options.state_change_delay = foundation.options.state_change_delay;
    WR_TRY(firehose,
           firehose::Engine::open(
               {scoped("firehose/"), foundation.clock, foundation.random, *kinesis, *s3, *identity},
               options));
    add_api<firehose::api::FirehoseService>(*firehose);
    return {};
}

base::Result<void> Services::Parts::open_analytics() {
    analytics::EngineOptions options;
    options.state_change_delay = foundation.options.state_change_delay;
    options.runner.checkpoint_entries = foundation.options.checkpoint_entries;
    if (foundation.options.keep_journal)
        options.runner.journal = analytics::JournalKeeps::Everything;
    WR_TRY(analytics,
           analytics::Engine::open(
               scoped("analytics/"),
               foundation.clock,
               {kinesis.get(), firehose.get(), lambda.get(), identity.get(), s3.get(), logs.get()},
               options));
    add_api<analytics::api::AnalyticsV1Service>(*analytics);
    add_api<analytics::api::AnalyticsV2Service>(*analytics);
    return {};
}

/// A query reads what its caller may read, for as long as it runs.
athena::api::Judge Services::Parts::query_judge() {
    return [this](const wire::CallContext& context) -> athena::Authorise {
        return [this,
                principal = context.principal,
                request = context.request,
                region = context.region](const std::string& action, const std::string& resource) {
            auth::AccessQuestion question;
            question.caller = auth::caller_of(principal);
            question.action = action;
            question.resource = resource;
            question.resource_account = foundation.directory.root_keys().account;
            question.context =
                auth::base_context(principal, *request, region, foundation.clock.now());
            return auth::evaluate(question, directory->policies_of(principal)).allowed;
        };
    };
}

base::Result<void> Services::Parts::open_athena() {
    athena::EngineOptions options;
    options.scratch_directory = foundation.directory.sub("tmp") + "/athena";
    options.worker_command = {program_path(), "athena-worker"};
    options.duckdb_library = third_party_path("duckdb/libduckdb.so");
    WR_TRY(
        athena,
        athena::Engine::open(scoped("athena/"), *s3, foundation.clock, foundation.random, options));
    add_api<athena::api::AthenaService>(*athena, query_judge());
    add_api<athena::api::GlueService>(athena->catalog());
    return {};
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
    WR_TRY_VOID(parts->open_tables());
    WR_TRY_VOID(parts->open_functions());
    WR_TRY_VOID(parts->open_firehose());
    WR_TRY_VOID(parts->open_analytics());
    WR_TRY_VOID(parts->open_athena());
    return std::unique_ptr<Services>(new Services(std::move(parts)));
}

std::string Services::functions_socket() const {
    return parts_->socket_directory + "/aws";
}

base::Result<void> Services::start(uint16_t port) {
    WR_TRY_VOID(parts_->lambda->start(port));
    parts_->firehose->start();
    parts_->analytics->start();
    return {};
}

void Services::stop() {
    if (parts_->stopped) return;
    parts_->stopped = true;
    parts_->athena->stop();
    parts_->analytics->stop();
    parts_->firehose->stop();
    parts_->lambda->stop();
    parts_->logs->stop();
    parts_->dynamodb->stop();
    parts_->kinesis->stop();
    parts_->s3->stop();
    parts_->log->stop();
    std::error_code ignored;
    std::filesystem::remove_all(parts_->socket_directory, ignored);
}

base::Result<void> Services::run_retention() {
    WR_TRY(const auto position, parts_->kinesis->run_retention());
    return parts_->log->trim(position);
}

base::Result<base::Json> Services::back_up(const std::string& to) {
    if (parts_->foundation.options.in_memory)
        return base::fail(base::ErrorCode::Unsupported, "with --memory there is nothing on disk");
    if (parts_->is_backing_up.exchange(true))
        return base::fail(base::ErrorCode::Unavailable, "another backup is being made");
    const auto& foundation = parts_->foundation;
    auto made = server::back_up({foundation.disk,
                                 foundation.directory,
                                 foundation.store,
                                 *parts_->log,
                                 *parts_->s3,
                                 foundation.clock},
                                to);
    parts_->is_backing_up = false;
    return made;
}

bool Services::storage_failed() const {
    return parts_->log->failed();
}
console::api::Pulse Services::pulse() const {
    const auto& keys = parts_->foundation.directory.root_keys();
    return pulse_of({*parts_->kinesis, *parts_->analytics, *parts_->firehose, *parts_->lambda},
                    keys.account,
                    keys.region);
}
console::api::TapAnswer Services::tap(const std::string& application) const {
    const auto& keys = parts_->foundation.directory.root_keys();
    return tap_of(*parts_->analytics,
                  {keys.account, keys.region, application},
                  parts_->foundation.clock.now());
}
base::Result<std::string> Services::function_code(const std::string& function) const {
    const auto& keys = parts_->foundation.directory.root_keys();
    const auto found = parts_->lambda->get_function({keys.account, keys.region, function, ""});
    if (!found) return base::fail(base::ErrorCode::NotFound, found.error().message);
    auto zip = parts_->lambda->get_code(*found);
    if (!zip) return base::fail(base::ErrorCode::Io, zip.error().message);
    return *std::move(zip);
}
std::optional<console::api::InvocationTalk> Services::invocation(
    const std::string& function, const std::string& request_id) const {
    const auto& keys = parts_->foundation.directory.root_keys();
    auto talk = parts_->lambda->talk_of({keys.account, keys.region, function, ""}, request_id);
    if (!talk) return std::nullopt;
    return console::api::InvocationTalk{
        std::move(talk->event), std::move(talk->result), talk->is_whole};
}
kinesis::Face& Services::streams() const {
    return *parts_->kinesis;
}
std::string Services::metrics() const {
    return application_metrics(*parts_->analytics) + stream_metrics(*parts_->kinesis);
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
