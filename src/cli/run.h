#pragma once
// The command line: every command but those that are servers.

namespace wr::cli {

/// Parses and runs; returns the process's exit code (exit_code.h).
int run(int argc, char** argv);

}  // namespace wr::cli
