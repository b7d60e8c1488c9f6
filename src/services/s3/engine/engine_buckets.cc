// Opening the engine; buckets: create, delete, find, list.
#include "base/logging.h"
#include "services/s3/engine/engine.h"

namespace wr::s3 {

Engine::Engine(io::FileSystem& fs,
               kv::Store& store,
               const base::Clock& clock,
               base::Random& random,
               const EngineOptions& options)
    : fs_(fs),
      store_(store),
      clock_(clock),
      random_(random),
      options_(options),
      blobs_(fs, store, random, options.directory) {}

Engine::~Engine() {
    stop();
}

Outcome<std::unique_ptr<Engine>> Engine::open(io::FileSystem& fs,
                                              kv::Store& store,
                                              const base::Clock& clock,
                                              base::Random& random,
                                              const EngineOptions& options) {
    std::unique_ptr<Engine> engine(new Engine(fs, store, clock, random, options));
    WR_S3_TRY_VOID(fs.make_directories(options.directory));
    if (options.sweeps) engine->start_sweep();
    return engine;
}

void Engine::start_sweep() {
    sweep_task_ = std::make_unique<base::PeriodicTask>("s3-sweep", [this] {
        using namespace std::chrono_literals;
        if (sweep_next_ >= Blobs::directory_count) return std::chrono::milliseconds(1h);
        const auto removed = blobs_.sweep_step(sweep_next_++);
        if (removed && *removed > 0)
            base::log_info("s3 removed orphaned data files",
                           {{"files", static_cast<uint64_t>(*removed)}});
        // Small steps leave the disk to the requests.
        return std::chrono::milliseconds(10ms);
    });
}

void Engine::stop() {
    if (sweep_task_) sweep_task_->stop();
}

Outcome<size_t> Engine::sweep() {
    size_t removed = 0;
    for (size_t index = 0; index < Blobs::directory_count; ++index) {
        WR_TRY(const size_t here, blobs_.sweep_step(index));
        removed += here;
    }
    return removed;
}

Outcome<Bucket> Engine::create_bucket(const std::string& name,
                                      const std::string& account,
                                      const std::string& region) {
    WR_TRY_VOID(check_bucket_name(name));
    const auto guard = locks_.lock(name, {});
    if (auto existing = find_bucket(name)) {
        Problem taken = problem(existing->account == account ? Fault::BucketAlreadyOwnedByYou
                                                             : Fault::BucketAlreadyExists);
        taken.fields.emplace_back("BucketName", name);
        // us-east-1 answers a repeated creation with success.
        if (existing->account == account && existing->region == "us-east-1" &&
            region == "us-east-1")
            return *std::move(existing);
        return base::fail(std::move(taken));
    } else if (existing.error().fault != Fault::NoSuchBucket) {
        return base::fail(std::move(existing).error());
    }
    Bucket bucket{name, account, region, clock_.now()};
    kv::Batch batch;
    batch.put(bucket_row(name), encode(bucket));
    batch.put(config_row(name, "public-access-block"), encode(PublicAccessBlock{}));
    batch.put(config_row(name, "ownership"), "BucketOwnerEnforced");
    WR_S3_TRY_VOID(store_.commit(batch));
    return bucket;
}

Outcome<Bucket> Engine::find_bucket(const std::string& name) const {
    WR_S3_TRY(const auto row, store_.get(bucket_row(name)));
    if (!row) {
        Problem absent = problem(Fault::NoSuchBucket);
        absent.fields.emplace_back("BucketName", name);
        return base::fail(std::move(absent));
    }
    auto bucket = decode_bucket(*row);
    if (!bucket) {
        base::log_error("s3 bucket row is damaged", {{"bucket", name}});
        return base::fail(problem(Fault::InternalError));
    }
    return *std::move(bucket);
}

Outcome<void> Engine::delete_bucket(const std::string& name) {
    // Every writer of an object holds one of these locks when it looks for its bucket.
    const auto guards = locks_.lock_all();
    WR_TRY_VOID(find_bucket(name));
    bool is_empty = true;
    WR_S3_TRY_VOID(store_.scan(objects_prefix(name), [&](std::string_view, std::string_view) {
        is_empty = false;
        return false;
    }));
    if (!is_empty) {
        Problem not_empty = problem(Fault::BucketNotEmpty);
        not_empty.fields.emplace_back("BucketName", name);
        return base::fail(std::move(not_empty));
    }
    std::vector<Upload> uploads;
    WR_S3_TRY_VOID(store_.scan(uploads_prefix(name), [&](std::string_view, std::string_view row) {
        if (auto upload = decode_upload(row)) uploads.push_back(*std::move(upload));
        return true;
    }));
    kv::Batch batch;
    batch.remove(bucket_row(name));
    WR_S3_TRY_VOID(store_.scan(configs_prefix(name), [&](std::string_view key, std::string_view) {
        batch.remove(std::string(key));
        return true;
    }));
    std::vector<Part> discarded;
    for (const Upload& upload : uploads) {
        WR_TRY(const auto parts, read_parts(upload.id));
        forget_upload(batch, name, upload, parts);
        discarded.insert(discarded.end(), parts.begin(), parts.end());
    }
    WR_S3_TRY_VOID(store_.commit(batch));
    for (const Part& part : discarded) blobs_.discard(part.blob);
    return {};
}

Outcome<std::vector<Bucket>> Engine::list_buckets(const std::string& account,
                                                  const std::string& prefix,
                                                  const std::string& after,
                                                  size_t count_max) const {
    std::vector<Bucket> buckets;
    WR_S3_TRY_VOID(store_.scan(bucket_row(prefix), [&](std::string_view, std::string_view row) {
        auto bucket = decode_bucket(row);
        if (bucket && bucket->account == account && bucket->name > after)
            buckets.push_back(*std::move(bucket));
        return buckets.size() < count_max;
    }));
    return buckets;
}

}  // namespace wr::s3
