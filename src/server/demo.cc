// The demo is a client like any other: it signs its requests and sends them to the server's own
// port.
#include "server/demo.h"

#include "base/json.h"
#include "fleet/pipeline.h"
#include "fleet/runner.h"

namespace wr::server {
namespace {

/// Often enough that the first alert comes within half a minute, seldom enough that it is news.
constexpr double incidents_per_minute = 0.15;

class RunningDemo final : public Demo {
public:
    RunningDemo(const fleet::AwsOptions& aws_options) : aws_(aws_options, clock_) {}
    ~RunningDemo() override { stop(); }

    base::Result<void> begin(const std::string& account, const Options& options) {
        if (auto done = fleet::set_up_pipeline(aws_, account); !done)
            return base::fail(base::ErrorCode::Unavailable, done.error());
        fleet::FleetOptions fleet_options;
        fleet_options.unicorns = static_cast<size_t>(*options.demo_unicorns);
        fleet_options.stream = fleet::names::stream;
        fleet_options.incidents_per_minute = incidents_per_minute;
        fleet_ = std::make_unique<fleet::FleetRunner>(aws_.kinesis, clock_, fleet_options);
        return {};
    }

    void stop() override {
        if (fleet_) fleet_->stop();
    }

private:
    base::SystemClock clock_;
    fleet::Aws aws_;
    std::unique_ptr<fleet::FleetRunner> fleet_;
};

}  // namespace

base::Result<std::unique_ptr<Demo>> Demo::start(const Application& application,
                                                const Options& options) {
    const auto keys = application.root_keys();
    auto demo = std::make_unique<RunningDemo>(
        fleet::AwsOptions{application.inner_endpoint(),
                          keys.region,
                          {keys.access_key_id, keys.secret_access_key, ""}});
    WR_TRY_VOID(demo->begin(keys.account, options));
    return std::unique_ptr<Demo>(std::move(demo));
}

}  // namespace wr::server
