// The part of a delivery that is the same for every source: intent, object, progress.
#include "services/firehose/engine/delivery.h"

#include <algorithm>

#include "base/logging.h"
#include "services/firehose/engine/gzip.h"
#include "services/firehose/engine/object_name.h"

namespace wr::firehose {

size_t Delivery::buffered_bytes() const {
    return pending_ ? pending_->bytes.size() : 0;
}

bool Delivery::step(const StreamConfig& config, bool must_flush) {
    if (with_.clock.monotonic() < retry_at_) return false;
    if (!is_loaded_ && !load_intent(config)) return false;
    if (pending_) return deliver(config);
    const bool has_more = collect(config);
    auto batch = take_batch(config, must_flush);
    if (!batch) return has_more;
    // From here on a crash must write this object and no other.
    const auto committed = with_.store.put(intent_row(config.id), encode(batch->intent));
    pending_ = std::move(*batch);
    if (!committed) {
        back_off(config, committed.error().message);
        is_loaded_ = false;
        pending_.reset();
        return false;
    }
    return deliver(config);
}

bool Delivery::load_intent(const StreamConfig& config) {
    const auto row = with_.store.get(intent_row(config.id));
    if (!row) {
        back_off(config, row.error().message);
        return false;
    }
    if (*row) {
        auto intent = decode_intent(**row);
        if (!intent) {
            back_off(config, "the row of the current batch is damaged");
            return false;
        }
        auto restored = restore(config, *std::move(intent));
        if (!restored) {
            back_off(config, restored.error().message);
            return false;
        }
        pending_ = *std::move(restored);
    }
    is_loaded_ = true;
    return true;
}

bool Delivery::deliver(const StreamConfig& config) {
    const Intent& intent = pending_->intent;
    const std::string object_arn = "arn:aws:s3:::" + intent.bucket + "/" + intent.key;
    if (!with_.identity.role_allows(config.destination.role_arn, "s3:PutObject", object_arn)) {
        back_off(config, "S3.AccessDenied: the role may not put " + object_arn);
        return false;
    }
    if (!pending_->bytes.empty()) {
        s3::PutOptions options;
        options.content_type = "application/octet-stream";
        const bool is_gzip = intent.compression == Compression::Gzip;
        if (is_gzip) options.content_encoding = "gzip";
        const auto put = with_.s3.put_object(
            intent.bucket, intent.key, is_gzip ? gzip(pending_->bytes) : pending_->bytes, options);
        if (!put) {
            back_off(config, put.error().message);
            return false;
        }
    }
    return finish(config);
}

bool Delivery::finish(const StreamConfig& config) {
    kv::Batch batch;
    settle(config, *pending_, batch);
    batch.remove(intent_row(config.id));
    const auto committed = with_.store.commit(batch);
    if (!committed) {
        // The object is written again under the same name.
        back_off(config, committed.error().message);
        return false;
    }
    settled(*pending_);
    pending_.reset();
    failures_ = 0;
    return true;
}

void Delivery::back_off(const StreamConfig& config, const std::string& why) {
    using namespace std::chrono_literals;
    base::log_error("firehose delivery failed",
                    {{"stream", config.name.name}, {"error", why}, {"failures", failures_ + 1}});
    const bool is_expired = pending_ && !is_dropping_ && may_expire() &&
                            with_.clock.now() - pending_->oldest > put_retention;
    if (is_expired) {
        is_dropping_ = true;
        base::log_error("firehose dropped records after 24 hours",
                        {{"stream", config.name.name},
                         {"bytes", static_cast<uint64_t>(pending_->bytes.size())}});
        const bool is_gone = finish(config);
        is_dropping_ = false;
        if (is_gone) return;
    }
    const auto wait = 1000ms * (1 << std::min(failures_, 6));
    failures_ = std::min(failures_ + 1, 100);
    retry_at_ = with_.clock.monotonic() + std::min<std::chrono::milliseconds>(wait, 60'000ms);
}

Intent Delivery::make_intent(const StreamConfig& config, base::Timestamp oldest) const {
    const Destination& destination = config.destination;
    const bool is_gzip = destination.compression == Compression::Gzip;
    const std::string extension = !destination.file_extension.empty() ? destination.file_extension
                                  : is_gzip                           ? ".gz"
                                                                      : "";
    Intent intent;
    intent.bucket = bucket_of_arn(destination.bucket_arn);
    intent.key = object_name(
        destination.prefix, config.name.name, config.version, extension, oldest, with_.random);
    intent.compression = destination.compression;
    return intent;
}

}  // namespace wr::firehose
