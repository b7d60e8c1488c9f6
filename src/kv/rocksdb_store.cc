// The store on RocksDB: one column family, synchronous write-ahead log, damage refused, not
// repaired.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <atomic>

#include "kv/store.h"

namespace wr::kv {
namespace {

constexpr size_t block_cache_bytes = 32ULL * 1024 * 1024;
constexpr size_t write_buffer_bytes = 16ULL * 1024 * 1024;
constexpr size_t wal_bytes_max = 64ULL * 1024 * 1024;

base::Error to_error(const rocksdb::Status& status, const std::string& path) {
    base::ErrorCode code = base::ErrorCode::Io;
    if (status.IsCorruption())
        code = base::ErrorCode::Corruption;
    else if (status.IsNotFound() || status.IsPathNotFound())
        code = base::ErrorCode::NotFound;
    else if (status.IsNoSpace())
        code = base::ErrorCode::NoSpace;
    else if (status.IsInvalidArgument())
        code = base::ErrorCode::InvalidArgument;
    else if (status.IsNotSupported())
        code = base::ErrorCode::Unsupported;
    return {code, "key-value store " + path + ": " + status.ToString()};
}

/// The database and what every scoped view of it shares.
struct Database {
    std::string path;
    // Destroyed after the database that uses it.
    std::unique_ptr<rocksdb::Env> memory_env;
    std::unique_ptr<rocksdb::DB> db;
    rocksdb::WriteOptions write_options;
    std::atomic<bool> refuses_writes{false};
};

/// First key after all that start with `prefix`; empty when there is none.
std::string after_prefix(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
    if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
    return prefix;
}

class RocksIterator final : public Iterator {
public:
    RocksIterator(std::shared_ptr<Database> database, std::string prefix)
        : database_(std::move(database)),
          prefix_(std::move(prefix)),
          upper_(after_prefix(prefix_)),
          lower_slice_(prefix_),
          upper_slice_(upper_) {
        rocksdb::ReadOptions options;
        options.verify_checksums = true;
        if (!prefix_.empty()) options.iterate_lower_bound = &lower_slice_;
        if (!upper_.empty()) options.iterate_upper_bound = &upper_slice_;
        iterator_.reset(database_->db->NewIterator(options));
    }

    void seek(std::string_view key) override { iterator_->Seek(full(key)); }
    void seek_for_prev(std::string_view key) override { iterator_->SeekForPrev(full(key)); }
    void seek_to_first() override { iterator_->SeekToFirst(); }
    void seek_to_last() override { iterator_->SeekToLast(); }
    bool valid() const override { return iterator_->Valid(); }
    void next() override { iterator_->Next(); }
    void prev() override { iterator_->Prev(); }
    std::string_view key() const override {
        return iterator_->key().ToStringView().substr(prefix_.size());
    }
    std::string_view value() const override { return iterator_->value().ToStringView(); }
    Result<void> status() const override {
        const rocksdb::Status status = iterator_->status();
        if (status.ok()) return {};
        return base::fail(to_error(status, database_->path));
    }

private:
    std::string full(std::string_view key) const { return prefix_ + std::string(key); }

