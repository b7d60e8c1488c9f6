// Running one execution: which kind it is, its worker, its output in S3.
#include "base/json.h"
#include "base/logging.h"
#include "io/tree.h"
#include "services/athena/engine/engine.h"
#include "services/athena/engine/error_text.h"
#include "services/athena/engine/frames.h"
#include "services/athena/engine/keys.h"
#include "services/athena/engine/staging.h"
#include "services/athena/engine/translate.h"

namespace wr::athena {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t result_bytes_max = 256ULL * 1024 * 1024;
constexpr uint64_t address_space_overhead_bytes = 4ULL * 1024 * 1024 * 1024;
constexpr char worker_folder[] = "/worker";

std::string json_of(const std::vector<ResultColumnInfo>& columns) {
    base::Json list{base::Json::Array{}};
    for (const auto& column : columns) {
        base::Json item;
        item.set("Name", column.name);
        item.set("Type", column.type);
        list.push(std::move(item));
    }
    base::Json json;
    json.set("ColumnInfo", std::move(list));
    return json.dump();
}

/// Removes the query's folder whatever happens.
struct ScratchFolder {
    std::string path;
    ~ScratchFolder() { (void)io::remove_tree(path); }
};

}  // namespace

void Engine::run(const Scope& scope, const std::string& id, const Authorise& authorise) {
    auto found = get(scope, id);
    if (!found) return;
    QueryExecution execution = *std::move(found);
    if (is_cancelled(id)) {
        finish(scope, std::move(execution), base::fail(Failure{"the server stops"}));
        return;
    }
    const auto started = clock_.monotonic();
    execution.state = QueryState::Running;
    execution.queue_ms = (clock_.now() - execution.submitted).count();
    if (auto kept = store_.put(key_of(execution_kind, scope, {id}), encode(execution)); !kept)
        base::log_error("athena.storage", {{"cause", kept.error().message}});
    auto outcome = execute(scope, execution, authorise);
    if (outcome) {
        execution.columns = outcome->columns;
        auto written = write_output(execution, *outcome, authorise);
        if (!written) outcome = base::fail(std::move(written).error());
    }
    execution.engine_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic() - started).count();
    finish(scope, std::move(execution), outcome);
}

Engine::Outcome<Engine::Output> Engine::execute(const Scope& scope,
                                                const QueryExecution& execution,
                                                const Authorise& authorise) {
    auto ddl = parse_ddl(execution.query);
    if (!ddl)
        return base::fail(Failure{"FAILED: ParseException line " +
                                  std::to_string(ddl.error().line) + ":" +
                                  std::to_string(ddl.error().column) + " " + ddl.error().message});
    if (*ddl) return run_ddl(scope, execution, **ddl, authorise);
    return run_query(scope, execution, authorise);
}

Engine::Outcome<Engine::Output> Engine::run_query(const Scope& scope,
                                                  const QueryExecution& execution,
                                                  const Authorise& authorise) {
    const auto has_table = [&](const TableName& name) {
        return static_cast<bool>(catalog_.get_table(scope, name.database, name.table));
    };
    auto translation = translate(execution.query, execution.database, has_table);
    if (!translation) return base::fail(Failure{std::move(translation).error().message});

    const ScratchFolder scratch{options_.scratch_directory + "/" + execution.id};
    const auto fs = io::make_posix_file_system();
    for (const char* part : {"/data", "/scratch"})
        if (auto made = fs->make_directories(scratch.path + part); !made)
            return base::fail(
                Failure{"INTERNAL_ERROR: " + made.error().message, ErrorCategory::System});
    WorkerJob job;
    job.library = std::string(worker_folder) + "/libduckdb.so";
    job.memory_bytes = options_.memory_bytes_max;
    job.threads = 2;
    job.readable_folders = {worker_data_folder, worker_scratch_folder};
    job.scratch_folder = worker_scratch_folder;
    uint64_t scanned = 0;
    for (size_t i = 0; i < translation->tables.size(); ++i) {
        const TableName& name = translation->tables[i];
        std::string denial =
            glue_denial(scope, authorise, "glue:GetTable", name.database, name.table);
        if (!denial.empty()) return base::fail(Failure{std::move(denial)});
        const auto table = catalog_.get_table(scope, name.database, name.table);
        if (!table) return base::fail(Failure{"TABLE_NOT_FOUND: " + table.error().message});
        auto staged = stage_table(*table, i, s3_, authorise, *fs, scratch.path, job);
        if (!staged)
            return base::fail(
                Failure{staged.error().reason,
                        staged.error().is_internal ? ErrorCategory::System : ErrorCategory::User});
        scanned += *staged;
    }
    for (const std::string& macro : compatibility_macros()) job.setup.push_back(macro);
    job.query = translation->sql;
    auto output = run_worker(execution, scratch.path, job.to_json().dump());
    if (output) output->scanned_bytes = scanned;
    return output;
}

