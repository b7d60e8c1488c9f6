#pragma once
// Every service of the program, built in the order in which they need each other.

#include <memory>
#include <vector>

#include "auth/credential.h"
#include "auth/evaluate.h"
#include "base/clock.h"
#include "base/random.h"
#include "gen/console/types.h"
#include "io/file_system.h"
#include "kv/store.h"
#include "log/log.h"
#include "server/data_directory.h"
#include "server/options.h"
#include "services/kinesis/kinesis.h"
#include "wire/shape.h"

namespace wr::server {

struct Foundation {
    io::FileSystem& fs;    ///< of streams and objects; in memory with --memory
    io::FileSystem& disk;  ///< of what processes share: packages, sockets
    kv::Store& store;
    base::Clock& clock;
    base::Random& random;
    const DataDirectory& directory;
    const Options& options;
};

/// @threads  open, start and stop from one thread; what the getters return from any
class Services {
public:
    /// Opens every engine and the log they share, and recovers.
    static base::Result<std::unique_ptr<Services>> open(const Foundation& foundation);
    ~Services();

    /// Begins background work: applications, triggers and deliveries.
    /// Functions find the server at `port` of their own loopback.
    base::Result<void> start(uint16_t port);
    /// A Unix socket's path for functions' requests: the server listens there too.
    std::string functions_socket() const;
    /// Consumers before producers, then the log. Idempotent.
    void stop();

    /// Drops what has outlived its retention.
    base::Result<void> run_retention();
    /// A failed write or sync: the process must end, so that a restart recovers.
    bool storage_failed() const;

    /// Everything as of one moment in the new directory `to`, while the server goes on; see
    /// backup.h. One at a time.
    base::Result<base::Json> back_up(const std::string& to);

    /// What moves, for the console: see pulse.h.
    console::api::Pulse pulse() const;
    /// What moves inside of an SQL application.
    console::api::TapAnswer tap(const std::string& application) const;
    /// The deployment package of a function, for the console.
    base::Result<std::string> function_code(const std::string& function) const;
    std::optional<console::api::InvocationTalk> invocation(const std::string& function,
                                                           const std::string& request_id) const;
    /// Metrics of SQL applications and of streams, see pulse.h and stream_metrics.h.
    std::string metrics() const;
    /// For consumers inside the program, which share no client's limits.
    kinesis::Face& streams() const;

    const std::vector<wire::ServiceBase*>& apis() const;
    auth::CredentialSource& credentials();
    auth::PolicySource& policies();

private:
    struct Parts;
    explicit Services(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace wr::server
