#pragma once
// Streams, delivery streams, functions and roles in memory, for the tests of this room.

#include <functional>
#include <map>
#include <set>

#include "base/mutex.h"
#include "services/analytics/engine/outputs.h"

namespace wr::analytics {

/// @threads any, but `streams_` and `refuse_`: those are for tests without a thread of the engine
class FakeKinesis final : public kinesis::Face {
public:
    struct Shard {
        std::vector<kinesis::Record> records;
        std::vector<std::string> parents;
        std::vector<std::string> children;
        bool closed = false;
        size_t trimmed = 0;
    };
    struct Stream {
        std::map<std::string, Shard> shards;
        std::map<std::string, uint64_t> ordinals;
    };

    static std::string number(size_t index) {
        std::string digits = std::to_string(index);
        return std::string(20 - digits.size(), '0') + digits;
    }
    void create(const std::string& name, size_t shards) {
        const base::MutexLock lock(mutex_);
        for (size_t i = 0; i < shards; ++i)
            streams_[name].shards["shardId-00000000000" + std::to_string(i)];
    }
    void put(const std::string& name,
             const std::string& shard,
             std::string data,
             base::Timestamp at) {
        const base::MutexLock lock(mutex_);
        auto& records = streams_[name].shards.at(shard).records;
        records.push_back({number(records.size() + 1), "key", std::move(data), at});
    }
    /// Everything that a stream holds, shard by shard.
    std::vector<std::string> all(const std::string& name) {
        const base::MutexLock lock(mutex_);
        std::vector<std::string> texts;
        for (const auto& [id, shard] : streams_[name].shards)
            for (const auto& record : shard.records) texts.push_back(record.data);
        return texts;
    }

    kinesis::Result<kinesis::StreamInfo> describe(const kinesis::StreamName& stream) override {
        const base::MutexLock lock(mutex_);
        const auto at = streams_.find(stream.name);
        if (at == streams_.end())
            return base::fail(
                kinesis::Error{kinesis::ErrorCode::ResourceNotFound, "no stream " + stream.name});
        kinesis::StreamInfo info;
        info.name = stream;
        for (const auto& [id, shard] : at->second.shards) {
            kinesis::ShardInfo one;
            one.id = id;
            if (shard.closed) one.ending_sequence_number = number(shard.records.size());
            if (!shard.parents.empty()) one.parent_id = shard.parents[0];
            if (shard.parents.size() > 1) one.adjacent_parent_id = shard.parents[1];
            info.shards.push_back(one);
        }
        return info;
    }
    kinesis::Result<std::vector<kinesis::PutOutcome>> put_records(
        const kinesis::StreamName& stream,
        const std::vector<kinesis::PutEntry>& entries,
        const std::optional<kinesis::ProducerOrdinal>& producer) override {
        const base::MutexLock lock(mutex_);
        ++puts_;
        std::vector<kinesis::PutOutcome> outcomes(entries.size());
        auto& to = streams_.at(stream.name);
        for (size_t i = 0; i < entries.size(); ++i) {
            if (refuse_ && refuse_()) {
                for (; i < entries.size(); ++i)
                    outcomes[i].error = kinesis::Error{
                        kinesis::ErrorCode::ProvisionedThroughputExceeded, "Rate exceeded"};
                break;
            }
            uint64_t& last = to.ordinals[producer->producer];
            if (producer->first_ordinal + i <= last) {
                outcomes[i].duplicate = true;
                continue;
            }
            last = producer->first_ordinal + i;
            auto& records = to.shards.begin()->second.records;
            records.push_back({number(records.size() + 1),
                               std::string(entries[i].partition_key),
                               std::string(entries[i].data),
                               {}});
        }
        return outcomes;
    }
    kinesis::Result<uint64_t> last_ordinal(const kinesis::StreamName& stream,
                                           const std::string& producer) override {
        const base::MutexLock lock(mutex_);
        return streams_.at(stream.name).ordinals[producer];
    }
    kinesis::Result<kinesis::ReadFrom> resolve(const kinesis::StreamName& stream,
                                               const std::string& shard_id,
                                               const kinesis::ReadFrom& from) override {
        const base::MutexLock lock(mutex_);
        const auto& records = streams_.at(stream.name).shards.at(shard_id).records;
        if (from.type != kinesis::StartType::Latest || records.empty()) return kinesis::ReadFrom{};
        return kinesis::ReadFrom{
            kinesis::StartType::AfterSequenceNumber, records.back().sequence_number, {}};
    }
    kinesis::Result<kinesis::ReadResult> read(const kinesis::StreamName& stream,
                                              const std::string& shard_id,
                                              const kinesis::ReadFrom& from,
                                              size_t records_max,
                                              size_t) override {
        const base::MutexLock lock(mutex_);
        const auto& shards = streams_.at(stream.name).shards;
        if (!shards.contains(shard_id))
            return base::fail(
                kinesis::Error{kinesis::ErrorCode::ResourceNotFound, "no shard " + shard_id});
        const auto& shard = shards.at(shard_id);
        size_t at = 0;
        if (from.type == kinesis::StartType::AtSequenceNumber)
            at = std::stoul(from.sequence_number) - 1;
        if (from.type == kinesis::StartType::AfterSequenceNumber)
            at = std::stoul(from.sequence_number);
        kinesis::ReadResult result;
        if (at < shard.trimmed) {
            result.start_was_trimmed = from.type != kinesis::StartType::TrimHorizon;
            at = shard.trimmed;
        }
        while (at < shard.records.size() && result.records.size() < records_max)
            result.records.push_back(shard.records[at++]);
        if (shard.closed && at == shard.records.size()) {
            result.child_shard_ids = shard.children;
        } else {
            result.next = from;
            if (!result.records.empty())
                result.next = kinesis::ReadFrom{kinesis::StartType::AfterSequenceNumber,
                                                result.records.back().sequence_number,
                                                {}};
        }
        return result;
    }
    uint64_t wait_for_records(const kinesis::StreamName&,
                              uint64_t seen,
                              std::chrono::milliseconds) override {
        return seen;
    }

