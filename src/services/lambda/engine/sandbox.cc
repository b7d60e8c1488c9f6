// bubblewrap: own user, pid, mount, network, ipc and uts namespaces; nothing of the host but /usr.
#include "services/lambda/engine/sandbox.h"

#include <stdio.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "services/lambda/engine/runtimes.h"

namespace wr::lambda {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int runtime_api_port = 9001;
constexpr int processes_max = 256;
constexpr int memory_overhead_mib = 128;  ///< the runtime's own: heaps, code, stacks
constexpr const char* relay_inside = "/run/wildrydes/relay";
constexpr const char* interpreter_inside = "/run/wildrydes/interpreter";
constexpr const char* runtime_socket_inside = "/run/wildrydes/runtime.sock";
constexpr const char* endpoint_socket_inside = "/run/wildrydes/endpoint.sock";

bool is_directory(const std::string& path) {
    std::error_code ignored;
    return !path.empty() && fs::is_directory(path, ignored);
}

bool is_there(const std::string& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Where an interpreter is on this machine: best where every sandbox sees it.
std::string interpreter(const std::string& name) {
    for (const char* directory : {"/usr/bin/", "/usr/local/bin/"}) {
        if (is_there(directory + name)) return directory + name;
    }
    std::error_code ignored;
    const auto found = io::find_program(name);
    return found ? fs::canonical(*found, ignored).string() : std::string();
}

bool is_in_usr(const std::string& path) {
    return path.starts_with("/usr/");
}

void append(std::vector<std::string>& list, std::initializer_list<std::string> more) {
    list.insert(list.end(), more);
}

Result<void> write_text(const std::string& path, std::string_view text) {
    {
        std::ifstream held(path, std::ios::binary);
        const std::string old((std::istreambuf_iterator<char>(held)), {});
        if (held && old == text) return {};
    }
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) return fail(ErrorCode::Io, "cannot write " + path);
    return {};
}

}  // namespace

Result<void> install_runtimes(const std::string& directory) {
    std::error_code error;
    // Mount points: a read-only bind cannot grow them later.
    fs::create_directories(directory + "/node_modules", error);
    fs::create_directories(directory + "/python", error);
    if (error) return fail(ErrorCode::Io, directory + ": " + error.message());
    WR_TRY_VOID(write_text(directory + "/bootstrap.mjs", runtimes::node_bootstrap));
    WR_TRY_VOID(write_text(directory + "/preload.cjs", runtimes::node_preload));
    WR_TRY_VOID(write_text(directory + "/bootstrap.py", runtimes::python_bootstrap));
    WR_TRY_VOID(write_text(directory + "/passwd", "sbx_user1051:x:993:990::/tmp:/sbin/nologin\n"));
    return {};
}

Result<std::string> make_socket_directory(const std::string& preferred) {
    constexpr size_t room_for_names = 24;
    constexpr size_t socket_path_bytes_max = 107;
    std::error_code error;
    const fs::path wanted = fs::absolute(preferred, error);
    if (wanted.string().size() + room_for_names > socket_path_bytes_max) {
        std::string path = (fs::temp_directory_path(error) / "wildrydes-XXXXXX").string();
        if (path.size() + room_for_names > socket_path_bytes_max) path = "/tmp/wildrydes-XXXXXX";
        if (!mkdtemp(path.data())) return fail(ErrorCode::Io, "cannot make " + path);
        return path;
    }
    // Sockets of an earlier run belong to nobody.
    fs::remove_all(wanted, error);
    fs::create_directories(wanted, error);
    if (error) return fail(ErrorCode::Io, wanted.string() + ": " + error.message());
    fs::permissions(wanted, fs::perms::owner_all, error);
    return wanted.string();
}

Result<void> Sandbox::supports(const std::string& runtime) const {
    if (runtime.starts_with("provided")) return {};
    const bool is_node = runtime.starts_with("nodejs");
    if (!is_node && !runtime.starts_with("python3.")) {
        return fail(ErrorCode::Unsupported, "no runtime of this server executes " + runtime);
    }
    const std::string program = interpreter(is_node ? "node" : "python3");
    // Python is many files beside its program; they are seen inside only under /usr.
    if (program.empty() || (!is_node && !is_in_usr(program))) {
        return fail(ErrorCode::Unsupported,
                    is_node ? "runtime " + runtime + " needs Node.js on the PATH"
                            : "runtime " + runtime + " needs python3 under /usr");
    }
    return {};
}

