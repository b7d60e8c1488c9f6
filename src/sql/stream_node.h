#pragma once
// StreamNode: an in-application stream at run time. Merges its writers by ROWTIME and fans out to
// its readers.

#include <deque>
#include <vector>

#include "sql/engine.h"
#include "sql/operators.h"

namespace wr::sql {

class StreamNode {
public:
    StreamNode(const Stream& stream, Sink& sink);

    /// The place where writer number `writer` (0, 1, ...) puts its rows.
    Operator& entrance(size_t writer) { return *entrances_[writer]; }
    void add_reader(Operator& reader) { readers_.push_back(&reader); }

    /// Earliest bound that releases waiting rows; INT64_MAX when none wait.
    int64_t next_emission() const;
    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    struct Waiting {
        int64_t rowtime;
        Batch row;
    };
    /// One writer's side of the merge.
    class Entrance final : public Operator {
    public:
        explicit Entrance(StreamNode& stream) : stream_(stream) {}
        void on_batch(const Batch& batch) override { stream_.receive(*this, batch); }
        void on_bound(int64_t bound) override { stream_.receive_bound(*this, bound); }

        StreamNode& stream_;
        std::deque<Waiting> waiting_;
        int64_t bound_;
    };

    void receive(Entrance& from, const Batch& batch);
    void receive_bound(Entrance& from, int64_t bound);
    void release(int64_t bound);
    void deliver(const Batch& batch);

    const Stream& stream_;
    Sink& sink_;
    std::vector<std::unique_ptr<Entrance>> entrances_;
    std::vector<Operator*> readers_;
    uint64_t next_ordinal_ = 0;
};

}  // namespace wr::sql
