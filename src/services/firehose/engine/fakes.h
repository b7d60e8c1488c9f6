#pragma once
// Faces for the tests of deliveries, and a fuse that ends everything at a chosen effect.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kv/store.h"
#include "services/identity/identity.h"
#include "services/kinesis/kinesis.h"
#include "services/s3/s3.h"

namespace wr::firehose {

/// Counts effects on disks; at the chosen one the power goes, before or after it took place.
struct Fuse {
    int left = 1'000'000;
    bool after_effect = false;
    bool is_blown = false;

    /// Whether the effect happens, and whether its caller hears of success.
    struct Verdict {
        bool happens;
        bool succeeds;
    };
    Verdict burn() {
        if (is_blown) return {false, false};
        if (--left > 0) return {true, true};
        is_blown = true;
        return {after_effect, false};
    }
};

class FusedStore final : public kv::Store {
public:
    FusedStore(kv::Store& inner, Fuse& fuse) : inner_(inner), fuse_(fuse) {}
    base::Result<std::optional<std::string>> get(std::string_view key) const override {
        return inner_.get(key);
    }
    base::Result<void> commit(const kv::Batch& batch) override {
        const auto verdict = fuse_.burn();
        if (verdict.happens) WR_TRY_VOID(inner_.commit(batch));
        if (!verdict.succeeds) return base::fail(base::ErrorCode::Io, "power is off");
        return {};
    }
    std::unique_ptr<kv::Iterator> iterate() const override { return inner_.iterate(); }
    std::unique_ptr<kv::Store> scoped(std::string prefix) const override {
        return inner_.scoped(std::move(prefix));
    }

private:
    kv::Store& inner_;
    Fuse& fuse_;
};

class FakeS3 final : public s3::Face {
public:
    std::map<std::string, std::string> objects;  ///< "bucket/key" -> bytes
    bool is_down = false;
    Fuse* fuse = nullptr;
    s3::PutOptions last_options;

    s3::Result<bool> bucket_exists(const std::string&) override { return true; }
    s3::Result<s3::ObjectInfo> put_object(const std::string& bucket,
                                          const std::string& key,
                                          std::string_view bytes,
                                          const s3::PutOptions& options) override {
        const Fuse::Verdict verdict = fuse != nullptr ? fuse->burn() : Fuse::Verdict{true, true};
        if (is_down || !verdict.happens)
            return base::fail(s3::Error{s3::ErrorCode::SlowDown, "down"});
        objects[bucket + "/" + key] = bytes;
        last_options = options;
        if (!verdict.succeeds) return base::fail(s3::Error{s3::ErrorCode::SlowDown, "down"});
        return s3::ObjectInfo{};
    }
    s3::Result<s3::ObjectReader> get_object(const std::string& bucket,
                                            const std::string& key) override {
        const auto found = objects.find(bucket + "/" + key);
        if (found == objects.end())
            return base::fail(s3::Error{s3::ErrorCode::NoSuchKey, "absent"});
        s3::ObjectReader reader;
        reader.bytes = found->second;
        return reader;
    }
    s3::Result<std::vector<s3::ObjectInfo>> list_objects(const std::string&,
                                                         const std::string&,
                                                         const std::string&,
                                                         size_t) override {
        return std::vector<s3::ObjectInfo>{};
    }
    s3::Result<void> delete_object(const std::string&, const std::string&) override { return {}; }

    std::string everything() const {
        std::string all;
        for (const auto& [name, bytes] : objects) all += bytes;
        return all;
    }
};

class FakeIdentity final : public identity::Face {
public:
    bool can_assume = true;
    bool allows = true;
    base::Result<identity::Credentials, identity::Error> assume_role_for_service(
        const std::string&, const std::string&, const std::string&, std::chrono::seconds) override {
        return identity::Credentials{};
    }
    bool can_be_assumed_by(const std::string&, const std::string&) override { return can_assume; }
    bool role_allows(const std::string&, const std::string&, const std::string&) override {
        return allows;
    }
};

/// Shards as vectors; sequence numbers are decimal and count over all shards.
class FakeKinesis final : public kinesis::Face {
public:
    struct Shard {
        kinesis::ShardInfo info;
        std::vector<kinesis::Record> records;
    };
    std::map<std::string, Shard> shards;
    uint64_t next_sequence = 1000;
    base::Timestamp arrival{};
    size_t trimmed_before = 0;  ///< records with smaller numbers are gone

    void add_shard(const std::string& id, std::optional<std::string> parent = {}) {
        shards[id].info.id = id;
        shards[id].info.parent_id = std::move(parent);
    }
    void add(const std::string& shard, const std::string& data) {
        shards[shard].records.push_back({std::to_string(next_sequence++), "key", data, arrival});
    }
    void close(const std::string& shard) { shards[shard].info.ending_sequence_number = "9999"; }

    kinesis::Result<kinesis::StreamInfo> describe(const kinesis::StreamName& stream) override {
        kinesis::StreamInfo info;
        info.name = stream;
        for (const auto& [id, shard] : shards) info.shards.push_back(shard.info);
        return info;
    }
    kinesis::Result<std::vector<kinesis::PutOutcome>> put_records(
        const kinesis::StreamName&,
        const std::vector<kinesis::PutEntry>&,
        const std::optional<kinesis::ProducerOrdinal>&) override {
        return std::vector<kinesis::PutOutcome>{};
    }
    kinesis::Result<uint64_t> last_ordinal(const kinesis::StreamName&,
                                           const std::string&) override {
        return uint64_t{0};
    }
    kinesis::Result<kinesis::ReadFrom> resolve(const kinesis::StreamName&,
                                               const std::string& shard,
                                               const kinesis::ReadFrom&) override {
        const auto& records = shards[shard].records;
        if (records.empty()) return kinesis::ReadFrom{};
        return kinesis::ReadFrom{
            kinesis::StartType::AfterSequenceNumber, records.back().sequence_number, {}};
    }
    kinesis::Result<kinesis::ReadResult> read(const kinesis::StreamName&,
                                              const std::string& shard_id,
                                              const kinesis::ReadFrom& from,
                                              size_t records_max,
                                              size_t bytes_max) override {
        const Shard& shard = shards[shard_id];
        kinesis::ReadResult result;
        result.next = from;
        size_t bytes = 0;
        bool is_at_end = true;
        for (const kinesis::Record& record : shard.records) {
            const uint64_t number = std::stoull(record.sequence_number);
            const uint64_t start =
                from.sequence_number.empty() ? 0 : std::stoull(from.sequence_number);
            const bool is_wanted =
                from.type == kinesis::StartType::TrimHorizon ||
                (from.type == kinesis::StartType::AtSequenceNumber && number >= start) ||
                (from.type == kinesis::StartType::AfterSequenceNumber && number > start);
            if (!is_wanted) continue;
            if (number < trimmed_before) {
                result.start_was_trimmed = true;
                continue;
            }
            if (result.records.size() == records_max || bytes >= bytes_max) {
                is_at_end = false;
                break;
            }
            bytes += record.data.size();
            result.records.push_back(record);
            result.next = kinesis::ReadFrom{
                kinesis::StartType::AfterSequenceNumber, record.sequence_number, {}};
        }
        if (is_at_end && shard.info.ending_sequence_number) result.next.reset();
        return result;
    }
    uint64_t wait_for_records(const kinesis::StreamName&,
                              uint64_t seen,
                              std::chrono::milliseconds) override {
        return seen;
    }
};

}  // namespace wr::firehose