Engine::Outcome<std::shared_ptr<io::Process>> Engine::start_worker(const std::string& id,
                                                                   const std::string& folder,
                                                                   int job_descriptor,
                                                                   int result_descriptor) {
    const auto internal = [](std::string reason) {
        return base::fail(Failure{std::move(reason), ErrorCategory::System});
    };
    const auto sandbox = io::find_program("bwrap");
    if (!sandbox) return internal("INTERNAL_ERROR: bubblewrap is not installed");
    if (options_.duckdb_library.empty())
        return internal("INTERNAL_ERROR: libduckdb.so is not installed; run tools/fetch_duckdb");
    const std::string program = std::string(worker_folder) + "/program";
    io::ProcessOptions process;
    process.arguments = {*sandbox,
                         "--unshare-all",
                         "--die-with-parent",
                         "--new-session",
                         "--cap-drop",
                         "ALL",
                         "--clearenv",
                         "--ro-bind",
                         "/usr",
                         "/usr",
                         "--symlink",
                         "usr/lib",
                         "/lib",
                         "--symlink",
                         "usr/lib64",
                         "/lib64",
                         "--proc",
                         "/proc",
                         "--dev",
                         "/dev",
                         "--ro-bind-try",
                         "/etc/ld.so.cache",
                         "/etc/ld.so.cache"};
    const auto bind = [&](const char* how, const std::string& from, const std::string& to) {
        process.arguments.insert(process.arguments.end(), {how, from, to});
    };
    bind("--ro-bind", options_.worker_command[0], program);
    bind("--ro-bind", options_.duckdb_library, std::string(worker_folder) + "/libduckdb.so");
    bind("--ro-bind", folder + "/data", worker_data_folder);
    bind("--bind", folder + "/scratch", worker_scratch_folder);
    process.arguments.insert(process.arguments.end(), {"--chdir", "/", "--", program});
    process.arguments.insert(process.arguments.end(),
                             options_.worker_command.begin() + 1,
                             options_.worker_command.end());
    process.stdin_descriptor = job_descriptor;
    process.stdout_descriptor = result_descriptor;
    if (options_.limits_address_space)
        process.address_space_bytes_max = options_.memory_bytes_max + address_space_overhead_bytes;
    base::MutexLock lock(mutex_);
    Running& running = running_[id];
    if (running.cancelled || stopping_) return internal("the query was cancelled");
    auto started = io::Process::start(process);
    if (!started) return internal("INTERNAL_ERROR: " + started.error().message);
    running.process = *std::move(started);
    return running.process;
}

Engine::Outcome<Engine::Output> Engine::run_worker(const QueryExecution& execution,
                                                   const std::string& folder,
                                                   const std::string& job) {
    const auto internal = [](const std::string& reason) {
        return base::fail(Failure{"INTERNAL_ERROR: " + reason, ErrorCategory::System});
    };
    const auto fs = io::make_posix_file_system();
    auto job_file = fs->open(folder + "/job", io::OpenMode::CreateNew);
    auto result_file = fs->open(folder + "/result", io::OpenMode::CreateNew);
    if (!job_file || !result_file) return internal("no scratch space");
    if (auto written = (*job_file)->write_at(0, job); !written)
        return internal(written.error().message);
    WR_TRY(const auto process,
           start_worker(
               execution.id, folder, (*job_file)->descriptor(), (*result_file)->descriptor()));
    const auto deadline = std::chrono::steady_clock::now() + options_.timeout;
    std::optional<io::ExitStatus> exit;
    while (!exit) {
        exit = process->wait(200ms);
        const auto size = (*result_file)->size();
        if (size && *size > result_bytes_max) {
            process->kill();
            return base::fail(Failure{"EXCEEDED_OUTPUT_LIMIT: The result is too large"});
        }
        if (!exit && std::chrono::steady_clock::now() > deadline) {
            process->kill();
            return base::fail(Failure{"Query timeout", ErrorCategory::User});
        }
    }
    Output output;
    std::string error;
    bool done = false;
    const auto read = read_frames(**result_file, [&](FrameTag tag, std::string_view payload) {
        if (tag == FrameTag::Error) error = payload;
        if (tag == FrameTag::Done) done = true;
        if (tag == FrameTag::Rows) output.content += payload;
        if (tag != FrameTag::Columns) return;
        const auto columns = base::parse_json(payload);
        if (!columns) return;
        for (const base::Json& column : columns->as_array())
            if (column.as_array().size() == 2)
                output.columns.push_back(
                    {column.as_array()[0].as_string(), column.as_array()[1].as_string()});
    });
    if (!error.empty()) return base::fail(Failure{athena_error_text(error, execution.query)});
    if (!read || !done)
        return internal(exit->signalled ? "the query's process was ended by signal " +
                                              std::to_string(exit->code)
                                        : "the query's process ended without an answer");
    std::string header;
    for (const auto& column : output.columns) {
        if (!header.empty()) header += ',';
        append_csv_field(header, column.name);
    }
    output.content.insert(0, header + "\n");
    return output;
}

Engine::Outcome<void> Engine::write_output(const QueryExecution& execution,
                                           const Output& output,
                                           const Authorise& authorise) {
    const auto address = parse_s3_address(execution.output_location);
    if (!address) return base::fail(Failure{"INTERNAL_ERROR: no output location"});
    if (!authorise("s3:PutObject", "arn:aws:s3:::" + address->bucket + "/" + address->key))
        return base::fail(
            Failure{"Access denied when writing output to url: " + execution.output_location +
                    " . Please ensure you are allowed to access the S3 bucket."});
    s3::PutOptions put;
    put.content_type = execution.statement_type == StatementType::Dml ? "text/csv" : "text/plain";
    auto written = s3_.put_object(address->bucket, address->key, output.content, put);
    put.content_type = "application/octet-stream";
    if (written)
        written = s3_.put_object(
            address->bucket, address->key + ".metadata", json_of(output.columns), put);
    if (written) return {};
    return base::fail(Failure{"Unable to write query results to " + execution.output_location +
                                  ": " + written.error().message,
                              ErrorCategory::User});
}

}  // namespace wr::athena
