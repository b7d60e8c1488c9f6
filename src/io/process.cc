// Child processes: fork, set up with async-signal-safe calls only, exec; a thread waits for each.
#include "io/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/mutex.h"
#include "io/posix_error.h"

namespace wr::io {
namespace {

using base::Result;

/// Everything the child needs, laid out before the fork: it may not allocate.
struct Plan {
    std::string program;
    std::vector<std::string> environment;
    std::vector<char*> arguments_pointers;
    std::vector<char*> environment_pointers;
    std::vector<std::pair<int, int>> descriptors;
    std::vector<int> moved;
    const ProcessOptions* options = nullptr;
    pid_t parent = 0;
    int null_descriptor = -1;
    int error_descriptor = -1;
};

constexpr int first_moved_descriptor = 256;

bool limit(decltype(RLIMIT_AS) resource, uint64_t value) {
    if (value == 0) return true;
    const rlimit limits{value, value};
    return ::setrlimit(resource, &limits) == 0;
}

bool place_descriptors(Plan& plan) {
    // Sources go above every target first, so that no dup2 overwrites one still needed.
    for (size_t i = 0; i < plan.descriptors.size(); ++i) {
        plan.moved[i] = ::fcntl(plan.descriptors[i].first, F_DUPFD_CLOEXEC, first_moved_descriptor);
        if (plan.moved[i] < 0) return false;
    }
    const int error = ::fcntl(plan.error_descriptor, F_DUPFD_CLOEXEC, first_moved_descriptor);
    if (error < 0) return false;
    plan.error_descriptor = error;
    // What the program forgot to mark close-on-exec must not leak into a sandbox.
    if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
    for (size_t i = 0; i < plan.descriptors.size(); ++i)
        if (::dup2(plan.moved[i], plan.descriptors[i].second) < 0) return false;
    return true;
}

bool set_up(Plan& plan) {
    const ProcessOptions& options = *plan.options;
    if (::setpgid(0, 0) != 0) return false;
    if (options.die_with_parent) {
        if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
        // The parent may have ended before the request was in force.
        if (::getppid() != plan.parent) ::_exit(127);
    }
    for (int signal = 1; signal < 32; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!options.working_directory.empty() && ::chdir(options.working_directory.c_str()) != 0)
        return false;
    return place_descriptors(plan) && limit(RLIMIT_AS, options.address_space_bytes_max) &&
           limit(RLIMIT_NPROC, options.processes_max);
}

[[noreturn]] void run_child(Plan& plan) {
    if (set_up(plan))
        ::execve(
            plan.program.c_str(), plan.arguments_pointers.data(), plan.environment_pointers.data());
    const int number = errno;
    // Nothing can be done when even this fails: the exit code still says it.
    (void)!::write(plan.error_descriptor, &number, sizeof number);
    ::_exit(127);
}

Result<Plan> make_plan(const ProcessOptions& options) {
    Plan plan;
    if (options.arguments.empty())
        return base::fail(base::ErrorCode::InvalidArgument, "no program to start");
    plan.program = options.arguments[0];
    if (plan.program.find('/') == std::string::npos) {
        const auto found = find_program(plan.program);
        if (!found) return base::fail(base::ErrorCode::NotFound, plan.program + " is not on PATH");
        plan.program = *found;
    }
    for (const auto& [name, value] : options.environment)
        plan.environment.push_back(name + "=" + value);
    for (const auto& argument : options.arguments)
        plan.arguments_pointers.push_back(const_cast<char*>(argument.c_str()));
    plan.arguments_pointers.push_back(nullptr);
    for (auto& entry : plan.environment) plan.environment_pointers.push_back(entry.data());
    plan.environment_pointers.push_back(nullptr);
    plan.descriptors = options.descriptors;
    plan.options = &options;
    plan.parent = ::getpid();
    return plan;
}

/// Descriptors that exist only around the fork.
struct SetupDescriptors {
    int null_device = -1;
    int error_pipe[2] = {-1, -1};
    ~SetupDescriptors() {
        for (const int descriptor : {null_device, error_pipe[0], error_pipe[1]})
            if (descriptor >= 0) ::close(descriptor);
    }
};

Result<pid_t> fork_child(const ProcessOptions& options) {
    WR_TRY(Plan plan, make_plan(options));
    SetupDescriptors setup;
    setup.null_device = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (setup.null_device < 0 || ::pipe2(setup.error_pipe, O_CLOEXEC) != 0)
        return base::fail(posix_error(errno, "pipe", plan.program));
    const auto standard = [&](int given, int number) {
        plan.descriptors.emplace_back(given >= 0 ? given : setup.null_device, number);
    };
    standard(options.stdin_descriptor, 0);
    standard(options.stdout_descriptor, 1);
    standard(options.stderr_descriptor, 2);
    plan.moved.assign(plan.descriptors.size(), -1);
    plan.error_descriptor = setup.error_pipe[1];

    // A signal handler must not run in the child before its dispositions are reset.
    sigset_t all;
    sigset_t previous;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &previous);
    const pid_t pid = ::fork();
    if (pid == 0) run_child(plan);
    const int fork_error = errno;
    ::pthread_sigmask(SIG_SETMASK, &previous, nullptr);
    if (pid < 0) return base::fail(posix_error(fork_error, "fork", plan.program));
    ::setpgid(pid, pid);

