// The Runtime API: one event at a time, long polls for the next.
#include "services/lambda/engine/runtime_api.h"

#include "base/limits.h"

namespace wr::lambda {

using base::Result;

namespace {

constexpr std::string_view prefix = "/2018-06-01/runtime/";

http::Response status(int code) {
    http::Response response;
    response.status = code;
    response.headers.add("Content-Type", "application/json");
    response.body = code == 202 ? R"({"status":"OK"})" : R"({"errorType":"InvalidRequest"})";
    return response;
}

}  // namespace

Result<std::unique_ptr<RuntimeApi>> RuntimeApi::start(const std::string& address,
                                                      const base::Clock& clock) {
    std::unique_ptr<RuntimeApi> api(new RuntimeApi(clock));
    http::ServerOptions options;
    options.address = address;
    options.threads = 1;
    WR_TRY(api->server_,
           http::Server::start(options,
                               [api = api.get()](std::shared_ptr<const http::Request> request,
                                                 http::Respond respond) {
                                   api->handle(*request, std::move(respond));
                               }));
    return api;
}

RuntimeApi::~RuntimeApi() {
    std::optional<http::Respond> waiting;
    {
        base::MutexLock lock(mutex_);
        waiting.swap(waiting_);
    }
    if (server_) server_->drain(std::chrono::milliseconds(0));
}

void RuntimeApi::handle(const http::Request& request, http::Respond respond) {
    std::string_view path = request.path();
    if (!path.starts_with(prefix)) return respond(status(404));
    path.remove_prefix(prefix.size());
    if (path == "invocation/next" && request.method == "GET") {
        return give_next(std::move(respond));
    }
    if (request.method != "POST") return respond(status(404));
    RuntimeAnswer answer;
    answer.payload = request.body;
    answer.error_type = request.headers.get("Lambda-Runtime-Function-Error-Type");
    if (path == "init/error") {
        answer.kind = RuntimeAnswer::Kind::InitError;
        take_answer(std::move(answer));
        return respond(status(202));
    }
    if (!path.starts_with("invocation/")) return respond(status(404));
    path.remove_prefix(11);
    const size_t slash = path.find('/');
    const std::string_view what = slash == std::string_view::npos ? "" : path.substr(slash + 1);
    if (what != "response" && what != "error") return respond(status(404));
    {
        base::MutexLock lock(mutex_);
        if (current_.empty() || path.substr(0, slash) != current_) return respond(status(400));
    }
    if (what == "error") {
        answer.kind = RuntimeAnswer::Kind::Error;
    } else if (answer.payload.size() > limits::function_payload_bytes_max) {
        answer.kind = RuntimeAnswer::Kind::Error;
        answer.payload =
            R"({"errorType":"Function.ResponseSizeTooLarge","errorMessage":)"
            R"("Response payload size exceeded maximum allowed payload size (6291556 bytes)."})";
        take_answer(std::move(answer));
        return respond(status(413));
    }
    take_answer(std::move(answer));
    respond(status(202));
}

void RuntimeApi::give_next(http::Respond respond) {
    std::optional<RuntimeEvent> event;
    {
        base::MutexLock lock(mutex_);
        if (!ready_at_) ready_at_ = clock_.monotonic();
        event.swap(offered_);
        if (event) {
            current_ = event->request_id;
            taken_at_ = clock_.monotonic();
        } else {
            waiting_ = std::move(respond);
        }
        changed_.notify_all();
    }
    if (event) respond(response_of(*event));
}

void RuntimeApi::offer(RuntimeEvent event) {
    std::optional<http::Respond> waiting;
    {
        base::MutexLock lock(mutex_);
        answer_.reset();
        taken_at_.reset();
        current_.clear();
        waiting.swap(waiting_);
        if (!waiting) {
            offered_ = std::move(event);
            return;
        }
        current_ = event.request_id;
        taken_at_ = clock_.monotonic();
    }
    (*waiting)(response_of(event));
}

http::Response RuntimeApi::response_of(const RuntimeEvent& event) const {
    http::Response response;
    const auto deadline = clock_.now() + event.timeout;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Lambda-Runtime-Aws-Request-Id", event.request_id);
    response.headers.add("Lambda-Runtime-Invoked-Function-Arn", event.function_arn);
    response.headers.add("Lambda-Runtime-Deadline-Ms",
                         std::to_string(deadline.time_since_epoch().count()));
    response.body = event.payload;
    return response;
}

void RuntimeApi::take_answer(RuntimeAnswer answer) {
    base::MutexLock lock(mutex_);
    if (answer_) return;
    answer_ = std::move(answer);
    current_.clear();
    changed_.notify_all();
}

std::optional<RuntimeAnswer> RuntimeApi::wait_for_answer(std::chrono::milliseconds timeout) {
    const auto until = clock_.monotonic() + timeout;
    base::MutexLock lock(mutex_);
    while (!answer_) {
        const auto left = until - clock_.monotonic();
        if (left <= left.zero()) return std::nullopt;
        changed_.wait_for(mutex_, left);
    }
    return std::exchange(answer_, std::nullopt);
}

std::optional<base::MonotonicTime> RuntimeApi::taken_at() const {
    base::MutexLock lock(mutex_);
    return taken_at_;
}

std::optional<base::MonotonicTime> RuntimeApi::ready_at() const {
    base::MutexLock lock(mutex_);
    return ready_at_;
}

}  // namespace wr::lambda
