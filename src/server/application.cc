// From options to a listening server and back to silence.
#include "server/application.h"

#include <signal.h>

#include <atomic>

#include "auth/signer.h"
#include "base/limits.h"
#include "base/logging.h"
#include "console/console.h"
#include "fleet/fleet_watch.h"
#include "http/server.h"
#include "server/demo.h"
#include "server/fleet_source.h"
#include "server/front.h"
#include "server/process_metrics.h"
#include "server/pulse.h"
#include "server/services.h"
#include "server/tls_files.h"

namespace wr::server {
namespace {

using namespace std::chrono_literals;

constexpr auto retention_interval = 60s;
constexpr auto storage_check_interval = 200ms;
constexpr auto functions_drain_timeout = 500ms;
constexpr size_t console_threads = 8;
constexpr size_t console_queue_max = 64;

class RunningApplication final : public Application {
public:
    explicit RunningApplication(const Options& options)
        : options_(options), demo_is_pending_(options.demo_unicorns.has_value()) {}
    ~RunningApplication() override { drain_and_stop(); }

    base::Result<void> open();
    std::string endpoint() const override {
        return address_of(tls_ ? "https://" : "http://",
                          tls_ ? tls_->name_for(options_.listen) : options_.listen);
    }
    std::string inner_endpoint() const override {
        if (!http_options_.allows_clear_text) return "unix:" + services_->functions_socket();
        return address_of("http://", options_.listen);
    }
    const RootKeys& root_keys() const override { return directory_->root_keys(); }
    std::string console_address() const override {
        return endpoint() + "/_/?session=" + directory_->root_keys().console_token;
    }
    base::Result<void> start_demo(int64_t unicorns) override {
        auto done = demo_->begin({unicorns, true});
        demo_is_pending_ = false;
        return done;
    }
    bool wait_for_end() override;
    void drain_and_stop() override;

private:
    std::string address_of(const std::string& scheme, const std::string& host) const {
        const bool is_ip_6 = host.find(':') != std::string::npos;
        return scheme + (is_ip_6 ? "[" + host + "]" : host) + ":" + std::to_string(http_->port());
    }
    base::Result<void> open_storage();
    base::Result<void> listen();
    base::Result<void> start_background();
    base::Result<void> open_watch();
    void open_console();

