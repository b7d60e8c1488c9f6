#pragma once
// What the commands of `wildrydes app` share.

#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/input_schema.h"
#include "cli/local_run.h"
#include "gen/kinesisanalytics/types.h"

namespace wr::cli {

struct AppRunFlags {
    std::string script;
    std::vector<std::string> files;
    std::vector<std::string> streams;
    std::vector<std::string> schemas;
    std::vector<std::string> columns;
    std::vector<std::string> times;
    std::vector<std::string> tables;  ///< NAME=FILE
    std::vector<std::string> results;
    std::string from = "latest";
    std::string format;
    double speed = 0;
    uint64_t count = 0;
    bool ends = false;
    bool csv = false;
    bool with_rowtime = false;
    bool ends_open = false;
    bool quiet = false;
};

/// A file's content, or standard input for "-"; empty when it cannot be read.
std::optional<std::string> read_text(const std::string& path);
/// Options that may be repeated take one value each, so that what follows stays what it is.
void take_one_value_each(CLI::App& command);
void add_input_options(CLI::App& command, AppRunFlags& flags);
/// Sources and schemas, as far as they are told, for each of `names`. An exit code on failure,
/// told.
std::optional<int> open_inputs(Context& context,
                               const AppRunFlags& flags,
                               const std::vector<std::string>& names,
                               std::vector<LocalInput>& inputs);

/// Inputs with a schema and no source; those that are not told are refused.
std::optional<int> read_schemas(const AppRunFlags& flags,
                                const std::vector<std::string>& names,
                                std::vector<LocalInput>& inputs);

/// A script, or the code of an application of the server with what it says about its streams.
struct LoadedScript {
    std::string code;
    std::vector<LocalInput> inputs;                            ///< with schemas; none for a script
    std::vector<std::string> sources;                          ///< ARN by input
    std::vector<std::pair<std::string, std::string>> outputs;  ///< in-application stream and ARN
};
/// `flags.script` is a file, or the name of an application. With the flags of inputs, a script's
/// schemas are found, too.
std::optional<int> load_script(Context& context, const AppRunFlags& flags, LoadedScript& loaded);
/// The application of that name.
std::optional<int> load_application(Context& context,
                                    const AppRunFlags& flags,
                                    LoadedScript& loaded);

using Detail = gen::kinesisanalytics::ApplicationDetail;
wire::ApiResult<Detail> describe_application(fleet::Aws& aws, const std::string& name);
/// The last part of an ARN: a stream's name and the like.
std::string resource_name(const std::string& arn);
std::string destination_of(const gen::kinesisanalytics::OutputDescription& output);

void add_app_run(CLI::App& app, Selection& selection);
void add_app_create(CLI::App& app, Selection& selection);
void add_app_tail(CLI::App& app, Selection& selection);
void add_app_explain(CLI::App& app, Selection& selection);
void add_app_export(CLI::App& app, Selection& selection);

}  // namespace wr::cli