    ::close(setup.error_pipe[1]);
    setup.error_pipe[1] = -1;
    int number = 0;
    ssize_t got = 0;
    do {
        got = ::read(setup.error_pipe[0], &number, sizeof number);
    } while (got < 0 && errno == EINTR);
    if (got != static_cast<ssize_t>(sizeof number)) return pid;
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return base::fail(posix_error(number, "start", plan.program));
}

class ForkedProcess final : public Process {
public:
    ~ForkedProcess() override {
        kill();
        if (waiter_.joinable()) waiter_.join();
    }

    Result<void> start(const ProcessOptions& options) {
        // The parent-death signal follows the thread that forks, so that thread must stay until
        // the child has ended: it becomes the one that waits.
        waiter_ = std::thread([this, &options] { run(options); });
        base::MutexLock lock(mutex_);
        while (!started_) changed_.wait(mutex_);
        if (error_) return base::fail(*error_);
        return {};
    }

    int pid() const override { return pid_; }

    std::optional<ExitStatus> wait(std::chrono::milliseconds timeout) override {
        const auto deadline = std::chrono::steady_clock::now() + timeout;
        base::MutexLock lock(mutex_);
        while (!exit_) {
            const auto left = deadline - std::chrono::steady_clock::now();
            if (left <= std::chrono::nanoseconds::zero()) break;
            changed_.wait_for(mutex_, left);
        }
        return exit_;
    }

    void kill() override { signal_group(SIGKILL); }
    void terminate() override { signal_group(SIGTERM); }

private:
    void run(const ProcessOptions& options) {
        auto forked = fork_child(options);
        {
            base::MutexLock lock(mutex_);
            started_ = true;
            if (forked)
                pid_ = *forked;
            else
                error_ = std::move(forked).error();
            changed_.notify_all();
            if (error_) return;
        }
        reap();
    }

    void reap() {
        siginfo_t info{};
        // Unreaped until the mutex is held: its number cannot be another process's meanwhile.
        while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 &&
               errno == EINTR) {
        }
        base::MutexLock lock(mutex_);
        ::kill(-pid_, SIGKILL);
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        exit_ = WIFSIGNALED(status) ? ExitStatus{true, WTERMSIG(status)}
                                    : ExitStatus{false, WEXITSTATUS(status)};
        changed_.notify_all();
    }

    void signal_group(int signal) {
        base::MutexLock lock(mutex_);
        if (pid_ > 0 && !exit_) ::kill(-pid_, signal);
    }

    base::Mutex mutex_;
    base::CondVar changed_;
    std::thread waiter_;
    int pid_ = -1;  // written before start() returns, constant afterwards
    bool started_ GUARDED_BY(mutex_) = false;
    std::optional<base::Error> error_ GUARDED_BY(mutex_);
    std::optional<ExitStatus> exit_ GUARDED_BY(mutex_);
};

}  // namespace

Result<std::unique_ptr<Process>> Process::start(const ProcessOptions& options) {
    auto process = std::make_unique<ForkedProcess>();
    WR_TRY_VOID(process->start(options));
    return std::unique_ptr<Process>(std::move(process));
}

std::optional<std::string> find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!rest.empty()) {
        const size_t end = std::min(rest.find(':'), rest.size());
        const std::string candidate = std::string(rest.substr(0, end)) + "/" + name;
        if (candidate.front() == '/' && ::access(candidate.c_str(), X_OK) == 0) return candidate;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

}  // namespace wr::io
