// A function's process from start to end: events in, answers out, START, END and REPORT lines.
#include "services/lambda/engine/instance.h"

#include <stdio.h>

#include "base/time_format.h"
#include "services/lambda/engine/output_reader.h"
#include "services/lambda/engine/runtime_api.h"

namespace wr::lambda {

using base::fail;
using base::Json;
using base::Result;

namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr auto init_time_max = 10s;
constexpr auto poll_period = 20ms;

template <typename... Values>
std::string format(const char* pattern, Values... values) {
    char text[512];
    const int size = snprintf(text, sizeof(text), pattern, values...);
    return std::string(text, std::min(sizeof(text) - 1, static_cast<size_t>(std::max(size, 0))));
}

std::string error_payload(const std::string& type, const std::string& message) {
    Json json{Json::Object{}};
    json.set("errorType", type);
    json.set("errorMessage", message);
    return json.dump();
}

class ProcessInstance final : public Instance {
public:
    ProcessInstance(const InstanceContext& context, InstanceSpec spec)
        : context_(context), spec_(std::move(spec)) {}
    ~ProcessInstance() override {
        // The process first: its end lets the reader and the Runtime API finish.
        process_.reset();
        api_.reset();
        output_.reset();
    }

    Result<void> start();
    InvokeOutcome invoke(const InvokeRequest& request) override;
    bool is_usable() const override { return is_usable_ && !process_->wait(0ms).has_value(); }
    int pid() const override { return process_->pid(); }
    void kill() override { process_->kill(); }

private:
    RuntimeAnswer wait_for_answer();
    void finish(const InvokeRequest& request, RuntimeAnswer& answer, InvokeOutcome& outcome);
    void log_report(const std::string& request_id, bool is_first);
    std::chrono::milliseconds timeout() const {
        return std::chrono::seconds(spec_.function.timeout_seconds);
    }
    std::map<std::string, std::string> environment(const logs::StreamName& stream) const;

