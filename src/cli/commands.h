#pragma once
// The commands: each registers its flags and, when chosen, what to run.

#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"

namespace CLI {
class App;
}

namespace wr::cli {

/// What the command line chose.
struct Selection {
    std::function<int(Context&)> run;
};

void add_workshop_clients(CLI::App& root, Selection& selection);  // producer, consumer
void add_fleet(CLI::App& root, Selection& selection);
void add_stream(CLI::App& root, Selection& selection);
void add_stream_tail(CLI::App& stream, Selection& selection);
void add_logs(CLI::App& root, Selection& selection);
void add_app(CLI::App& root, Selection& selection);
void add_sql(CLI::App& root, Selection& selection);
void add_environment(CLI::App& root, Selection& selection);  // env
void add_status(CLI::App& root, Selection& selection);       // status
void add_backup(CLI::App& root, Selection& selection);       // backup, verify
void add_doctor(CLI::App& root, Selection& selection);
void add_workshop(CLI::App& root, Selection& selection);

/// Becomes the AWS CLI with `arguments`; returns only when it cannot.
int run_aws(Context& context, const std::vector<std::string>& arguments);

}  // namespace wr::cli
