// Opening a data directory: make, lock, check the version, read or make the keys.
#include "server/data_directory.h"

#include <sys/stat.h>

#include "base/encoding.h"
#include "base/json.h"

namespace wr::server {
namespace {

constexpr uint64_t small_file_bytes_max = 64 * 1024;
constexpr size_t sealing_key_bytes = 32;

RootKeys generate_keys(base::Random& random, const Options& options) {
    RootKeys keys;
    keys.account = options.account;
    keys.region = options.region;
    keys.access_key_id = "AKIA" + random.text(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    keys.secret_access_key =
        random.text(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    keys.sealing_key.resize(sealing_key_bytes);
    random.fill(keys.sealing_key.data(), keys.sealing_key.size());
    keys.console_token =
        random.text(32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    return keys;
}

base::Json to_json(const RootKeys& keys) {
    base::Json json;
    json.set("accountId", keys.account);
    json.set("region", keys.region);
    json.set("accessKeyId", keys.access_key_id);
    json.set("secretAccessKey", keys.secret_access_key);
    json.set("sealingKey", base::base64_encode(keys.sealing_key));
    json.set("consoleToken", keys.console_token);
    return json;
}

}  // namespace

base::Result<std::unique_ptr<DataDirectory>> DataDirectory::open(io::FileSystem& fs,
                                                                 base::Random& random,
                                                                 const Options& options) {
    std::unique_ptr<DataDirectory> directory(new DataDirectory(fs, options.data_directory));
    WR_TRY_VOID(fs.make_directories(directory->path_));
    WR_TRY(directory->lock_, io::DirectoryLock::acquire(directory->path_));
    WR_TRY_VOID(directory->check_version());
    WR_TRY_VOID(directory->begin_a_life_of_its_own());
    WR_TRY_VOID(directory->load_keys(random, options));
    for (const char* name : {"kv", "log", "objects", "functions", "tmp"})
        WR_TRY_VOID(fs.make_directories(directory->sub(name)));
    return directory;
}

base::Result<void> DataDirectory::check_version() {
    const std::string path = sub("VERSION");
    WR_TRY(const bool exists, fs_.exists(path));
    if (!exists)
        return io::write_file_atomically(fs_, path, std::to_string(data_format_version) + "\n");
    WR_TRY(const std::string text, io::read_file(fs_, path, small_file_bytes_max));
    const int version = std::atoi(text.c_str());
    if (version < 1 || version > data_format_version) {
        return base::fail(base::ErrorCode::Unsupported,
                          "the data in " + path_ + " has format " +
                              text.substr(0, text.find('\n')) + ", this program reads up to " +
                              std::to_string(data_format_version) + ": use a newer wildrydes");
    }
    return {};
}

/// A backup that a server starts on is none any more.
base::Result<void> DataDirectory::begin_a_life_of_its_own() {
    WR_TRY(const bool is_backup, fs_.exists(sub(backup_mark_file)));
    if (!is_backup) return {};
    WR_TRY_VOID(fs_.remove(sub(backup_mark_file)));
    return fs_.sync_directory(path_);
}

base::Result<void> DataDirectory::load_keys(base::Random& random, const Options& options) {
    const std::string path = sub("credentials.json");
    WR_TRY(const bool exists, fs_.exists(path));
    if (!exists) {
        keys_ = generate_keys(random, options);
        // The mask makes the file private from its first byte on.
        const mode_t old_mask = ::umask(0077);
        const auto written =
            io::write_file_atomically(fs_, path, to_json(keys_).dump_pretty(2) + "\n");
        ::umask(old_mask);
        return written;
    }
    WR_TRY(const std::string text, io::read_file(fs_, path, small_file_bytes_max));
    WR_TRY(const base::Json json, base::parse_json(text));
    keys_.account = json["accountId"].as_string();
    keys_.region = json["region"].as_string();
    keys_.access_key_id = json["accessKeyId"].as_string();
    keys_.secret_access_key = json["secretAccessKey"].as_string();
    keys_.sealing_key = base::base64_decode(json["sealingKey"].as_string()).value_or("");
    keys_.console_token = json["consoleToken"].as_string();
    if (keys_.account.empty() || keys_.access_key_id.empty() || keys_.secret_access_key.empty() ||
        keys_.sealing_key.size() != sealing_key_bytes)
        return base::fail(
            base::ErrorCode::Corruption,
            path + ": accountId, accessKeyId, secretAccessKey or sealingKey is missing");
    return {};
}

base::Result<void> DataDirectory::write_endpoint(const std::string& endpoint) {
    return io::write_file_atomically(fs_, sub("endpoint"), endpoint + "\n");
}

}  // namespace wr::server
