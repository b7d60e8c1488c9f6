#pragma once
// How a function's process is started: bubblewrap's arguments, mounts, environment.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/process.h"

namespace wr::lambda {

struct SandboxOptions {
    /// The relay's program (bound into the sandbox by itself) and the arguments before its own,
    /// e.g. {"/usr/bin/wildrydes", "lambda-relay"}.
    std::vector<std::string> relay;
    /// Where the server's AWS endpoint listens: a Unix socket, and the TCP port at which functions
    /// find it on their loopback.
    std::string endpoint_socket;
    uint16_t endpoint_port = 4566;
    std::string runtime_directory;          ///< written by install_runtimes
    std::string node_modules_directory;     ///< may be empty or missing
    std::string python_packages_directory;  ///< may be empty or missing
    /// Run functions as plain processes where namespaces are refused.
    bool unsafe_functions = false;
};

struct SandboxedProgram {
    std::string runtime;         ///< nodejs20.x, python3.11, provided.al2023 ...
    std::string code_directory;  ///< unzipped package
    std::string runtime_socket;  ///< of the Runtime API; unsafe functions: host:port
    int memory_mib = 128;
    int storage_mib = 512;
    int output_descriptor = -1;  ///< standard output and error
    std::map<std::string, std::string> environment;
};

class Sandbox {
public:
    explicit Sandbox(SandboxOptions options) : options_(std::move(options)) {}

    /// Whether functions can run here: tries a sandbox. Unsupported, with what to do, when not.
    base::Result<void> probe() const;
    base::Result<std::unique_ptr<io::Process>> start(const SandboxedProgram& program) const;
    /// Whether there is a bootstrap for `runtime` and its interpreter is installed.
    base::Result<void> supports(const std::string& runtime) const;
    /// The server's port, once it is known; call before the first start().
    void use_endpoint_port(uint16_t port) { options_.endpoint_port = port; }
    bool is_unsafe() const { return options_.unsafe_functions; }

private:
    base::Result<std::vector<std::string>> runtime_command(const SandboxedProgram& program) const;
    base::Result<std::unique_ptr<io::Process>> start_unsafe(const SandboxedProgram& program) const;
    std::vector<std::string> bubblewrap(int storage_mib) const;

    SandboxOptions options_;
};

/// Writes the bootstraps that are part of this program; quick when they are there.
base::Result<void> install_runtimes(const std::string& directory);

/// An empty directory for sockets, for this user alone: `preferred`, or a shorter one where a
/// socket's name would not fit into that.
base::Result<std::string> make_socket_directory(const std::string& preferred);

/// Peak resident memory, in MiB, of a process and its descendants.
int peak_memory_mib(int pid);

}  // namespace wr::lambda
