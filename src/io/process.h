#pragma once
// Child processes: started without a shell, with exactly the descriptors and environment named.

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace wr::io {

struct ProcessOptions {
    std::vector<std::string> arguments;              ///< [0] is an absolute path or found on PATH
    std::map<std::string, std::string> environment;  ///< complete; nothing is inherited
    std::string working_directory;                   ///< empty: unchanged
    int stdin_descriptor = -1;                       ///< -1: /dev/null
    int stdout_descriptor = -1;                      ///< -1: /dev/null
    int stderr_descriptor = -1;                      ///< -1: /dev/null
    std::vector<std::pair<int, int>> descriptors;    ///< (ours, number in the child)
    uint64_t address_space_bytes_max = 0;            ///< RLIMIT_AS; 0: unlimited
    uint64_t processes_max = 0;                      ///< RLIMIT_NPROC; 0: unlimited
    bool die_with_parent = true;                     ///< PR_SET_PDEATHSIG SIGKILL
};

struct ExitStatus {
    bool signalled = false;
    int code = 0;  ///< exit code, or the signal's number
};

/// A child in a process group of its own. The destructor kills the group and reaps it.
class Process {
public:
    static base::Result<std::unique_ptr<Process>> start(const ProcessOptions& options);
    virtual ~Process() = default;
    virtual int pid() const = 0;
    /// Waits up to `timeout`; empty when it still runs. Thread-safe.
    virtual std::optional<ExitStatus> wait(std::chrono::milliseconds timeout) = 0;
    /// SIGKILL to the whole group.
    virtual void kill() = 0;
    virtual void terminate() = 0;  ///< SIGTERM to the whole group
};

/// Absolute path of `name` on PATH, if it is there.
std::optional<std::string> find_program(const std::string& name);

}  // namespace wr::io
