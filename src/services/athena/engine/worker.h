#pragma once
// The worker: runs one query in a process of its own, inside a sandbox, and ends.

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace wr::athena {

/// SQL variable that the worker sets before `setup`: bytes of the longest line of JSON.
constexpr char json_line_bytes_variable[] = "wr_json_line_bytes";

/// The job as the server writes it to the worker's standard input.
struct WorkerJob {
    struct Conversion {
        std::string from;
        std::string to;
        bool lower_keys = true;
        bool forgives = false;  ///< damaged records become rows of nulls
    };
    std::string library;  ///< path of libduckdb.so inside the sandbox
    uint64_t memory_bytes = 0;
    int threads = 1;
    std::vector<std::string> readable_folders;
    std::string scratch_folder;
    std::vector<Conversion> conversions;
    std::vector<std::string> setup;  ///< trusted statements, before the door closes
    std::string query;               ///< untrusted

    base::Json to_json() const;
    static WorkerJob from_json(const base::Json& json);
};

/// `wildrydes athena-worker`: job on standard input, frames on standard output. Returns the
/// process's exit code.
int run_athena_worker(int argc, char** argv);

}  // namespace wr::athena
