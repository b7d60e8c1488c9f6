#pragma once
// Subscriptions to shards: records are pushed to consumers as event streams, as they arrive.

#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/mutex.h"
#include "http/message.h"
#include "services/kinesis/engine/engine.h"

namespace wr::kinesis::api {

struct Subscription {
    std::string key;  ///< account:stream:shard:consumer
    ConsumerName consumer;
    StreamCursor at;
    bool is_cbor = false;
};

/// One thread feeds all of them. It exists from the first subscription on. @threads any
class Subscriptions {
public:
    explicit Subscriptions(Engine& engine) : engine_(engine) {}
    ~Subscriptions();

    /// False within five seconds of the last call for `key` that was admitted.
    bool admit(const std::string& key);
    /// Takes over from an older subscription of the same key.
    void begin(Subscription subscription, std::shared_ptr<http::BodyWriter> writer);

private:
    struct Active {
        Subscription subscription;
        std::shared_ptr<http::BodyWriter> writer;
        base::MonotonicTime begun;
        base::MonotonicTime told;     ///< when the last event was sent
        base::MonotonicTime checked;  ///< when the consumer was last seen to exist
        TokenBucket bytes;
    };

    std::chrono::milliseconds feed_all();
    /// False when the subscription has ended.
    bool feed(Active& active);
    bool send_records(Active& active);
    void end_with(Active& active, std::string_view exception, const std::string& message);

    Engine& engine_;
    base::Mutex mutex_;
    std::map<std::string, base::MonotonicTime> admitted_ GUARDED_BY(mutex_);
    std::list<Active> waiting_ GUARDED_BY(mutex_);  ///< begun, not yet taken by the thread
    std::unique_ptr<base::PeriodicTask> task_ GUARDED_BY(mutex_);
    std::list<Active> active_;  // the thread's own
    uint64_t seen_ = 0;         // the thread's own
};

}  // namespace wr::kinesis::api
