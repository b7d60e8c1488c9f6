// The demo is a client like any other: it signs its requests and sends them to the server's own
// port.
#include "server/demo.h"

#include <algorithm>
#include <utility>

#include "fleet/pipeline.h"

namespace wr::server {
namespace {

/// Of one unicorn: often enough that the first alert comes within half a minute, seldom enough that
/// it is news.
constexpr double incidents_per_minute = 0.15;
/// Of the whole fleet: a large one does not bury its operator.
constexpr double incidents_of_fleet_max = 12;

}  // namespace

Demo::Demo(const fleet::AwsOptions& options, std::string account)
    : aws_(options, clock_), account_(std::move(account)) {}

Demo::~Demo() {
    stop();
}

base::Result<void> Demo::begin(const console::api::FleetRequest& wanted) {
    if (wanted.pipeline) {
        {
            const base::MutexLock lock(mutex_);
            is_setting_up_ = true;
        }
        const auto done = fleet::set_up_pipeline(aws_, account_);
        const base::MutexLock lock(mutex_);
        is_setting_up_ = false;
        problem_ = done ? "" : done.error();
        if (!done) return base::fail(base::ErrorCode::Unavailable, done.error());
    }
    std::shared_ptr<fleet::FleetRunner> next;
    if (wanted.unicorns > 0) {
        fleet::FleetOptions options;
        options.unicorns = static_cast<size_t>(wanted.unicorns);
        options.stream = fleet::names::stream;
        options.incidents_per_minute = std::min(
            incidents_per_minute, incidents_of_fleet_max / static_cast<double>(wanted.unicorns));
        next = std::make_shared<fleet::FleetRunner>(aws_.kinesis, clock_, options);
    }
    std::shared_ptr<fleet::FleetRunner> before;
    {
        const base::MutexLock lock(mutex_);
        before = std::exchange(fleet_, next);
        unicorns_ = wanted.unicorns;
        problem_.clear();
    }
    if (before) before->stop();
    return {};
}

base::Result<void> Demo::request(const console::api::FleetRequest& wanted) {
    if (wanted.unicorns < 0 || wanted.unicorns > unicorns_max)
        return base::fail(base::ErrorCode::InvalidArgument,
                          "0 to " + std::to_string(unicorns_max) + " unicorns");
    {
        const base::MutexLock lock(mutex_);
        if (is_busy_)
            return base::fail(base::ErrorCode::Unavailable,
                              "the fleet is being changed at this moment");
        is_busy_ = true;
        is_setting_up_ = wanted.pipeline;
    }
    const bool posted = executor_.post([this, wanted] {
        const auto done = begin(wanted);
        const base::MutexLock lock(mutex_);
        is_busy_ = false;
        if (!done) problem_ = done.error().message;
    });
    if (posted) return {};
    const base::MutexLock lock(mutex_);
    is_busy_ = is_setting_up_ = false;
    return base::fail(base::ErrorCode::Unavailable, "the server is ending");
}

bool Demo::is_setting_up() const {
    const base::MutexLock lock(mutex_);
    return is_setting_up_;
}

console::api::FleetState Demo::state() const {
    const base::MutexLock lock(mutex_);
    console::api::FleetState state{unicorns_, problem_};
    // A fleet that never reached its stream: the last answer says why.
    if (state.problem.empty() && fleet_ && fleet_->counts().sent == 0)
        state.problem = fleet_->last_error();
    return state;
}

void Demo::stop() {
    executor_.stop();
    std::shared_ptr<fleet::FleetRunner> last;
    {
        const base::MutexLock lock(mutex_);
        last = std::exchange(fleet_, nullptr);
        unicorns_ = 0;
    }
    if (last) last->stop();
}

}  // namespace wr::server