    std::map<std::string, Stream> streams_;
    std::function<bool()> refuse_;
    size_t puts_ = 0;

private:
    base::Mutex mutex_;
};

class FakeFirehose final : public firehose::Face {
public:
    base::Result<void, firehose::Error> put_records(
        const std::string&, const std::vector<std::string_view>& records) override {
        if (refuse_)
            return base::fail(
                firehose::Error{firehose::ErrorCode::ServiceUnavailable, "slow down"});
        for (const auto record : records) records_.emplace_back(record);
        return {};
    }
    base::Result<std::string, firehose::Error> source_stream(const std::string& arn) override {
        const auto at = sources_.find(arn);
        if (at != sources_.end()) return at->second;
        return base::fail(
            firehose::Error{firehose::ErrorCode::InvalidArgument, "records are put directly"});
    }
    bool refuse_ = false;
    std::vector<std::string> records_;
    std::map<std::string, std::string> sources_;
};

class FakeLambda final : public lambda::Face {
public:
    base::Result<lambda::InvokeOutcome, lambda::Error> invoke(const std::string&,
                                                              std::string_view payload) override {
        events_.emplace_back(payload);
        if (answer_) {
            lambda::InvokeOutcome outcome;
            outcome.payload = answer_(*base::parse_json(payload)).dump();
            return outcome;
        }
        const auto event = base::parse_json(payload);
        base::Json records{base::Json::Array{}};
        size_t left = take_;
        for (const auto& record : (*event)["records"].as_array()) {
            base::Json answer;
            answer.set("recordId", record["recordId"].as_string());
            answer.set("result", left > 0 ? "Ok" : "DeliveryFailed");
            if (left > 0) --left;
            records.push(std::move(answer));
        }
        base::Json reply;
        reply.set("records", std::move(records));
        lambda::InvokeOutcome outcome;
        outcome.payload = reply.dump();
        return outcome;
    }
    size_t take_ = SIZE_MAX;
    std::function<base::Json(const base::Json& event)> answer_;  ///< instead of taking everything
    std::vector<std::string> events_;
};

class FakeS3 final : public s3::Face {
public:
    s3::Result<bool> bucket_exists(const std::string&) override { return true; }
    s3::Result<s3::ObjectInfo> put_object(const std::string& bucket,
                                          const std::string& key,
                                          std::string_view bytes,
                                          const s3::PutOptions&) override {
        objects_[bucket + "/" + key] = bytes;
        return s3::ObjectInfo{};
    }
    s3::Result<s3::ObjectReader> get_object(const std::string& bucket,
                                            const std::string& key) override {
        const auto at = objects_.find(bucket + "/" + key);
        if (at == objects_.end())
            return base::fail(
                s3::Error{s3::ErrorCode::NoSuchKey, "The specified key does not exist."});
        s3::ObjectReader reader;
        reader.bytes = at->second;
        reader.info.size_bytes = reader.bytes.size();
        return reader;
    }
    s3::Result<std::vector<s3::ObjectInfo>> list_objects(const std::string&,
                                                         const std::string&,
                                                         const std::string&,
                                                         size_t) override {
        return std::vector<s3::ObjectInfo>{};
    }
    s3::Result<void> delete_object(const std::string& bucket, const std::string& key) override {
        objects_.erase(bucket + "/" + key);
        return {};
    }
    std::map<std::string, std::string> objects_;
};

class FakeLogs final : public logs::Face {
public:
    void append(const logs::StreamName& name, const std::vector<logs::Event>& events) override {
        for (const auto& event : events)
            lines_.push_back(name.group + "/" + name.stream + " " + event.message);
    }
    std::vector<std::string> lines_;
};

class FakeIdentity final : public identity::Face {
public:
    base::Result<identity::Credentials, identity::Error> assume_role_for_service(
        const std::string&, const std::string&, const std::string&, std::chrono::seconds) override {
        return identity::Credentials{};
    }
    bool can_be_assumed_by(const std::string& role, const std::string& service) override {
        return assumable_.contains(role) && service == "kinesisanalytics.amazonaws.com";
    }
    bool role_allows(const std::string&, const std::string& action, const std::string&) override {
        return !refused_.contains(action);
    }
    std::set<std::string> assumable_;
    std::set<std::string> refused_;
};

}  // namespace wr::analytics