std::vector<std::string> Sandbox::bubblewrap(int storage_mib) const {
    std::vector<std::string> list = {"bwrap",
                                     "--unshare-all",
                                     "--unshare-user",
                                     "--uid",
                                     "993",
                                     "--gid",
                                     "990",
                                     "--disable-userns",
                                     "--die-with-parent",
                                     "--new-session",
                                     "--cap-drop",
                                     "ALL",
                                     "--hostname",
                                     "lambda",
                                     "--ro-bind",
                                     "/usr",
                                     "/usr"};
    for (const char* name : {"bin", "sbin", "lib", "lib64"}) {
        if (is_there(std::string("/") + name)) {
            append(list, {"--symlink", std::string("usr/") + name, std::string("/") + name});
        }
    }
    append(list, {"--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"});
    append(list, {"--ro-bind-try", "/etc/alternatives", "/etc/alternatives"});
    append(list, {"--ro-bind-try", "/etc/ssl", "/etc/ssl"});
    append(list, {"--proc", "/proc", "--dev", "/dev"});
    const auto storage_bytes = std::to_string(static_cast<long>(storage_mib) * 1024 * 1024);
    append(list, {"--size", storage_bytes, "--tmpfs", "/tmp"});
    append(list, {"--chdir", "/tmp"});
    return list;
}

Result<void> Sandbox::probe() const {
    if (options_.unsafe_functions) return {};
    constexpr const char* advice =
        "functions cannot run here: bubblewrap could not make its namespaces. Install bubblewrap "
        "and allow unprivileged user namespaces, or accept functions without isolation with "
        "--unsafe-functions";
    io::ProcessOptions process;
    process.arguments = bubblewrap(16);
    append(process.arguments, {"--", "/usr/bin/true"});
    auto started = io::Process::start(process);
    if (!started) return fail(ErrorCode::Unsupported, advice);
    const auto status = (*started)->wait(10s);
    if (!status || status->signalled || status->code != 0) {
        return fail(ErrorCode::Unsupported, advice);
    }
    return {};
}

Result<std::vector<std::string>> Sandbox::runtime_command(const SandboxedProgram& program) const {
    WR_TRY_VOID(supports(program.runtime));
    const std::string runtime = is_unsafe() ? options_.runtime_directory : "/var/runtime";
    const std::string task = is_unsafe() ? program.code_directory : "/var/task";
    if (program.runtime.starts_with("nodejs")) {
        const int heap_mib = std::max(64, program.memory_mib * 9 / 10);
        return std::vector<std::string>{interpreter("node"),
                                        "--max-old-space-size=" + std::to_string(heap_mib),
                                        "--require",
                                        runtime + "/preload.cjs",
                                        runtime + "/bootstrap.mjs"};
    }
    if (program.runtime.starts_with("python")) {
        return std::vector<std::string>{interpreter("python3"), "-u", runtime + "/bootstrap.py"};
    }
    return std::vector<std::string>{task + "/bootstrap"};
}

