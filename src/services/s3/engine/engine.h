#pragma once
// Engine: S3's buckets, objects and multipart uploads over data files and the key-value store.

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "services/s3/engine/blobs.h"
#include "services/s3/engine/bucket_settings.h"
#include "services/s3/engine/key_locks.h"
#include "services/s3/engine/requests.h"
#include "services/s3/s3.h"

namespace wr::s3 {

struct EngineOptions {
    /// Of the data files; created when absent. Its own name is made durable by its parent's owner.
    std::string directory;
    /// Every part but the last must have this size.
    uint64_t part_bytes_min = 5ULL * 1024 * 1024;
    uint64_t put_bytes_max = 5ULL * 1024 * 1024 * 1024;
    /// Looks for orphaned data files after the start, in the background.
    bool sweeps = true;
};

/// An object as it was when it was opened; later writes do not show.
struct OpenObject {
    Object object;
    OpenBlob blob;
};

/// Changes are durable and visible as a whole when a call returns. Reads follow every completed
/// write. @threads any
class Engine final : public Face {
public:
    static Outcome<std::unique_ptr<Engine>> open(io::FileSystem& fs,
                                                 kv::Store& store,
                                                 const base::Clock& clock,
                                                 base::Random& random,
                                                 const EngineOptions& options);
    ~Engine() override;
    /// Ends the background sweep. Idempotent.
    void stop();
    /// While the answer exists no data file is removed: for backups.
    std::unique_ptr<Blobs::Hold> hold_files() { return std::make_unique<Blobs::Hold>(blobs_); }

    // Buckets: engine_buckets.cc. @error NoSuchBucket in each that names one
    /// @error BucketAlreadyOwnedByYou | BucketAlreadyExists | InvalidBucketName
    Outcome<Bucket> create_bucket(const std::string& name,
                                  const std::string& account,
                                  const std::string& region);
    Outcome<void> delete_bucket(const std::string& name);  ///< @error BucketNotEmpty
    Outcome<Bucket> find_bucket(const std::string& name) const;
    /// Of one account, by name, after `after`.
    Outcome<std::vector<Bucket>> list_buckets(const std::string& account,
                                              const std::string& prefix,
                                              const std::string& after,
                                              size_t count_max) const;

    // Settings: engine_settings.cc
    Outcome<void> put_policy(const std::string& bucket, const std::string& policy);
    Outcome<std::string> get_policy(const std::string& bucket) const;
    Outcome<void> delete_policy(const std::string& bucket);
    /// What the gateway evaluates: the policy, without its public statements where the bucket
    /// restricts them; empty when there is none.
    std::string bucket_policy(const std::string& bucket) const;
    Outcome<void> put_cors(const std::string& bucket, const std::vector<CorsRule>& rules);
    Outcome<std::vector<CorsRule>> get_cors(const std::string& bucket) const;
    Outcome<void> delete_cors(const std::string& bucket);
    Outcome<void> put_public_access_block(const std::string& bucket,
                                          const PublicAccessBlock& block);
    Outcome<PublicAccessBlock> get_public_access_block(const std::string& bucket) const;
    Outcome<void> delete_public_access_block(const std::string& bucket);
    Outcome<void> put_bucket_tags(const std::string& bucket, const std::vector<Tag>& tags);
    Outcome<std::vector<Tag>> get_bucket_tags(const std::string& bucket) const;
    Outcome<void> delete_bucket_tags(const std::string& bucket);
    /// Only BucketOwnerEnforced is known; without the setting ACLs stay unsupported all the same.
    Outcome<void> put_ownership(const std::string& bucket, const std::string& ownership);
    Outcome<std::string> get_ownership(const std::string& bucket) const;
    Outcome<void> delete_ownership(const std::string& bucket);

    // Objects: engine_objects.cc
    Outcome<Object> put(const PutRequest& request);
    Outcome<Object> head(const std::string& bucket, const std::string& key) const;
    Outcome<OpenObject> open_object(const std::string& bucket, const std::string& key) const;
    /// Succeeds when there is no such object. `if_match`: "*" or an ETag, or empty.
    Outcome<void> remove(const std::string& bucket,
                         const std::string& key,
                         const std::string& if_match = {});
    Outcome<Object> copy(const CopyRequest& request);
    Outcome<void> put_object_tags(const std::string& bucket,
                                  const std::string& key,
                                  const std::vector<Tag>& tags);
    Outcome<ListPage> list(const ListRequest& request) const;  // engine_list.cc

