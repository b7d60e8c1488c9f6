// Prepares the files, opens DuckDB, shuts every door, runs the one statement, streams rows.
#include "services/athena/engine/worker.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>

#include "services/athena/engine/duckdb_api.h"
#include "services/athena/engine/frames.h"
#include "services/athena/engine/hive_type.h"
#include "services/athena/engine/input_files.h"
#include "services/athena/engine/lexer.h"

namespace wr::athena {
namespace {

using base::Result;

constexpr int results_descriptor = STDOUT_FILENO;
constexpr size_t rows_frame_bytes = 64 * 1024;
// DuckDB takes two such buffers for each file that a thread reads, however small the file is.
constexpr size_t json_line_bytes_least = 1024 * 1024;
constexpr size_t json_line_bytes_max = 64ULL * 1024 * 1024;
constexpr size_t job_bytes_max = 64ULL * 1024 * 1024;

base::Failure<base::Error> fail(std::string message) {
    return base::fail(base::ErrorCode::InvalidArgument, std::move(message));
}

std::string_view text_of(const DuckdbString& value) {
    const bool in_place = value.length <= 12;
    return {in_place ? value.prefix : value.rest.pointer, value.length};
}

enum class Kind { Text, Double, Float };

struct ResultColumn {
    std::string name;
    std::string type;  ///< DuckDB's
    Kind kind = Kind::Text;
};

class Session {
public:
    explicit Session(const DuckdbApi& api) : api_(api) {}

    Result<void> open(const WorkerJob& job) {
        DuckdbHandle config = nullptr;
        api_.create_config(&config);
        const std::pair<const char*, std::string> settings[] = {
            {"memory_limit", std::to_string(job.memory_bytes) + "B"},
            {"threads", std::to_string(job.threads)},
            {"temp_directory", job.scratch_folder + "/spill"},
            {"max_temp_directory_size", "4GB"},
            {"autoinstall_known_extensions", "false"},
            {"autoload_known_extensions", "false"},
            {"allow_community_extensions", "false"},
            {"allow_unsigned_extensions", "false"},
        };
        for (const auto& [name, value] : settings)
            if (api_.set_config(config, name, value.c_str()) != 0)
                return fail(std::string("unknown setting ") + name);
        char* error = nullptr;
        DuckdbHandle database = nullptr;
        if (api_.open_ext(":memory:", &database, config, &error) != 0)
            return fail(error != nullptr ? error : "the query engine does not open");
        if (api_.connect(database, &connection_) != 0) return fail("no connection");
        return {};
    }

    Result<void> run(const std::string& sql) {
        DuckdbResult result{};
        const int state = api_.query(connection_, sql.c_str(), &result);
        std::string message;
        if (state != 0) message = error_of(result);
        api_.destroy_result(&result);
        return state == 0 ? Result<void>() : fail(std::move(message));
    }

    /// One statement, and that a SELECT.
    Result<void> check_statement(const std::string& sql) {
        DuckdbHandle extracted = nullptr;
        const uint64_t count = api_.extract_statements(connection_, sql.c_str(), &extracted);
        if (count == 0) {
            const char* error = api_.extract_statements_error(extracted);
            return fail(error != nullptr ? error : "Parser Error: no statement");
        }
        if (count > 1) return fail("Parser Error: Only one sql statement is allowed");
        DuckdbHandle prepared = nullptr;
        const int state = api_.prepare_extracted_statement(connection_, extracted, 0, &prepared);
        std::string message;
        if (state != 0) message = api_.prepare_error(prepared);
        const int type = state == 0 ? api_.prepared_statement_type(prepared) : 0;
        api_.destroy_prepare(&prepared);
        api_.destroy_extracted(&extracted);
        if (state != 0) return fail(std::move(message));
        if (type != duckdb_statement_select)
            return fail("Parser Error: Queries of this type are not supported");
        return {};
    }

    Result<std::vector<ResultColumn>> describe(const std::string& sql) {
        std::vector<ResultColumn> columns;
        WR_TRY_VOID(stream("DESCRIBE " + sql, {}, [&](const std::vector<Cell>& row) {
            ResultColumn column{to_lower(row[0].value_or("")), row[1].value_or(""), Kind::Text};
            if (column.type == "DOUBLE") column.kind = Kind::Double;
            if (column.type == "FLOAT") column.kind = Kind::Float;
            columns.push_back(std::move(column));
            return true;
        }));
        return columns;
    }

    using Cell = std::optional<std::string>;

    /// Rows of a statement whose columns are texts, but for the `kinds` that say otherwise.
    template <typename Each>
    Result<void> stream(const std::string& sql, const std::vector<Kind>& kinds, const Each& each) {
        DuckdbHandle prepared = nullptr;
        if (api_.prepare(connection_, sql.c_str(), &prepared) != 0)
            return fail(api_.prepare_error(prepared));
        DuckdbResult result{};
        if (api_.execute_prepared_streaming(prepared, &result) != 0) return fail(error_of(result));
        const uint64_t columns = api_.column_count(&result);
        std::vector<Cell> row(columns);
        while (DuckdbHandle chunk = api_.fetch_chunk(result)) {
            const uint64_t rows = api_.data_chunk_get_size(chunk);
            for (uint64_t r = 0; r < rows; ++r) {
                for (uint64_t c = 0; c < columns; ++c)
                    row[c] = cell(api_.data_chunk_get_vector(chunk, c),
                                  r,
                                  c < kinds.size() ? kinds[c] : Kind::Text);
                if (!each(row)) return fail("the reader is gone");
            }
            api_.destroy_data_chunk(&chunk);
        }
        const char* error = api_.result_error(&result);
        if (error != nullptr && *error != '\0') return fail(error);
        api_.destroy_result(&result);
        api_.destroy_prepare(&prepared);
        return {};
    }

private:
    std::string error_of(DuckdbResult& result) const {
        const char* error = api_.result_error(&result);
        return error != nullptr ? error : "unknown failure";
    }

