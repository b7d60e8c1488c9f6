// Lists, authorises and links a table's objects, one folder per partition.
#include "services/athena/engine/staging.h"

#include <map>

#include "base/encoding.h"
#include "io/tree.h"
#include "services/athena/engine/table_sql.h"

namespace wr::athena {
namespace {

constexpr size_t objects_max = 100'000;
constexpr size_t copy_bytes = 1024 * 1024;

base::Failure<StagingFailure> denied(const std::string& bucket, const std::string& what) {
    return {StagingFailure{"PERMISSION_DENIED: User is not authorized to perform: " + what +
                           " on resource: \"arn:aws:s3:::" + bucket +
                           "\" (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)"}};
}

base::Failure<StagingFailure> internal(const base::Error& error) {
    return {StagingFailure{"INTERNAL_ERROR: " + error.message, true}};
}

bool is_hidden(const std::string& key) {
    if (key.ends_with('/')) return true;
    const size_t slash = key.rfind('/');
    const char first = key[slash == std::string::npos ? 0 : slash + 1];
    return first == '_' || first == '.';
}

/// Values of the partition keys in a key such as dt=2026-11-22/hour=10/x; empty when it is not in
/// a partition.
std::optional<std::vector<std::string>> partition_of(const Table& table, std::string_view rest) {
    std::vector<std::string> values;
    for (const Column& column : table.partition_keys) {
        const size_t slash = rest.find('/');
        if (slash == std::string_view::npos) return std::nullopt;
        const std::string_view part = rest.substr(0, slash);
        const size_t equals = part.find('=');
        if (equals == std::string_view::npos || to_lower(part.substr(0, equals)) != column.name)
            return std::nullopt;
        const auto value = base::percent_decode(part.substr(equals + 1));
        values.push_back(value ? *value : std::string(part.substr(equals + 1)));
        rest.remove_prefix(slash + 1);
    }
    return values;
}

/// Puts the object's bytes under `path`, by a second name when there is a file.
base::Result<void> materialise(const s3::ObjectReader& object,
                               io::FileSystem& fs,
                               const std::string& path) {
    if (!object.path.empty() && io::hard_link(object.path, path)) return {};
    WR_TRY(const auto out, fs.open(path, io::OpenMode::CreateNew));
    if (!object.file) return out->write_at(0, object.bytes);
    std::string buffer(copy_bytes, '\0');
    for (uint64_t offset = 0;;) {
        WR_TRY(const size_t got, object.file->read_at(offset, buffer.data(), buffer.size()));
        if (got == 0) return {};
        WR_TRY_VOID(out->write_at(offset, std::string_view(buffer).substr(0, got)));
        offset += got;
    }
}

const char* extension_of(const std::string& key, TableFormat format) {
    if (format == TableFormat::Parquet) return ".parquet";
    if (key.ends_with(".gz")) return ".gz";
    if (key.ends_with(".zst")) return ".zst";
    return ".txt";
}

class Stager {
public:
    Stager(const Table& table,
           size_t index,
           s3::Face& s3,
           const Authorise& authorise,
           io::FileSystem& fs,
           const std::string& folder,
           WorkerJob& job)
        : table_(table),
          index_(index),
          format_(format_of(table)),
          s3_(s3),
          authorise_(authorise),
          fs_(fs),
          folder_(folder),
          job_(job) {}

    StagingResult<uint64_t> run() {
        const auto address = parse_s3_address(table_.location);
        if (!address)
            return base::fail(StagingFailure{"HIVE_INVALID_METADATA: location of table " +
                                             table_.name + " is not an S3 URI"});
        prefix_ = address->key;
        if (!prefix_.empty() && !prefix_.ends_with('/')) prefix_ += '/';
        if (!authorise_("s3:ListBucket", "arn:aws:s3:::" + address->bucket))
            return denied(address->bucket, "s3:ListBucket");
        WR_TRY_VOID(each_object(address->bucket));
        for (auto& statement : table_statements(table_, index_, partitions()))
            job_.setup.push_back(std::move(statement));
        return bytes_;
    }

private:
    StagingResult<void> each_object(const std::string& bucket) {
        std::string after;
        while (true) {
            auto page = s3_.list_objects(bucket, prefix_, after, 1000);
            if (!page)
                return base::fail(StagingFailure{"HIVE_METASTORE_ERROR: " + page.error().message});
            for (const auto& object : *page) WR_TRY_VOID(add(bucket, object));
            if (page->size() < 1000) return {};
            after = page->back().key;
        }
    }

    StagingResult<void> add(const std::string& bucket, const s3::ObjectInfo& object) {
        if (is_hidden(object.key) || object.size_bytes == 0) return {};
        const auto values =
            partition_of(table_, std::string_view(object.key).substr(prefix_.size()));
        if (!values) return {};
        if (!authorise_("s3:GetObject", "arn:aws:s3:::" + bucket + "/" + object.key))
            return denied(bucket + "/" + object.key, "s3:GetObject");
        if (++objects_ > objects_max)
            return base::fail(StagingFailure{"HIVE_EXCEEDED_SPLIT_LIMIT: too many objects"});
        const auto reader = s3_.get_object(bucket, object.key);
        if (!reader)
            return base::fail(
                StagingFailure{"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://" + bucket +
                               "/" + object.key + ": " + reader.error().message});
        const size_t partition = partitions_.try_emplace(*values, partitions_.size()).first->second;
        const std::string part = "/" + std::to_string(index_) + "/" + std::to_string(partition);
        const std::string data = folder_ + "/data" + part;
        if (auto made = fs_.make_directories(data); !made) return internal(made.error());
        const std::string name = "/" + std::to_string(objects_) + extension_of(object.key, format_);
        if (auto put = materialise(*reader, fs_, data + name); !put) return internal(put.error());
        bytes_ += reader->info.size_bytes;
        if (format_ == TableFormat::Json) {
            const std::string lines = folder_ + "/scratch" + part;
            if (auto made = fs_.make_directories(lines); !made) return internal(made.error());
            job_.conversions.push_back(
                {worker_data_folder + part + name,
                 worker_scratch_folder + part + "/" + std::to_string(objects_) + ".jsonl",
                 !is_case_sensitive(table_),
                 ignores_malformed(table_)});
        }
        return {};
    }

    std::vector<std::vector<std::string>> partitions() const {
        std::vector<std::vector<std::string>> list(partitions_.size());
        for (const auto& [values, number] : partitions_) list[number] = values;
        return list;
    }

    const Table& table_;
    const size_t index_;
    const TableFormat format_;
    s3::Face& s3_;
    const Authorise& authorise_;
    io::FileSystem& fs_;
    const std::string& folder_;
    WorkerJob& job_;
    std::string prefix_;
    std::map<std::vector<std::string>, size_t> partitions_;
    size_t objects_ = 0;
    uint64_t bytes_ = 0;
};

}  // namespace

StagingResult<uint64_t> stage_table(const Table& table,
                                    size_t table_index,
                                    s3::Face& s3,
                                    const Authorise& authorise,
                                    io::FileSystem& fs,
                                    const std::string& folder,
                                    WorkerJob& job) {
    return Stager(table, table_index, s3, authorise, fs, folder, job).run();
}

}  // namespace wr::athena