    const InstanceContext context_;
    const InstanceSpec spec_;
    std::unique_ptr<OutputReader> output_;
    std::unique_ptr<RuntimeApi> api_;
    std::unique_ptr<io::Process> process_;
    base::MonotonicTime started_at_;
    base::MonotonicTime offered_at_;
    bool is_usable_ = true;
    bool is_first_ = true;
    int peak_memory_mib_ = 0;
};

Result<void> ProcessInstance::start() {
    const Function& function = spec_.function;
    const logs::StreamName stream{function.name.account,
                                  function.name.region,
                                  "/aws/lambda/" + function.name.name,
                                  base::format_time(context_.clock->now(), "%Y/%m/%d/[") +
                                      function.version + "]" +
                                      context_.random->text(32, "0123456789abcdef")};
    output_ = std::make_unique<OutputReader>(*context_.logs, stream, *context_.clock);
    SandboxedProgram program;
    std::string address = "127.0.0.1";
    if (!context_.sandbox->is_unsafe()) {
        program.runtime_socket = context_.socket_directory + "/" +
                                 context_.random->text(16, "0123456789abcdef") + ".sock";
        address = "unix:" + program.runtime_socket;
    }
    WR_TRY(api_, RuntimeApi::start(address, *context_.clock));
    if (context_.sandbox->is_unsafe()) {
        program.runtime_socket = "127.0.0.1:" + std::to_string(api_->port());
    }
    program.runtime = function.runtime;
    program.code_directory = spec_.code_directory;
    program.memory_mib = function.memory_mib;
    program.storage_mib = function.storage_mib;
    program.output_descriptor = output_->writer();
    program.environment = environment(stream);
    started_at_ = context_.clock->monotonic();
    WR_TRY(process_, context_.sandbox->start(program));
    output_->close_writer();
    output_->add_line("INIT_START Runtime Version: " + function.runtime);
    return {};
}

std::map<std::string, std::string> ProcessInstance::environment(
    const logs::StreamName& stream) const {
    const Function& function = spec_.function;
    std::map<std::string, std::string> result = function.environment;
    for (const auto& [name, value] : spec_.credentials) result[name] = value;
    result["AWS_REGION"] = function.name.region;
    result["AWS_DEFAULT_REGION"] = function.name.region;
    result["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + function.runtime;
    result["AWS_LAMBDA_FUNCTION_NAME"] = function.name.name;
    result["AWS_LAMBDA_FUNCTION_VERSION"] = function.version;
    result["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = std::to_string(function.memory_mib);
    result["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
    result["AWS_LAMBDA_LOG_GROUP_NAME"] = stream.group;
    result["AWS_LAMBDA_LOG_STREAM_NAME"] = stream.stream;
    result["_HANDLER"] = function.handler;
    result.try_emplace("TZ", ":UTC");
    result.try_emplace("LANG", "en_US.UTF-8");
    return result;
}

/// Until there is an answer, the process has ended, or its time is over.
RuntimeAnswer ProcessInstance::wait_for_answer() {
    for (;;) {
        if (auto answer = api_->wait_for_answer(poll_period)) return *std::move(answer);
        if (process_->wait(0ms)) {
            // The answer may have arrived together with the end.
            if (auto answer = api_->wait_for_answer(0ms)) return *std::move(answer);
            return {RuntimeAnswer::Kind::Ended, {}, {}};
        }
        const auto now = context_.clock->monotonic();
        const auto taken = api_->taken_at();
        // Until the runtime asks for its first event, its start has ten seconds of its own.
        const auto deadline = taken ? *taken + timeout() : offered_at_ + init_time_max + timeout();
        if (now >= deadline) return {RuntimeAnswer::Kind::TimedOut, {}, {}};
    }
}

InvokeOutcome ProcessInstance::invoke(const InvokeRequest& request) {
    InvokeOutcome outcome;
    outcome.executed_version = spec_.function.version;
    output_->begin();
    output_->add_line("START RequestId: " + request.request_id +
                      " Version: " + spec_.function.version);
    offered_at_ = context_.clock->monotonic();
    api_->offer(
        {request.request_id, request.function_arn, std::string(request.payload), timeout()});
    RuntimeAnswer answer = wait_for_answer();
    if (answer.kind != RuntimeAnswer::Kind::Ended) {
        peak_memory_mib_ = std::max(peak_memory_mib_, peak_memory_mib(process_->pid()));
    }
    output_->drain();
    finish(request, answer, outcome);
    output_->add_line("END RequestId: " + request.request_id);
    log_report(request.request_id, is_first_);
    outcome.log_tail = output_->tail();
    is_first_ = false;
    return outcome;
}

void ProcessInstance::finish(const InvokeRequest& request,
                             RuntimeAnswer& answer,
                             InvokeOutcome& outcome) {
    const std::string prefix = "RequestId: " + request.request_id + " Error: ";
    outcome.function_error = "Unhandled";
    switch (answer.kind) {
        case RuntimeAnswer::Kind::Response:
            outcome.function_error.clear();
            outcome.payload = std::move(answer.payload);
            return;
        case RuntimeAnswer::Kind::Error:
            outcome.payload = std::move(answer.payload);
            return;
        case RuntimeAnswer::Kind::InitError:
            is_usable_ = false;
            outcome.payload = std::move(answer.payload);
            return;
        case RuntimeAnswer::Kind::Ended: {
            is_usable_ = false;
            const auto status = process_->wait(0ms);
            std::string how = "Runtime exited without providing a reason";
            if (status && (status->signalled || status->code > 128)) {
                const int signal = status->signalled ? status->code : status->code - 128;
                how = "Runtime exited with error: signal: " +
                      (signal == 9 ? std::string("killed") : std::to_string(signal));
            } else if (status && status->code != 0) {
                how = "Runtime exited with error: exit status " + std::to_string(status->code);
            }
            output_->add_line(prefix + how);
            outcome.payload = error_payload("Runtime.ExitError", prefix + how);
            return;
        }
        case RuntimeAnswer::Kind::TimedOut: {
            is_usable_ = false;
            process_->kill();
            const std::string how = format("Task timed out after %.2f seconds",
                                           static_cast<double>(spec_.function.timeout_seconds));
            output_->add_line(base::format_iso8601_ms(context_.clock->now()) + " " +
                              request.request_id + " " + how);
            outcome.payload = error_payload("Sandbox.Timedout", prefix + how);
            return;
        }
    }
}

void ProcessInstance::log_report(const std::string& request_id, bool is_first) {
    const auto now = context_.clock->monotonic();
    const auto from = api_->taken_at().value_or(offered_at_);
    const double duration = Milliseconds(now - from).count();
    std::string line = format("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %ld ms\t",
                              request_id.c_str(),
                              duration,
                              static_cast<long>(duration) + 1);
    line += format("Memory Size: %d MB\tMax Memory Used: %d MB\t",
                   spec_.function.memory_mib,
                   peak_memory_mib_);
    if (const auto ready = api_->ready_at(); is_first && ready) {
        line += format("Init Duration: %.2f ms\t", Milliseconds(*ready - started_at_).count());
    }
    output_->add_line(line);
}

}  // namespace

Result<std::unique_ptr<Instance>> Instance::start(const InstanceContext& context,
                                                  InstanceSpec spec) {
    auto instance = std::make_unique<ProcessInstance>(context, std::move(spec));
    WR_TRY_VOID(instance->start());
    return std::unique_ptr<Instance>(std::move(instance));
}

}  // namespace wr::lambda
