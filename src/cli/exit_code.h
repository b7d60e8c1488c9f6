#pragma once
// Exit codes of every command. Signals add 128 to their number.

namespace wr::cli {

constexpr int exit_ok = 0;
constexpr int exit_no = 1;           ///< a check failed, nothing matched
constexpr int exit_usage = 2;        ///< the command line is wrong
constexpr int exit_unreachable = 3;  ///< no server answered
constexpr int exit_service = 4;      ///< the service answered an error
constexpr int exit_environment = 5;  ///< configuration or environment

}  // namespace wr::cli