    // Multipart uploads: engine_multipart.cc, engine_complete.cc. @error NoSuchUpload
    Outcome<Upload> create_upload(const CreateUploadRequest& request);
    Outcome<Part> upload_part(const UploadPartRequest& request);
    Outcome<Part> copy_part(const CopyPartRequest& request);
    Outcome<Object> complete(const CompleteRequest& request);
    Outcome<void> abort(const std::string& bucket,
                        const std::string& key,
                        const std::string& upload_id);
    Outcome<PartsPage> list_parts(const std::string& bucket,
                                  const std::string& key,
                                  const std::string& upload_id,
                                  uint32_t after_number,
                                  size_t count_max) const;
    Outcome<UploadsPage> list_uploads(const ListUploadsRequest& request) const;

    // Face: engine_face.cc
    Result<bool> bucket_exists(const std::string& bucket) override;
    Result<ObjectInfo> put_object(const std::string& bucket,
                                  const std::string& key,
                                  std::string_view bytes,
                                  const PutOptions& options) override;
    Result<ObjectReader> get_object(const std::string& bucket, const std::string& key) override;
    Result<std::vector<ObjectInfo>> list_objects(const std::string& bucket,
                                                 const std::string& prefix,
                                                 const std::string& start_after,
                                                 size_t count_max) override;
    Result<void> delete_object(const std::string& bucket, const std::string& key) override;

    /// One pass over every directory, as the background sweep does. Returns the files removed.
    Outcome<size_t> sweep();

private:
    Engine(io::FileSystem& fs,
           kv::Store& store,
           const base::Clock& clock,
           base::Random& random,
           const EngineOptions& options);
    void start_sweep();

    Outcome<void> put_setting(const std::string& bucket, const char* what, std::string value);
    Outcome<std::optional<std::string>> get_setting(const std::string& bucket,
                                                    const char* what) const;
    Outcome<void> delete_setting(const std::string& bucket, const char* what);

    Outcome<std::optional<Object>> find_object(const std::string& bucket,
                                               const std::string& key) const;
    Outcome<void> check_description(const std::string& key, const Description& description) const;
    /// Commits `object` under its key's lock, with `batch`; the bytes it replaces go away.
    Outcome<Object> commit_object(const std::string& bucket,
                                  Object object,
                                  const WriteConditions& conditions,
                                  kv::Batch batch,
                                  BlobWriter* writer);
    Outcome<void> commit_part(const std::string& bucket,
                              const std::string& key,
                              const std::string& upload_id,
                              const Part& part,
                              kv::Batch batch,
                              BlobWriter& writer);
    Outcome<Upload> find_upload(const std::string& bucket,
                                const std::string& key,
                                const std::string& upload_id) const;
    Outcome<std::vector<Part>> read_parts(const std::string& upload_id) const;
    /// Adds the removal of the upload's rows to `batch`.
    void forget_upload(kv::Batch& batch,
                       const std::string& bucket,
                       const Upload& upload,
                       const std::vector<Part>& parts) const;
    Outcome<std::vector<Part>> choose_parts(const CompleteRequest& request,
                                            const Upload& upload,
                                            const std::vector<Part>& stored) const;
    Outcome<Object> assemble(const CompleteRequest& request,
                             const Upload& upload,
                             const std::vector<Part>& chosen,
                             kv::Batch& batch,
                             BlobWriter& writer) const;
    bool begin_completing(const std::string& upload_id) EXCLUDES(completing_mutex_);
    void end_completing(const std::string& upload_id) EXCLUDES(completing_mutex_);
    bool is_completing(const std::string& upload_id) EXCLUDES(completing_mutex_);

    io::FileSystem& fs_;
    kv::Store& store_;
    const base::Clock& clock_;
    base::Random& random_;
    const EngineOptions options_;
    Blobs blobs_;
    mutable KeyLocks locks_;
    base::Mutex completing_mutex_;
    std::set<std::string> completing_ GUARDED_BY(completing_mutex_);
    size_t sweep_next_ = 0;
    std::unique_ptr<base::PeriodicTask> sweep_task_;
};

}  // namespace wr::s3
