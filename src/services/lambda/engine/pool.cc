// Warm processes: taken, used, given back, and ended when nobody needs them.
#include "services/lambda/engine/pool.h"

#include <algorithm>

#include "base/logging.h"

namespace wr::lambda {

using base::fail;

namespace {

using namespace std::chrono_literals;

constexpr auto session_left_min = 10min;
constexpr auto reap_period = 5s;
constexpr auto stop_grace = 3s;

}  // namespace

Pool::Pool(InstanceContext context, CodeStore& code, identity::Face& identity, PoolOptions options)
    : context_(std::move(context)),
      code_(code),
      identity_(identity),
      options_(options),
      reaper_("lambda-reaper", [this] { return end_idle(); }) {}

Pool::~Pool() {
    stop();
}

base::Result<InvokeOutcome, Error> Pool::invoke(const Function& function,
                                                const InvokeRequest& request) {
    const std::string key = function.name.arn() + ":" + function.version + "/" + function.revision;
    uint64_t generation = 0;
    {
        base::MutexLock lock(mutex_);
        if (is_stopping_) {
            return fail(Error{ErrorCode::ServiceException, "the server is stopping"});
        }
        generation = generations_[function.name];
    }
    auto entry = take_idle(key);
    if (!entry) {
        if (!reserve()) return fail(Error{ErrorCode::TooManyRequests, "Rate Exceeded."});
        auto started = start(function);
        if (!started) {
            base::MutexLock lock(mutex_);
            --count_;
            return fail(std::move(started).error());
        }
        entry = std::move(*started);
        entry->key = key;
    }
    {
        base::MutexLock lock(mutex_);
        busy_.insert(entry->instance.get());
    }
    InvokeOutcome outcome = entry->instance->invoke(request);
    {
        base::MutexLock lock(mutex_);
        busy_.erase(entry->instance.get());
        given_back_.notify_all();
    }
    give_back(std::move(entry), generation);
    return outcome;
}

std::unique_ptr<Pool::Entry> Pool::take_idle(const std::string& key) {
    for (;;) {
        auto taken = std::make_unique<Entry>();
        {
            base::MutexLock lock(mutex_);
            // The last one used is the warmest.
            const auto found = std::find_if(
                idle_.rbegin(), idle_.rend(), [&](const Entry& each) { return each.key == key; });
            if (found == idle_.rend()) return nullptr;
            *taken = std::move(*found);
            idle_.erase(std::next(found).base());
        }
        const bool is_fresh = context_.clock->now() + session_left_min < taken->session_ends;
        if (is_fresh && taken->instance->is_usable()) return taken;
        taken.reset();
        base::MutexLock lock(mutex_);
        --count_;
    }
}

/// Room for one more instance, if need be at the cost of the longest idle one.
bool Pool::reserve() {
    Entries ended;
    base::MutexLock lock(mutex_);
    if (count_ < options_.instances_max) {
        ++count_;
        return true;
    }
    if (idle_.empty()) return false;
    ended.splice(ended.begin(), idle_, idle_.begin());
    return true;
}

void Pool::give_back(std::unique_ptr<Entry> entry, uint64_t generation) {
    entry->idle_since = context_.clock->monotonic();
    const bool is_usable = entry->instance->is_usable();
    {
        base::MutexLock lock(mutex_);
        if (is_usable && !is_stopping_ && generations_[entry->name] == generation) {
            idle_.push_back(std::move(*entry));
            return;
        }
    }
    // Outside the lock: the end of a process takes a moment. Its place is free only after it.
    entry.reset();
    base::MutexLock lock(mutex_);
    --count_;
}

base::Result<std::unique_ptr<Pool::Entry>, Error> Pool::start(const Function& function) {
    auto session = identity_.assume_role_for_service(
        function.role, "lambda.amazonaws.com", function.name.name, options_.session_time);
    if (!session) {
        return fail(Error{ErrorCode::InvalidArgument,
                          "The role defined for the function cannot be assumed by Lambda."});
    }
    auto directory = code_.directory_of(function.code_hash);
    if (!directory) {
        base::log_error("lambda_code_unreadable",
                        {{"function", function.name.arn()}, {"reason", directory.error().message}});
        return fail(Error{ErrorCode::ServiceException, "the function's code cannot be read"});
    }
    InstanceSpec spec{function, *directory, {}};
    spec.credentials["AWS_ACCESS_KEY_ID"] = session->access_key_id;
    spec.credentials["AWS_SECRET_ACCESS_KEY"] = session->secret_access_key;
    spec.credentials["AWS_SESSION_TOKEN"] = session->session_token;
    auto instance = Instance::start(context_, std::move(spec));
    if (!instance) {
        base::log_error("lambda_start_failed",
                        {{"function", function.name.arn()}, {"reason", instance.error().message}});
        return fail(Error{ErrorCode::ServiceException, instance.error().message});
    }
    auto entry = std::make_unique<Entry>();
    entry->instance = std::move(*instance);
    entry->name = function.name;
    entry->session_ends = session->expiration;
    return entry;
}

void Pool::retire(const FunctionName& name) {
    Entries ended;
    {
        base::MutexLock lock(mutex_);
        ++generations_[name];
        for (auto each = idle_.begin(); each != idle_.end();) {
            const auto here = each++;
            if (here->name == name) ended.splice(ended.end(), idle_, here);
        }
    }
    const size_t count = ended.size();
    ended.clear();
    base::MutexLock lock(mutex_);
    count_ -= count;
}

std::chrono::milliseconds Pool::end_idle() {
    Entries ended;
    const auto now = context_.clock->monotonic();
    {
        base::MutexLock lock(mutex_);
        while (!idle_.empty() && now - idle_.front().idle_since > options_.idle_time) {
            ended.splice(ended.end(), idle_, idle_.begin());
        }
    }
    const size_t count = ended.size();
    ended.clear();
    base::MutexLock lock(mutex_);
    count_ -= count;
    return reap_period;
}

size_t Pool::size() const {
    base::MutexLock lock(mutex_);
    return count_;
}

void Pool::stop() {
    reaper_.stop();
    Entries ended;
    base::MutexLock lock(mutex_);
    is_stopping_ = true;
    count_ -= idle_.size();
    ended.swap(idle_);
    const auto until = context_.clock->monotonic() + stop_grace;
    while (!busy_.empty() && context_.clock->monotonic() < until) {
        given_back_.wait_for(mutex_, 100ms);
    }
    for (Instance* instance : busy_) instance->kill();
    while (!busy_.empty()) given_back_.wait(mutex_);
}

}  // namespace wr::lambda
