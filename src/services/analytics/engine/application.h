#pragma once
// Application: what a streaming SQL application is configured as, and its record in the store.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "services/analytics/engine/error.h"
#include "sql/compile.h"

namespace wr::analytics {

struct ApplicationName {
    std::string account;
    std::string region;
    std::string name;

    std::string arn() const {
        return "arn:aws:kinesisanalytics:" + region + ":" + account + ":application/" + name;
    }
    auto operator<=>(const ApplicationName&) const = default;
};

/// Empty when it is no ARN of an application.
std::optional<ApplicationName> parse_application_arn(std::string_view arn);

enum class Status { Ready, Starting, Running, Stopping, Updating, Deleting };
const char* status_name(Status status);

enum class StartingPosition { Now, TrimHorizon, LastStoppedPoint };

/// How records of a source become rows.
struct SourceFormat {
    sql::RecordFormat format = sql::RecordFormat::Json;
    std::string row_path = "$";
    std::string row_delimiter = "\n";
    std::string column_delimiter = ",";
    std::string encoding;  ///< as given; UTF-8 or empty
    std::vector<sql::InputColumn> columns;
};

/// A function that prepares an input's records before they are read.
struct Processor {
    std::string function_arn;
    std::string role_arn;
};

struct Input {
    std::string id;
    std::string name_prefix;
    std::string stream_arn;  ///< of a stream, or of a delivery stream
    std::string role_arn;
    std::optional<Processor> processor;
    int64_t parallelism = 1;
    SourceFormat source;
    std::optional<StartingPosition> started_at;

    /// Of a delivery stream: the stream behind it, found when the application starts; not stored.
    std::string behind_arn;

    bool is_delivery_stream() const { return stream_arn.starts_with("arn:aws:firehose:"); }
    const std::string& readable_arn() const { return behind_arn.empty() ? stream_arn : behind_arn; }
    /// PREFIX_001 and so on, one per degree of parallelism.
    std::vector<std::string> stream_names() const;
};

/// An object in S3 that the code joins as a table.
struct Reference {
    std::string id;
    std::string table_name;
    std::string bucket_arn;
    std::string key;
    std::string role_arn;
    SourceFormat source;
};

enum class Destination { Kinesis, Firehose, Lambda };

struct Output {
    std::string id;
    std::string stream_name;  ///< in the application, exact
    Destination destination = Destination::Kinesis;
    std::string resource_arn;
    std::string role_arn;
    sql::RecordFormat format = sql::RecordFormat::Json;
};

struct LoggingOption {
    std::string id;
    std::string log_stream_arn;
    std::string role_arn;
};

struct Application {
    ApplicationName name;
    uint64_t uid = 0;  ///< never used again, so that a namesake starts with nothing
    std::string description;
    std::string code;
    std::string runtime = "SQL-1_0";
    std::string service_role;  ///< of the second API version; inputs and outputs of the first have
                               ///< their own
    Status status = Status::Ready;
    int64_t version = 1;
    base::Timestamp created;
    base::Timestamp updated;
    std::vector<Input> inputs;
    std::vector<Output> outputs;
    std::vector<Reference> references;
    std::vector<LoggingOption> logging;
    std::map<std::string, std::string> tags;
    uint64_t next_id = 1;  ///< of inputs, outputs and logging options: "1.1", "2.1" ...
    /// Counts starts without earlier state. Ordinals of output rows start again with each.
    uint64_t run = 0;
    /// The inputs changed: the next run cannot go on where the last one was.
    bool needs_new_positions = false;

    std::string take_id() { return std::to_string(next_id++) + ".1"; }
    const std::string& role_of(const std::string& own_role) const {
        return own_role.empty() ? service_role : own_role;
    }
    /// Whose function is called: its own role, the application's, or the input's.
    const std::string& role_of_processor(const Input& input) const {
        const std::string& role = role_of(input.processor->role_arn);
        return role.empty() ? input.role_arn : role;
    }
};

base::Json to_json(const Application& application);
base::Result<Application> application_from_json(const base::Json& json);

/// Compiles the code against the inputs. Without inputs only the syntax is checked and the program
/// is null.
Result<sql::ProgramPtr> compile_application(const Application& application);
/// As it must be to start: inputs, code, and outputs that name streams of the code.
Result<sql::ProgramPtr> compile_for_start(const Application& application);

}  // namespace wr::analytics
