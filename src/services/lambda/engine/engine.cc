// The engine put together, and invocations.
#include "services/lambda/engine/engine.h"

#include <algorithm>
#include <filesystem>

#include "base/limits.h"
#include "base/logging.h"

namespace wr::lambda {

using base::fail;

namespace {

namespace fs = std::filesystem;

SandboxOptions with_runtimes(SandboxOptions options, const std::string& data_directory) {
    options.runtime_directory = data_directory + "/runtime";
    return options;
}

}  // namespace

Engine::Engine(std::unique_ptr<kv::Store> store,
               io::FileSystem& files,
               const base::Clock& clock,
               base::Random& random,
               EngineFaces faces,
               EngineOptions options)
    : functions_(store->scoped("function/")),
      store_(std::move(store)),
      clock_(clock),
      random_(random),
      faces_(faces),
      options_(std::move(options)),
      code_(files, options_.data_directory + "/code"),
      sandbox_(with_runtimes(options_.sandbox, options_.data_directory)) {
    RunnerContext runners;
    runners.kinesis = faces_.kinesis;
    runners.clock = &clock_;
    runners.poll_period = options_.mapping_poll_period;
    runners.discovery_period = options_.mapping_discovery_period;
    runners.retry_delay_first = options_.mapping_retry_delay_first;
    runners.role_of = [this](const FunctionName& name) {
        const auto function = load(name);
        return function ? function->role : std::string();
    };
    runners.invoke = [this](const FunctionName& name, const std::string& payload) {
        return run(name, payload, random_.uuid());
    };
    mappings_ = std::make_unique<Mappings>(
        store_->scoped("mapping/"), std::move(runners), random_, options_.state_delay);
}

Engine::~Engine() {
    stop();
}

base::Result<void> Engine::start(uint16_t endpoint_port) {
    if (endpoint_port != 0) sandbox_.use_endpoint_port(endpoint_port);
    socket_directory_ = options_.socket_directory;
    if (socket_directory_.empty()) {
        WR_TRY(socket_directory_, make_socket_directory(options_.data_directory + "/run"));
        owns_socket_directory_ = true;
    }
    WR_TRY_VOID(install_runtimes(options_.data_directory + "/runtime"));
    forget_unused_code();
    make_pool();
    events_ = std::make_unique<EventQueue>(
        store_->scoped("event/"),
        clock_,
        options_.events,
        [this](const FunctionName& name, const std::string& payload, const std::string& id) {
            return run(name, payload, id);
        });
    mappings_->start();
    return {};
}

void Engine::make_pool() {
    InstanceContext instances;
    instances.sandbox = &sandbox_;
    instances.clock = &clock_;
    instances.random = &random_;
    instances.logs = faces_.logs;
    instances.socket_directory = socket_directory_;
    pool_ = std::make_unique<Pool>(std::move(instances), code_, *faces_.identity, options_.pool);
}

void Engine::stop() {
    if (!pool_) return;
    pool_->stop();
    mappings_->stop();
    events_->stop();
    std::error_code ignored;
    if (owns_socket_directory_) fs::remove_all(socket_directory_, ignored);
}

base::Result<void> Engine::can_run() {
    base::MutexLock lock(probe_mutex_);
    // Once found possible it stays so; a refusal may be mended while the server runs.
    if (!probed_ || !*probed_) probed_ = sandbox_.probe();
    return *probed_;
}

/// One synchronous run, whoever asks for it.
base::Result<InvokeOutcome, Error> Engine::run(const FunctionName& name,
                                               std::string_view payload,
                                               const std::string& request_id) {
    const auto function = get_function(name);
    if (!function) {
        const bool is_missing = function.error().failure == Failure::ResourceNotFound;
        return fail(Error{is_missing ? ErrorCode::ResourceNotFound : ErrorCode::ServiceException,
                          function.error().message});
    }
    if (!function->is_active(clock_.now())) {
        return fail(Error{ErrorCode::NotReady,
                          "The operation cannot be performed at this time. The function is "
                          "currently in the following state: Pending"});
    }
    if (!pool_) return fail(Error{ErrorCode::NotReady, "The server is starting."});
    if (auto possible = can_run(); !possible) {
        return fail(Error{ErrorCode::ServiceException, possible.error().message});
    }
    auto outcome = pool_->invoke(*function, {request_id, name.qualified_arn(), payload});
    if (outcome) talks_.keep(name.arn(), request_id, payload, outcome->payload);
    return outcome;
}

base::Result<InvokeOutcome, Error> Engine::invoke(const std::string& function_arn,
                                                  std::string_view payload) {
    const auto name = parse_function_name(function_arn, "", "");
    if (!name || name->account.empty() || name->region.empty()) {
        return fail(Error{ErrorCode::InvalidArgument, "not a function's ARN: " + function_arn});
    }
    if (payload.size() > limits::function_payload_bytes_max) {
        return fail(
            Error{ErrorCode::RequestTooLarge, "Request must be smaller than 6291456 bytes"});
    }
    return run(*name, payload, random_.uuid());
}

EngineResult<InvokeOutcome> Engine::invoke_function(const FunctionName& name,
                                                    InvocationType type,
                                                    std::string_view payload,
                                                    const std::string& request_id) {
    if (payload.size() > limits::function_payload_bytes_max) {
        return refuse(Failure::RequestTooLarge,
                      "Request must be smaller than 6291456 bytes for the InvokeFunction "
                      "operation");
    }
    WR_TRY(const Function function, get_function(name));
    const std::string_view event = payload.empty() ? std::string_view("{}") : payload;
    if (auto parsed = base::parse_json(event); !parsed) {
        return refuse(Failure::InvalidRequestContent,
                      "Could not parse request body into json: " + parsed.error().message);
    }
    if (type == InvocationType::DryRun) return InvokeOutcome{};
    if (type == InvocationType::Event) {
        const auto accepted = events_->accept(name, request_id, event);
        if (accepted) return InvokeOutcome{};
        if (accepted.error().code == base::ErrorCode::Unavailable) {
            return refuse(Failure::TooManyRequests, "Rate Exceeded.");
        }
        return service_failure(accepted.error());
    }
    if (++waiting_invocations_ > options_.waiting_invocations_max) {
        --waiting_invocations_;
        return refuse(Failure::TooManyRequests, "Rate Exceeded.");
    }
    auto outcome = run(name, event, request_id);
    --waiting_invocations_;
    if (outcome) return *std::move(outcome);
    switch (outcome.error().code) {
        case ErrorCode::ResourceNotFound:
            return refuse(Failure::ResourceNotFound, outcome.error().message);
        case ErrorCode::TooManyRequests:
            return refuse(Failure::TooManyRequests, outcome.error().message);
        case ErrorCode::RequestTooLarge:
            return refuse(Failure::RequestTooLarge, outcome.error().message);
        case ErrorCode::NotReady:
            return refuse(Failure::ResourceConflict, outcome.error().message);
        case ErrorCode::InvalidArgument:
            return refuse(Failure::InvalidParameter, outcome.error().message);
        case ErrorCode::ServiceException:
            break;
    }
    return refuse(Failure::Service, outcome.error().message);
}

EngineResult<Mapping> Engine::create_mapping(Mapping mapping) {
    WR_TRY(const Function function, get_function(mapping.function));
    if (!faces_.identity->role_allows(function.role, "kinesis:GetRecords", mapping.stream.arn())) {
        return refuse(Failure::InvalidParameter,
                      "Cannot access stream " + mapping.stream.arn() +
                          ". Please ensure the role can perform the GetRecords, GetShardIterator, "
                          "DescribeStream, and ListStreams Actions on your stream in IAM.");
    }
    return mappings_->create(std::move(mapping));
}

EngineResult<Mapping> Engine::update_mapping(const std::string& account,
                                             const std::string& region,
                                             const std::string& id,
                                             const MappingChanges& changes) {
    if (changes.function) WR_TRY_VOID(get_function(*changes.function));
    return mappings_->update(account, region, id, changes);
}

}  // namespace wr::lambda