    const Options options_;
    base::SystemClock clock_;
    base::SystemRandom random_;
    std::unique_ptr<io::FileSystem>
        disk_;  ///< for what must exist even with --memory: keys, sockets
    std::unique_ptr<io::FileSystem> memory_;
    std::unique_ptr<DataDirectory> directory_;
    std::unique_ptr<kv::Store> store_;
    std::unique_ptr<Services> services_;
    Metrics metrics_;
    Activity activity_;
    std::unique_ptr<Health> health_;
    std::unique_ptr<Gateway> gateway_;
    std::unique_ptr<FleetSource> fleet_source_;
    std::unique_ptr<fleet::FleetWatch> watch_;
    std::unique_ptr<console::Console> console_;
    std::atomic<console::Console*> ready_console_ = nullptr;  ///< requests may come before it
    std::unique_ptr<base::Executor> executor_;
    std::unique_ptr<base::Executor> console_executor_;
    std::unique_ptr<Front> front_;
    std::shared_ptr<const http::TlsContext> tls_;
    http::ServerOptions http_options_;
    std::unique_ptr<http::Server> http_;
    std::unique_ptr<http::Server> functions_http_;
    std::unique_ptr<base::PeriodicTask> retention_;
    std::unique_ptr<Demo> demo_;
    console::MapSource map_;
    std::atomic<bool> demo_is_pending_;
    bool stopped_ = false;
};

base::Result<void> RunningApplication::open_storage() {
    disk_ = io::make_posix_file_system();
    if (options_.in_memory) memory_ = io::make_memory_file_system();
    io::FileSystem& files = options_.in_memory ? *memory_ : *disk_;
    WR_TRY(directory_, DataDirectory::open(*disk_, random_, options_));
    kv::StoreOptions store_options;
    store_options.path = directory_->sub("kv");
    store_options.in_memory = options_.in_memory;
    store_options.durability =
        options_.durability == log::Durability::Os ? kv::Durability::Os : kv::Durability::Always;
    WR_TRY(store_, kv::open_store(store_options));
    if (options_.in_memory) {
        for (const char* name : {"log", "objects"})
            WR_TRY_VOID(files.make_directories(directory_->sub(name)));
    }
    WR_TRY(services_,
           Services::open({files, *disk_, *store_, clock_, random_, *directory_, options_}));
    return {};
}

base::Result<void> RunningApplication::listen() {
    executor_ = std::make_unique<base::Executor>(
        "request", limits::request_threads, limits::request_queue_max);
    console_executor_ =
        std::make_unique<base::Executor>("console", console_threads, console_queue_max);
    health_ = std::make_unique<Health>(*disk_, directory_->path(), clock_);
    const auto& keys = directory_->root_keys();
    gateway_ = std::make_unique<Gateway>(
        GatewayOptions{keys.account, keys.region, options_.any_credentials},
        services_->apis(),
        services_->credentials(),
        services_->policies(),
        clock_,
        random_,
        metrics_,
        activity_);
    front_ = std::make_unique<Front>(*gateway_,
                                     metrics_,
                                     *health_,
                                     *executor_,
                                     *console_executor_,
                                     [this](const http::Request& request) {
                                         console::Console* const console = ready_console_;
                                         return console != nullptr ? console->handle(request)
                                                                   : http::Response{.status = 503};
                                     });
    WR_TRY(tls_, open_tls(*disk_, *directory_, clock_, options_));
    http_options_.address = options_.listen;
    http_options_.port = options_.port;
    http_options_.threads = options_.threads;
    http_options_.spool_directory = directory_->sub("tmp");
    http_options_.take_over = [this](const std::string& ticket, http::TakenSocket socket) {
        if (console::Console* const console = ready_console_)
            console->take_feed(ticket, std::move(socket));
    };
    http_options_.tls = tls_;
    http_options_.allows_clear_text =
        !tls_ || options_.plaintext || is_loopback_address(options_.listen);
    const http::Handler handler = [this](std::shared_ptr<const http::Request> request,
                                         http::Respond respond) {
        front_->handle(std::move(request), std::move(respond));
    };
    WR_TRY(http_, http::Server::start(http_options_, handler));
    // Functions reach the server through a socket of their own, from a network that has nothing
    // else.
    http::ServerOptions socket_options;
    socket_options.address = "unix:" + services_->functions_socket();
    socket_options.threads = 1;
    socket_options.spool_directory = http_options_.spool_directory;
    WR_TRY(functions_http_, http::Server::start(socket_options, handler));
    return {};
}

/// Alerts and the newest readings, whether or not a page is open.
base::Result<void> RunningApplication::open_watch() {
    const auto& keys = directory_->root_keys();
    io::FileSystem& files = options_.in_memory ? *memory_ : *disk_;
    const std::string directory = directory_->sub("console");
    WR_TRY_VOID(files.make_directories(directory));
    fleet_source_ = std::make_unique<FleetSource>(
        services_->streams(),
        kinesis::StreamName{keys.account, keys.region, console::fleet_stream_name},
        clock_);
    fleet::FleetWatchOptions options;
    options.file = directory + "/alerts.json";
    options.webhook.allowed = options_.webhook_hosts;
    options.read_new = [this] { return fleet_source_->read_new(); };
    options.parts = [this] { return health_of(services_->pulse()); };
    watch_ = std::make_unique<fleet::FleetWatch>(
        files, clock_, std::move(options), fleet::make_http_post());
    return {};
}

void RunningApplication::open_console() {
    const auto& keys = directory_->root_keys();
    console::PrivateApiOptions console_options;
    console_options.endpoint = inner_endpoint();
    console_options.account = keys.account;
    console_options.region = keys.region;
    console_options.signer = [this](http::Request& request, std::string_view service) {
        const auto& root = directory_->root_keys();
        request.headers.set("User-Agent", "wildrydes-console");
        auth::sign(request,
                   {root.access_key_id, root.secret_access_key, ""},
                   {std::string(service), root.region},
                   clock_.now());
    };
    console_options.watch = watch_.get();
    console_options.pulse = [this] { return to_json(services_->pulse()); };
    console_options.tap = [this](const std::string& name) { return services_->tap(name); };
    console_options.function_code = [this](const std::string& function) {
        return services_->function_code(function);
    };
    console_options.invocation = [this](const std::string& function, const std::string& request) {
        return services_->invocation(function, request);
    };
    console_options.activity = [this](uint64_t after) { return activity_.after(after); };
    console_options.back_up = [this](const std::string& to) { return services_->back_up(to); };
    console_options.is_setting_up = [this] { return demo_is_pending_ || demo_->is_setting_up(); };
    console_options.map = map_;
    console_options.fleet = [this] { return demo_->state(); };
    console_options.set_fleet = [this](const auto& wanted) { return demo_->request(wanted); };
    console_ = std::make_unique<console::Console>(
        console::Session(keys.console_token), console_options, clock_);
    ready_console_ = console_.get();
}

base::Result<void> RunningApplication::start_background() {
    add_process_metrics(metrics_, *http_);
    metrics_.add_text([this] { return services_->metrics(); });
    WR_TRY_VOID(services_->start(http_->port()));
    watch_->start();
    const auto& keys = directory_->root_keys();
    demo_ = std::make_unique<Demo>(
        fleet::AwsOptions{
            inner_endpoint(), keys.region, {keys.access_key_id, keys.secret_access_key, ""}},
        keys.account);
    open_console();
    retention_ =
        std::make_unique<base::PeriodicTask>("retention", [this]() -> std::chrono::milliseconds {
            if (const auto done = services_->run_retention(); !done)
                base::log_error("retention", {{"error", done.error().message}});
            return retention_interval;
        });
    return {};
}

base::Result<void> RunningApplication::open() {
    if (!is_loopback_address(options_.listen)) {
        if (options_.any_credentials)
            return base::fail(base::ErrorCode::InvalidArgument,
                              "--any-credentials is for this machine only: listen on 127.0.0.1");
        if (!options_.plaintext && !options_.wants_tls())
            return base::fail(base::ErrorCode::InvalidArgument,
                              "listening on " + options_.listen +
                                  " without TLS lets the network read every request: add --tls, "
                                  "or --plaintext if that is meant");
    }
    WR_TRY_VOID(open_storage());
    WR_TRY(map_,
           console::MapSource::open(
               *disk_, {options_.map_tiles, options_.map_credit, options_.map_pmtiles}));
    WR_TRY_VOID(open_watch());
    WR_TRY_VOID(listen());
    WR_TRY_VOID(start_background());
    return directory_->write_endpoint(endpoint());
}

bool RunningApplication::wait_for_end() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    for (;;) {
        timespec timeout{};
        timeout.tv_nsec = std::chrono::nanoseconds(storage_check_interval).count();
        const int signal = ::sigtimedwait(&signals, nullptr, &timeout);
        if (signal > 0) return true;
        if (services_->storage_failed()) return false;
    }
}

void RunningApplication::drain_and_stop() {
    if (stopped_) return;
    stopped_ = true;
    if (demo_) demo_->stop();
    if (health_) health_->set_draining();
    if (http_)
        http_->drain(std::chrono::duration_cast<std::chrono::milliseconds>(limits::drain_timeout));
    if (retention_) retention_->stop();
    if (console_) console_->stop();
    if (watch_) watch_->stop();
    if (console_executor_) console_executor_->stop();
    if (executor_) executor_->stop();
    if (services_) services_->stop();
    if (health_) health_->stop();
}

}  // namespace

bool is_loopback_address(const std::string& address) {
    return address == "::1" || address == "localhost" || address.starts_with("127.");
}

base::Result<std::unique_ptr<Application>> Application::start(const Options& options) {
    auto application = std::make_unique<RunningApplication>(options);
    WR_TRY_VOID(application->open());
    return std::unique_ptr<Application>(std::move(application));
}

}  // namespace wr::server
