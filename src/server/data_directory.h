#pragma once
// The data directory: locked, versioned, with the root keys of this server.
//
//   LOCK               held while a server runs
//   VERSION            format of the directory; a newer one is refused
//   credentials.json   root keys, mode 0600
//   endpoint           address of the running or last server
//   tls/               local certificate authority, once TLS was asked for (tls_files.h)
//   BACKUP             only in a backup that no server has started on: what it holds
//   kv/ log/ objects/ functions/ tmp/

#include <memory>
#include <string>

#include "base/random.h"
#include "io/file_system.h"
#include "server/options.h"

namespace wr::server {

constexpr int data_format_version = 1;
constexpr const char* backup_mark_file = "BACKUP";

struct RootKeys {
    std::string account;
    std::string region;
    std::string access_key_id;
    std::string secret_access_key;
    std::string sealing_key;  ///< 32 raw bytes: seals session tokens and the secrets of users
    std::string console_token;
};

class DataDirectory {
public:
    /// Creates what is missing. @error Unavailable another server runs here; Unsupported a newer
    /// format
    static base::Result<std::unique_ptr<DataDirectory>> open(io::FileSystem& fs,
                                                             base::Random& random,
                                                             const Options& options);

    const std::string& path() const { return path_; }
    std::string sub(const std::string& name) const { return path_ + "/" + name; }
    const RootKeys& root_keys() const { return keys_; }
    base::Result<void> write_endpoint(const std::string& endpoint);

private:
    DataDirectory(io::FileSystem& fs, std::string path) : fs_(fs), path_(std::move(path)) {}
    base::Result<void> check_version();
    base::Result<void> begin_a_life_of_its_own();
    base::Result<void> load_keys(base::Random& random, const Options& options);

    io::FileSystem& fs_;
    const std::string path_;
    std::unique_ptr<io::DirectoryLock> lock_;
    RootKeys keys_;
};

}  // namespace wr::server
