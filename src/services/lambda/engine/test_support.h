#pragma once
// For this room's tests: packages, and faces of the other services that do as they are told.

#include <libdeflate.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "services/identity/identity.h"
#include "services/kinesis/kinesis.h"
#include "services/logs/logs.h"
#include "services/s3/s3.h"

namespace wr::lambda::testing {

inline std::string number(uint64_t value, size_t size) {
    std::string bytes;
    for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
}

struct ZipFile {
    std::string name;
    std::string content;
    uint32_t mode = 0100644;
    uint32_t method = 0;
    std::optional<uint32_t> claimed_size{};
    uint32_t flags = 0;
};

/// A zip of stored entries, with whatever lies the test wants to tell.
inline std::string zip_of(const std::vector<ZipFile>& files) {
    std::string zip;
    std::string directory;
    for (const ZipFile& file : files) {
        const uint32_t crc = libdeflate_crc32(0, file.content.data(), file.content.size());
        const std::string common =
            number(20, 2) + number(file.flags, 2) + number(file.method, 2) + number(0, 4) +
            number(crc, 4) + number(file.content.size(), 4) +
            number(file.claimed_size.value_or(static_cast<uint32_t>(file.content.size())), 4) +
            number(file.name.size(), 2) + number(0, 2);
        directory += number(0x02014b50, 4) + number(0x0314, 2) + common + number(0, 2) +
                     number(0, 2) + number(0, 2) +
                     number(static_cast<uint64_t>(file.mode) << 16, 4) + number(zip.size(), 4) +
                     file.name;
        zip += number(0x04034b50, 4) + common + file.name + file.content;
    }
    const size_t at = zip.size();
    zip += directory;
    zip += number(0x06054b50, 4) + number(0, 4) + number(files.size(), 2) +
           number(files.size(), 2) + number(directory.size(), 4) + number(at, 4) + number(0, 2);
    return zip;
}

/// A directory that goes when the test ends.
class ScratchDirectory {
public:
    ScratchDirectory() {
        path_ = (std::filesystem::temp_directory_path() / "wr-lambda-XXXXXX").string();
        if (!mkdtemp(path_.data())) std::abort();
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

class FakeIdentity final : public identity::Face {
public:
    base::Result<identity::Credentials, identity::Error> assume_role_for_service(
        const std::string& role_arn,
        const std::string&,
        const std::string&,
        std::chrono::seconds duration) override {
        if (!can_be_assumed_by(role_arn, "")) {
            return base::fail(identity::Error{identity::ErrorCode::AccessDenied, "no"});
        }
        return identity::Credentials{
            "ASIATEST", "secret", "token", base::SystemClock().now() + duration};
    }
    bool can_be_assumed_by(const std::string& role_arn, const std::string&) override {
        return role_arn == "arn:aws:iam::000000000000:role/fn";
    }
    bool role_allows(const std::string&, const std::string&, const std::string&) override {
        return allows;
    }
    bool allows = true;
};

class FakeLogs final : public logs::Face {
public:
    void append(const logs::StreamName& name, const std::vector<logs::Event>& events) override {
        base::MutexLock lock(mutex_);
        for (const auto& event : events) text_[name.group] += event.message;
    }
    std::string text(const std::string& group) {
        base::MutexLock lock(mutex_);
        return text_[group];
    }

private:
    base::Mutex mutex_;
    std::map<std::string, std::string> text_ GUARDED_BY(mutex_);
};

class FakeS3 final : public s3::Face {
public:
    s3::Result<bool> bucket_exists(const std::string&) override { return true; }
    s3::Result<s3::ObjectInfo> put_object(const std::string&,
                                          const std::string& key,
                                          std::string_view bytes,
                                          const s3::PutOptions&) override {
        objects[key] = bytes;
        return s3::ObjectInfo{};
    }
    s3::Result<s3::ObjectReader> get_object(const std::string&, const std::string& key) override {
        if (!objects.contains(key)) {
            return base::fail(s3::Error{s3::ErrorCode::NoSuchKey, "no such key"});
        }
        s3::ObjectReader reader;
        reader.bytes = objects[key];
        reader.info.size_bytes = reader.bytes.size();
        return reader;
    }
    s3::Result<std::vector<s3::ObjectInfo>> list_objects(const std::string&,
                                                         const std::string&,
                                                         const std::string&,
                                                         size_t) override {
        return std::vector<s3::ObjectInfo>{};
    }
    s3::Result<void> delete_object(const std::string&, const std::string&) override { return {}; }
    std::map<std::string, std::string> objects;
};

/// Shards of records in memory; sequence numbers are 1, 2, 3 ... with zeros before.
class FakeKinesis final : public kinesis::Face {
public:
    explicit FakeKinesis(const base::Clock& clock) : clock_(clock) {}

    void add_shard(const std::string& id, std::optional<std::string> parent = std::nullopt) {
        base::MutexLock lock(mutex_);
        shards_[id].parent = std::move(parent);
    }
    void close_shard(const std::string& id) {
        base::MutexLock lock(mutex_);
        shards_[id].is_closed = true;
    }
    void put(const std::string& id, const std::string& data) {
        base::MutexLock lock(mutex_);
        Shard& shard = shards_[id];
        shard.records.push_back({sequence(shard.records.size() + 1), "key", data, clock_.now()});
        ++count_;
        changed_.notify_all();
    }
    static std::string sequence(size_t number) {
        const std::string digits = std::to_string(number);
        return std::string(21 - digits.size(), '0') + digits;
    }

    kinesis::Result<kinesis::StreamInfo> describe(const kinesis::StreamName& stream) override {
        base::MutexLock lock(mutex_);
        if (stream.name != "stream") {
            return base::fail(kinesis::Error{kinesis::ErrorCode::ResourceNotFound, "no stream"});
        }
        kinesis::StreamInfo info;
        info.name = stream;
        for (const auto& [id, shard] : shards_) {
            kinesis::ShardInfo entry;
            entry.id = id;
            entry.parent_id = shard.parent;
            if (shard.is_closed) entry.ending_sequence_number = sequence(shard.records.size());
            info.shards.push_back(std::move(entry));
        }
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
                                               const std::string& id,
                                               const kinesis::ReadFrom&) override {
        base::MutexLock lock(mutex_);
        const size_t count = shards_[id].records.size();
        if (count == 0) return kinesis::ReadFrom{};
        return kinesis::ReadFrom{kinesis::StartType::AfterSequenceNumber, sequence(count), {}};
    }
    kinesis::Result<kinesis::ReadResult> read(const kinesis::StreamName&,
                                              const std::string& id,
                                              const kinesis::ReadFrom& from,
                                              size_t records_max,
                                              size_t) override {
        base::MutexLock lock(mutex_);
        const Shard& shard = shards_[id];
        kinesis::ReadResult result;
        size_t at = from.type == kinesis::StartType::AfterSequenceNumber
                        ? static_cast<size_t>(std::stoul(from.sequence_number))
                        : 0;
        while (at < shard.records.size() && result.records.size() < records_max) {
            result.records.push_back(shard.records[at++]);
        }
        if (!shard.is_closed || at < shard.records.size()) {
            result.next = at == 0 ? from
                                  : kinesis::ReadFrom{
                                        kinesis::StartType::AfterSequenceNumber, sequence(at), {}};
        }
        return result;
    }
    uint64_t wait_for_records(const kinesis::StreamName&,
                              uint64_t seen,
                              std::chrono::milliseconds timeout) override {
        base::MutexLock lock(mutex_);
        if (count_ == seen) changed_.wait_for(mutex_, timeout);
        return count_;
    }

private:
    struct Shard {
        std::vector<kinesis::Record> records;
        std::optional<std::string> parent;
        bool is_closed = false;
    };
    const base::Clock& clock_;
    base::Mutex mutex_;
    base::CondVar changed_;
    std::map<std::string, Shard> shards_ GUARDED_BY(mutex_);
    uint64_t count_ GUARDED_BY(mutex_) = 0;
};

}  // namespace wr::lambda::testing