    Cell cell(DuckdbHandle vector, uint64_t row, Kind kind) const {
        const uint64_t* validity = api_.vector_get_validity(vector);
        if (validity != nullptr && (validity[row / 64] >> (row % 64) & 1) == 0) return {};
        const void* data = api_.vector_get_data(vector);
        switch (kind) {
            case Kind::Text:
                return std::string(text_of(static_cast<const DuckdbString*>(data)[row]));
            case Kind::Double:
                return java_number(static_cast<const double*>(data)[row]);
            case Kind::Float:
                return java_number(static_cast<const float*>(data)[row]);
        }
        return {};
    }

    const DuckdbApi& api_;
    DuckdbHandle connection_ = nullptr;
};

/// How a column becomes the text that Athena shows.
std::string rendering(const ResultColumn& column, const std::string& name) {
    constexpr char milliseconds[] = "'%Y-%m-%d %H:%M:%S.%g'";
    if (column.kind != Kind::Text) return name;
    if (column.type == "TIMESTAMP WITH TIME ZONE")
        return "strftime(" + name + " AT TIME ZONE 'UTC', " + milliseconds + ") || ' UTC'";
    if (column.type.starts_with("TIMESTAMP"))
        return "strftime(CAST(" + name + " AS TIMESTAMP), " + milliseconds + ")";
    return "CAST(" + name + " AS VARCHAR)";
}

Result<void> send_rows(Session& session,
                       const std::string& query,
                       const std::vector<ResultColumn>& columns) {
    std::string names;
    std::string items;
    std::vector<Kind> kinds;
    for (size_t i = 0; i < columns.size(); ++i) {
        const std::string name = "wr_" + std::to_string(i);
        names += (i > 0 ? ", " : "") + name;
        items += (i > 0 ? ", " : "") + rendering(columns[i], name);
        kinds.push_back(columns[i].kind);
    }
    // The line feed ends a comment at the query's end.
    const std::string outer =
        "SELECT " + items + " FROM (" + query + "\n) AS wr_result(" + names + ")";
    std::string lines;
    bool open = true;
    WR_TRY_VOID(session.stream(outer, kinds, [&](const std::vector<Session::Cell>& row) {
        for (size_t i = 0; i < row.size(); ++i) {
            if (i > 0) lines += ',';
            if (row[i]) append_csv_field(lines, *row[i]);
        }
        lines += '\n';
        if (lines.size() < rows_frame_bytes) return true;
        open = static_cast<bool>(write_frame(results_descriptor, FrameTag::Rows, lines));
        lines.clear();
        return open;
    }));
    return write_frame(results_descriptor, FrameTag::Rows, lines);
}

std::string path_list(const std::vector<std::string>& paths) {
    std::string list;
    for (const auto& path : paths) list += (list.empty() ? "" : ", ") + quote_text(path);
    return "[" + list + "]";
}

Result<void> work(const WorkerJob& job) {
    size_t line_bytes = json_line_bytes_least;
    for (const auto& conversion : job.conversions) {
        WR_TRY(const size_t longest,
               convert_json(
                   conversion.from, conversion.to, conversion.lower_keys, conversion.forgives));
        line_bytes = std::max(line_bytes, longest + 1);
    }
    WR_TRY(const DuckdbApi api, load_duckdb(job.library));
    Session session(api);
    WR_TRY_VOID(session.open(job));
    for (const std::string& statement :
         {std::string("SET TimeZone = 'UTC'"),
          std::string("SET integer_division = true"),
          "SET VARIABLE " + std::string(json_line_bytes_variable) + " = " +
              std::to_string(std::min(line_bytes, json_line_bytes_max))})
        WR_TRY_VOID(session.run(statement));
    for (const std::string& statement : job.setup) WR_TRY_VOID(session.run(statement));
    WR_TRY_VOID(session.run("SET allowed_directories = " + path_list(job.readable_folders)));
    WR_TRY_VOID(session.run("SET enable_external_access = false"));
    WR_TRY_VOID(session.run("SET lock_configuration = true"));

    WR_TRY_VOID(session.check_statement(job.query));
    WR_TRY(const auto columns, session.describe(job.query));
    base::Json header{base::Json::Array{}};
    for (const ResultColumn& column : columns)
        header.push(base::Json::Array{column.name, to_athena_type(column.type)});
    WR_TRY_VOID(write_frame(results_descriptor, FrameTag::Columns, header.dump()));
    WR_TRY_VOID(send_rows(session, job.query, columns));
    return write_frame(results_descriptor, FrameTag::Done, "");
}

Result<WorkerJob> read_job() {
    std::string text;
    char buffer[65536];
    ssize_t got = 0;
    while ((got = ::read(STDIN_FILENO, buffer, sizeof buffer)) > 0) {
        text.append(buffer, static_cast<size_t>(got));
        if (text.size() > job_bytes_max) return fail("the job is too large");
    }
    WR_TRY(const base::Json json, base::parse_json(text));
    return WorkerJob::from_json(json);
}

}  // namespace

int run_athena_worker(int, char**) {
    ::signal(SIGPIPE, SIG_IGN);
    const auto job = read_job();
    const Result<void> done = job ? work(*job) : Result<void>(base::fail(job.error()));
    if (!done && !write_frame(results_descriptor, FrameTag::Error, done.error().message)) return 1;
    // The library's own clean-up is of no use to a process that ends.
    ::_exit(done ? 0 : 1);
}

}  // namespace wr::athena
