#pragma once
// An S3 of maps, for tests of the engine.

#include <isa-l/igzip_lib.h>

#include <map>

#include "base/mutex.h"
#include "services/s3/s3.h"

namespace wr::athena {

class FakeS3 final : public s3::Face {
public:
    void make_bucket(const std::string& bucket) {
        base::MutexLock lock(mutex_);
        buckets_[bucket];
    }
    void put(const std::string& bucket, const std::string& key, const std::string& bytes) {
        base::MutexLock lock(mutex_);
        buckets_[bucket][key] = bytes;
    }
    void clear(const std::string& bucket) {
        base::MutexLock lock(mutex_);
        buckets_[bucket].clear();
    }
    std::string bytes_of(const std::string& bucket, const std::string& key) {
        base::MutexLock lock(mutex_);
        return buckets_[bucket][key];
    }

    s3::Result<bool> bucket_exists(const std::string& bucket) override {
        base::MutexLock lock(mutex_);
        return buckets_.contains(bucket);
    }
    s3::Result<s3::ObjectInfo> put_object(const std::string& bucket,
                                          const std::string& key,
                                          std::string_view bytes,
                                          const s3::PutOptions&) override {
        put(bucket, key, std::string(bytes));
        return info(key, bytes.size());
    }
    s3::Result<s3::ObjectReader> get_object(const std::string& bucket,
                                            const std::string& key) override {
        base::MutexLock lock(mutex_);
        const auto found = buckets_[bucket].find(key);
        if (found == buckets_[bucket].end())
            return base::fail(s3::Error{s3::ErrorCode::NoSuchKey, "no such key"});
        s3::ObjectReader reader;
        reader.info = info(key, found->second.size());
        reader.bytes = found->second;
        return reader;
    }
    s3::Result<std::vector<s3::ObjectInfo>> list_objects(const std::string& bucket,
                                                         const std::string& prefix,
                                                         const std::string& start_after,
                                                         size_t count_max) override {
        base::MutexLock lock(mutex_);
        std::vector<s3::ObjectInfo> objects;
        for (const auto& [key, bytes] : buckets_[bucket])
            if (key.starts_with(prefix) && key > start_after && objects.size() < count_max)
                objects.push_back(info(key, bytes.size()));
        return objects;
    }
    s3::Result<void> delete_object(const std::string& bucket, const std::string& key) override {
        base::MutexLock lock(mutex_);
        buckets_[bucket].erase(key);
        return {};
    }

private:
    static s3::ObjectInfo info(const std::string& key, size_t size) {
        s3::ObjectInfo object;
        object.key = key;
        object.size_bytes = size;
        return object;
    }

    base::Mutex mutex_;
    std::map<std::string, std::map<std::string, std::string>> buckets_ GUARDED_BY(mutex_);
};

/// One gzip member.
inline std::string gzip(const std::string& bytes) {
    isal_zstream stream;
    isal_deflate_init(&stream);
    std::string out(bytes.size() + 1024, '\0');
    stream.gzip_flag = IGZIP_GZIP;
    stream.end_of_stream = 1;
    stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uint32_t>(bytes.size());
    stream.next_out = reinterpret_cast<uint8_t*>(out.data());
    stream.avail_out = static_cast<uint32_t>(out.size());
    isal_deflate(&stream);
    out.resize(out.size() - stream.avail_out);
    return out;
}

}  // namespace wr::athena
