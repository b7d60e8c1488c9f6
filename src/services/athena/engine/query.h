#pragma once
// Query executions and workgroups: what is known of them, and how long it is kept: always.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "services/athena/engine/catalog.h"

namespace wr::athena {

enum class QueryState { Queued, Running, Succeeded, Failed, Cancelled };
enum class StatementType { Ddl, Dml, Utility };
/// As AthenaError.ErrorCategory.
enum class ErrorCategory { None = 0, System = 1, User = 2, Other = 3 };

struct ResultColumnInfo {
    std::string name;
    std::string type;  ///< Athena's: varchar, bigint, double ...
};

struct QueryExecution {
    std::string id;
    std::string query;
    std::string database;
    std::string catalog;
    std::string workgroup;
    std::string output_location;  ///< s3:// address of the result object
    QueryState state = QueryState::Queued;
    std::string reason;  ///< why it failed or was cancelled
    ErrorCategory category = ErrorCategory::None;
    StatementType statement_type = StatementType::Dml;
    base::Timestamp submitted;
    std::optional<base::Timestamp> completed;
    int64_t queue_ms = 0;
    int64_t engine_ms = 0;
    uint64_t scanned_bytes = 0;
    std::vector<ResultColumnInfo> columns;
};

struct WorkGroup {
    std::string name;
    std::string description;
    std::string output_location;
    bool enforces_configuration = false;
    bool enabled = true;
    base::Timestamp created;
};

/// A query kept for later use.
struct NamedQuery {
    std::string id;
    std::string name;
    std::string description;
    std::string database;
    std::string query;
    std::string workgroup;
};

/// May the caller do `action` on `resource`?
using Authorise = std::function<bool(const std::string& action, const std::string& resource)>;

std::string encode(const QueryExecution& execution);
std::optional<QueryExecution> decode_execution(std::string_view bytes);
std::string encode(const WorkGroup& workgroup);
std::string encode(const NamedQuery& query);
std::optional<NamedQuery> decode_named_query(std::string_view bytes);
std::optional<WorkGroup> decode_workgroup(std::string_view bytes);

/// Empty when the caller may do the Glue `action` on catalogue, database and table (as far as they
/// are named); otherwise what he is told.
std::string glue_denial(const Scope& scope,
                        const Authorise& authorise,
                        const std::string& action,
                        const std::string& database,
                        const std::string& table);

struct S3Address {
    std::string bucket;
    std::string key;
};
/// s3://bucket/key; s3a:// and s3n:// too, as Hive has them.
std::optional<S3Address> parse_s3_address(std::string_view text);

}  // namespace wr::athena
