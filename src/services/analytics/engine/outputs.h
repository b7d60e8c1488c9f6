#pragma once
// Outputs: rows of in-application streams on their way to streams, delivery streams and functions.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "services/analytics/engine/application.h"
#include "services/analytics/engine/journal.h"
#include "services/analytics/engine/row_queue.h"
#include "services/firehose/firehose.h"
#include "services/identity/identity.h"
#include "services/kinesis/kinesis.h"
#include "services/lambda/lambda.h"
#include "services/logs/logs.h"
#include "services/s3/s3.h"
#include "sql/engine.h"

namespace wr::analytics {

/// The services around this one. Those that are missing refuse nothing at configuration; delivery
/// waits.
struct Faces {
    kinesis::Face* kinesis = nullptr;
    firehose::Face* firehose = nullptr;
    lambda::Face* lambda = nullptr;
    identity::Face* identity = nullptr;
    s3::Face* s3 = nullptr;
    logs::Face* logs = nullptr;
};

/// Whether an application's roles allow what it does; answers hold for a few seconds.
class RoleGate {
public:
    RoleGate(identity::Face* identity, const base::Clock& clock)
        : identity_(identity), clock_(clock) {}
    bool allows(const std::string& role, const std::string& action, const std::string& resource);

private:
    struct Answer {
        bool allowed = false;
        base::MonotonicTime until;
    };
    identity::Face* const identity_;
    const base::Clock& clock_;
    std::map<std::string, Answer> answers_;
};

class MonitoringLog;

/// Kinesis streams take each row once: rows carry ordinals that the stream remembers. Delivery
/// streams and functions take them at least once. Order is kept per output; a destination that
/// refuses is asked again for ever.
/// @threads one
class Outputs final : public sql::Sink {
public:
    /// @param monitoring  is told of refusals
    Outputs(const Application& application,
            const Faces& faces,
            RoleGate& gate,
            MonitoringLog& monitoring);

    void on_rows(const sql::Rows& rows) override;
    /// Sends what waits. False when a destination did not take it all.
    bool deliver();
    bool empty() const;
    /// What an earlier process had delivered: those rows are not collected again.
    void resume(const Delivered& delivered);
    Delivered delivered() const;

private:
    struct Channel {
        Output output;
        std::string producer;
        RowQueue rows;
        uint64_t next_ordinal = 0;  ///< rows before are delivered
        uint64_t attempts = 0;
    };

    bool deliver(Channel& channel);
    bool to_kinesis(Channel& channel, size_t count);
    bool to_firehose(Channel& channel, size_t count);
    bool to_lambda(Channel& channel, size_t count);
    static void drop(Channel& channel, size_t count);
    bool refused(Channel& channel, const std::string& why);

    const std::string application_arn_;
    const std::string service_role_;
    const Faces faces_;
    RoleGate& gate_;
    MonitoringLog& monitoring_;
    std::vector<Channel> channels_;
};

}  // namespace wr::analytics
