#pragma once
// The one other process in a function's sandbox: it listens on loopback and forwards to Unix
// sockets, starts the runtime, and ends the sandbox when the runtime needs more than its share.

namespace wr::lambda {

/// The subcommand `lambda-relay`:
///   --listen PORT=SOCKET ...  --memory-bytes N  --processes N  -- PROGRAM ARGUMENT ...
/// Returns the runtime's exit status, 128 + N when signal N ended it.
int run_relay(int count, char** arguments);

/// What the relay ends the sandbox with when the runtime took more memory or processes than
/// allowed.
constexpr int relay_exit_over_limit = 137;

}  // namespace wr::lambda
