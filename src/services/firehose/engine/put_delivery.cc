// Direct puts: rows of records, delivered oldest first.
#include <algorithm>

#include "base/logging.h"
#include "base/mutex.h"
#include "services/firehose/engine/delivery.h"

namespace wr::firehose {
namespace {

class Gauge final : public PutGauge {
public:
    void add(size_t bytes) override {
        base::MutexLock lock(mutex_);
        bytes_ += bytes;
    }
    void remove(size_t bytes) override {
        base::MutexLock lock(mutex_);
        bytes_ -= std::min(bytes, bytes_);
    }
    size_t bytes() const {
        base::MutexLock lock(mutex_);
        return bytes_;
    }

private:
    mutable base::Mutex mutex_;
    size_t bytes_ GUARDED_BY(mutex_) = 0;
};

class Puts final : public Delivery {
public:
    Puts(Surroundings surroundings, std::shared_ptr<Gauge> gauge)
        : Delivery(surroundings), gauge_(std::move(gauge)) {}

protected:
    bool collect(const StreamConfig&) override {
        const bool has_rows = gauge_->bytes() > 0;
        if (has_rows && !waiting_since_) waiting_since_ = with_.clock.monotonic();
        if (!has_rows) waiting_since_.reset();
        return false;
    }

    std::optional<PendingBatch> take_batch(const StreamConfig& config, bool must_flush) override {
        if (!waiting_since_) return std::nullopt;
        const auto size_max = static_cast<size_t>(config.destination.buffer_mib) * 1024 * 1024;
        const auto age = with_.clock.monotonic() - *waiting_since_;
        const bool is_due = must_flush || gauge_->bytes() >= size_max ||
                            age >= std::chrono::seconds(config.destination.interval_seconds);
        if (!is_due) return std::nullopt;
        PendingBatch batch;
        if (!read_rows(config, 0, UINT64_MAX, size_max, batch) || batch.rows.empty())
            return std::nullopt;
        const auto [first, last] = std::minmax_element(batch.rows.begin(), batch.rows.end());
        const uint64_t first_row = *first;
        const uint64_t last_row = *last;
        batch.intent = make_intent(config, batch.oldest);
        batch.intent.first_row = first_row;
        batch.intent.last_row = last_row;
        return batch;
    }

    base::Result<PendingBatch> restore(const StreamConfig& config, Intent intent) override {
        PendingBatch batch;
        if (!read_rows(config, intent.first_row, intent.last_row, SIZE_MAX, batch))
            return base::fail(base::ErrorCode::Corruption, "rows of direct puts cannot be read");
        batch.intent = std::move(intent);
        return batch;
    }

    void settle(const StreamConfig& config, const PendingBatch& done, kv::Batch& batch) override {
        // Only what the object holds: a put with a smaller number may have arrived meanwhile.
        for (const uint64_t row : done.rows) batch.remove(put_row(config.id, row));
        batch.put(next_put_row(config.id), kv::encode_u64(done.intent.last_row + 1));
    }

    void settled(const PendingBatch& done) override {
        gauge_->remove(done.bytes.size());
        waiting_since_.reset();
    }

    bool may_expire() const override { return true; }

private:
    /// Appends whole rows until `size_max` is reached. False when a row cannot be read.
    bool read_rows(const StreamConfig& config,
                   uint64_t first,
                   uint64_t last,
                   size_t size_max,
                   PendingBatch& batch) const {
        const std::string prefix = puts_prefix(config.id);
        const auto rows = with_.store.iterate();
        for (rows->seek(put_row(config.id, first));
             rows->valid() && rows->key().starts_with(prefix) && batch.bytes.size() < size_max;
             rows->next()) {
            const uint64_t number = kv::decode_u64(rows->key().substr(prefix.size()));
            if (number > last) break;
            const auto row = decode_put(rows->value());
            if (!row) {
                base::log_error("firehose row of direct puts is damaged",
                                {{"stream", config.name.name}, {"row", number}});
                return false;
            }
            if (batch.rows.empty() || row->arrival < batch.oldest) batch.oldest = row->arrival;
            batch.rows.push_back(number);
            for (const std::string_view record : row->records) batch.bytes += record;
        }
        return rows->status().has_value();
    }

    const std::shared_ptr<Gauge> gauge_;
    std::optional<base::MonotonicTime> waiting_since_;
};

}  // namespace

PutDelivery make_put_delivery(Surroundings surroundings) {
    auto gauge = std::make_shared<Gauge>();
    auto delivery = std::make_unique<Puts>(surroundings, gauge);
    return {std::move(delivery), std::move(gauge)};
}

}  // namespace wr::firehose