Result<std::unique_ptr<io::Process>> Sandbox::start(const SandboxedProgram& program) const {
    if (is_unsafe()) return start_unsafe(program);
    WR_TRY(auto command, runtime_command(program));
    io::ProcessOptions process;
    process.arguments = bubblewrap(program.storage_mib);
    auto& list = process.arguments;
    append(list, {"--ro-bind", program.code_directory, "/var/task"});
    append(list, {"--ro-bind", options_.runtime_directory, "/var/runtime"});
    append(list, {"--ro-bind", options_.runtime_directory + "/passwd", "/etc/passwd"});
    if (is_directory(options_.node_modules_directory)) {
        append(list, {"--ro-bind", options_.node_modules_directory, "/var/runtime/node_modules"});
        // ES modules know no NODE_PATH; they look upwards from their own folder.
        append(list, {"--symlink", "/var/runtime/node_modules", "/node_modules"});
    }
    if (is_directory(options_.python_packages_directory)) {
        append(list, {"--ro-bind", options_.python_packages_directory, "/var/runtime/python"});
    }
    append(list, {"--ro-bind", options_.relay.front(), relay_inside});
    append(list, {"--bind", program.runtime_socket, runtime_socket_inside});
    const bool has_endpoint = is_there(options_.endpoint_socket);
    if (has_endpoint) append(list, {"--bind", options_.endpoint_socket, endpoint_socket_inside});
    if (const auto& program_path = command.front();
        program.runtime.starts_with("nodejs") && !is_in_usr(program_path)) {
        // A single file with no libraries but the system's: it may come from anywhere.
        append(list, {"--ro-bind", program_path, interpreter_inside});
        command.front() = interpreter_inside;
    }
    append(list, {"--remount-ro", "/", "--", relay_inside});
    list.insert(list.end(), options_.relay.begin() + 1, options_.relay.end());
    append(list, {"--listen", std::to_string(runtime_api_port) + "=" + runtime_socket_inside});
    if (has_endpoint) {
        append(list,
               {"--listen", std::to_string(options_.endpoint_port) + "=" + endpoint_socket_inside});
    }
    const long memory_mib = program.memory_mib + memory_overhead_mib;
    append(list, {"--memory-bytes", std::to_string(memory_mib * 1024 * 1024)});
    append(list, {"--processes", std::to_string(processes_max), "--"});
    list.insert(list.end(), command.begin(), command.end());

    // bubblewrap hands its own environment on; on its command line every user could read it.
    process.environment = program.environment;
    process.environment["PATH"] = "/usr/local/bin:/usr/bin:/bin:/opt/bin";
    process.environment["HOME"] = "/tmp";
    process.environment["LAMBDA_TASK_ROOT"] = "/var/task";
    process.environment["LAMBDA_RUNTIME_DIR"] = "/var/runtime";
    process.environment["AWS_LAMBDA_RUNTIME_API"] = "127.0.0.1:" + std::to_string(runtime_api_port);
    process.environment["AWS_ENDPOINT_URL"] =
        "http://127.0.0.1:" + std::to_string(options_.endpoint_port);
    process.environment["NODE_PATH"] = "/var/runtime/node_modules";
    process.environment["PYTHONPATH"] = "/var/runtime/python";
    process.environment["PYTHONDONTWRITEBYTECODE"] = "1";
    process.stdout_descriptor = program.output_descriptor;
    process.stderr_descriptor = program.output_descriptor;
    return io::Process::start(process);
}

Result<std::unique_ptr<io::Process>> Sandbox::start_unsafe(const SandboxedProgram& program) const {
    WR_TRY(const auto command, runtime_command(program));
    io::ProcessOptions process;
    process.arguments = command;
    process.environment = program.environment;
    process.environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
    process.environment["HOME"] = "/tmp";
    process.environment["LAMBDA_TASK_ROOT"] = program.code_directory;
    process.environment["LAMBDA_RUNTIME_DIR"] = options_.runtime_directory;
    process.environment["AWS_LAMBDA_RUNTIME_API"] = program.runtime_socket;
    process.environment["AWS_ENDPOINT_URL"] =
        "http://127.0.0.1:" + std::to_string(options_.endpoint_port);
    process.environment["NODE_PATH"] = options_.node_modules_directory;
    process.environment["PYTHONPATH"] = options_.python_packages_directory;
    process.environment["PYTHONDONTWRITEBYTECODE"] = "1";
    process.working_directory = "/tmp";
    process.stdout_descriptor = program.output_descriptor;
    process.stderr_descriptor = program.output_descriptor;
    return io::Process::start(process);
}

int peak_memory_mib(int pid) {
    long total_kib = 0;
    std::vector<std::string> queue = {std::to_string(pid)};
    for (size_t i = 0; i < queue.size() && i < 64; ++i) {
        std::ifstream status("/proc/" + queue[i] + "/status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("VmHWM:")) total_kib += strtol(line.c_str() + 6, nullptr, 10);
        }
        std::ifstream children("/proc/" + queue[i] + "/task/" + queue[i] + "/children");
        for (std::string child; children >> child;) queue.push_back(child);
    }
    return static_cast<int>(total_kib / 1024);
}

}  // namespace wr::lambda