    const std::shared_ptr<Database> database_;
    const std::string prefix_;
    const std::string upper_;
    const rocksdb::Slice lower_slice_;
    const rocksdb::Slice upper_slice_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksStore final : public Store {
public:
    RocksStore(std::shared_ptr<Database> database, std::string prefix)
        : database_(std::move(database)), prefix_(std::move(prefix)) {}

    Result<std::optional<std::string>> get(std::string_view key) const override {
        rocksdb::ReadOptions options;
        options.verify_checksums = true;
        std::string value;
        const rocksdb::Status status =
            database_->db->Get(options, prefix_ + std::string(key), &value);
        if (status.IsNotFound()) return std::optional<std::string>();
        if (!status.ok()) return base::fail(to_error(status, database_->path));
        return std::optional<std::string>(std::move(value));
    }

    Result<void> commit(const Batch& batch) override {
        if (batch.empty()) return {};
        if (database_->refuses_writes.load(std::memory_order_acquire))
            return base::fail(base::ErrorCode::Unavailable,
                              "key-value store " + database_->path + ": a write failed before");
        rocksdb::WriteBatch writes;
        for (const auto& [key, value] : batch.writes()) {
            const rocksdb::Status added =
                value ? writes.Put(prefix_ + key, *value) : writes.Delete(prefix_ + key);
            if (!added.ok()) return base::fail(to_error(added, database_->path));
        }
        const rocksdb::Status status = database_->db->Write(database_->write_options, &writes);
        if (status.ok()) return {};
        // Whether the batch is in the log is unknown now; only a restart tells.
        database_->refuses_writes.store(true, std::memory_order_release);
        base::Error error = to_error(status, database_->path);
        error.code = base::ErrorCode::Io;
        return base::fail(std::move(error));
    }

    std::unique_ptr<Iterator> iterate() const override {
        return std::make_unique<RocksIterator>(database_, prefix_);
    }

    std::unique_ptr<Store> scoped(std::string prefix) const override {
        return std::make_unique<RocksStore>(database_, prefix_ + prefix);
    }

    Result<void> back_up(const std::string& directory) override {
        if (database_->memory_env) return Store::back_up(directory);
        rocksdb::Checkpoint* made = nullptr;
        rocksdb::Status status = rocksdb::Checkpoint::Create(database_->db.get(), &made);
        const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
        if (status.ok()) status = checkpoint->CreateCheckpoint(directory);
        if (status.ok()) return {};
        return base::fail(to_error(status, database_->path));
    }

    Result<void> flush() override {
        const rocksdb::Status status = database_->db->Flush(rocksdb::FlushOptions());
        if (status.ok()) return {};
        return base::fail(to_error(status, database_->path));
    }

    Result<void> verify() const override {
        const rocksdb::Status status = database_->db->VerifyChecksum();
        if (!status.ok()) return base::fail(to_error(status, database_->path));
        // Also what is not in a file of its own yet, and the order of the keys.
        const auto all = iterate();
        for (all->seek_to_first(); all->valid(); all->next()) {
        }
        return all->status();
    }

private:
    const std::shared_ptr<Database> database_;
    const std::string prefix_;
};

rocksdb::Options make_options(rocksdb::Env* env) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.env = env;
    options.paranoid_checks = true;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.track_and_verify_wals_in_manifest = true;
    // A failed write is never retried behind our back: the process ends and recovers.
    options.max_bgerror_resume_count = 0;
    options.max_background_jobs = 2;
    options.max_open_files = 256;
    options.skip_stats_update_on_db_open = true;
    options.skip_checking_sst_file_sizes_on_db_open = true;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.keep_log_file_num = 2;
    options.max_log_file_size = 4ULL * 1024 * 1024;
    options.write_buffer_size = write_buffer_bytes;
    options.max_write_buffer_number = 3;
    options.arena_block_size = 64ULL * 1024;
    options.max_total_wal_size = wal_bytes_max;
    options.wal_bytes_per_sync = 0;
    options.bytes_per_sync = 1024ULL * 1024;
    options.compression = rocksdb::kNoCompression;
    options.bottommost_compression = rocksdb::kZSTD;
    options.level_compaction_dynamic_level_bytes = true;

    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(block_cache_bytes, 2);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
    table.cache_index_and_filter_blocks = true;
    table.checksum = rocksdb::kCRC32c;
    table.format_version = 5;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

}  // namespace

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options) {
    auto database = std::make_shared<Database>();
    database->path = options.path;
    rocksdb::Env* env = rocksdb::Env::Default();
    if (options.in_memory) {
        database->memory_env.reset(rocksdb::NewMemEnv(env));
        env = database->memory_env.get();
    }
    if (!options.in_memory && !options.read_only) {
        const rocksdb::Status made = env->CreateDirIfMissing(options.path);
        if (!made.ok()) return base::fail(to_error(made, options.path));
    }
    rocksdb::DB* db = nullptr;
    rocksdb::Options settings = make_options(env);
    if (options.read_only) settings.create_if_missing = false;
    const rocksdb::Status opened = options.read_only
                                       ? rocksdb::DB::OpenForReadOnly(settings, options.path, &db)
                                       : rocksdb::DB::Open(settings, options.path, &db);
    if (!opened.ok()) return base::fail(to_error(opened, options.path));
    database->db.reset(db);
    database->refuses_writes = options.read_only;
    database->write_options.sync = !options.in_memory && options.durability == Durability::Always;
    return std::unique_ptr<Store>(std::make_unique<RocksStore>(std::move(database), ""));
}

}  // namespace wr::kv
