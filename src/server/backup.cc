// The order of a backup: hold what could go, capture tables and the log's end, copy, mark, rename.
#include "server/backup.h"

#include <filesystem>

#include "base/time_format.h"
#include "io/copy.h"
#include "io/tree.h"

namespace wr::server {
namespace {

constexpr const char* packages_directory = "functions/code";
constexpr uint64_t own_bytes_max = 16 * 1024 * 1024;

class Backup {
public:
    Backup(const BackupSource& source, std::string to)
        : source_(source), to_(std::move(to)), partial_(to_ + ".partial") {}

    base::Result<base::Json> run() {
        WR_TRY_VOID(check_target());
        for (const char* name : {"log", "objects", packages_directory})
            WR_TRY_VOID(source_.fs.make_directories(partial_ + "/" + name));
        WR_TRY_VOID(source_.store.flush());
        const auto held = source_.objects.hold_files();
        // Before and after, since a package may go as soon as its function has gone.
        WR_TRY_VOID(copy_packages());
        const base::Timestamp time = source_.clock.now();
        WR_TRY(const log::Position end, source_.log.back_up(partial_ + "/log", [&] {
            return source_.store.back_up(partial_ + "/kv");
        }));
        WR_TRY_VOID(copy_packages());
        WR_TRY_VOID(copy_objects());
        WR_TRY_VOID(copy_own_files());
        base::Json mark{base::Json::Object{}};
        mark.set("directory", to_);
        mark.set("time", base::format_iso8601(time));
        mark.set("logSegment", end.segment);
        mark.set("logOffset", end.offset);
        mark.set("objectFiles", objects_);
        WR_TRY_VOID(io::write_file_atomically(
            source_.fs, partial_ + "/" + backup_mark_file, mark.dump_pretty(2) + "\n"));
        for (const char* name : {"/kv", "/log", "/objects", "/functions", "/functions/code", ""})
            WR_TRY_VOID(source_.fs.sync_directory(partial_ + name));
        WR_TRY_VOID(source_.fs.rename(partial_, to_));
        WR_TRY_VOID(source_.fs.sync_directory(to_.substr(0, to_.rfind('/') + 1)));
        return mark;
    }

private:
    base::Result<void> check_target() const {
        namespace files = std::filesystem;
        std::error_code error;
        const files::path own = files::weakly_canonical(source_.directory.path(), error);
        const files::path target = files::weakly_canonical(to_, error);
        if ((target.string() + "/").starts_with(own.string() + "/"))
            return base::fail(base::ErrorCode::InvalidArgument,
                              to_ + " lies in the data directory itself");
        // What an interrupted one left behind is a person's to remove: the name could mean more.
        for (const std::string& path : {to_, partial_}) {
            WR_TRY(const bool exists, source_.fs.exists(path));
            if (exists)
                return base::fail(base::ErrorCode::AlreadyExists, path + " is already there");
        }
        return {};
    }

    base::Result<void> copy_packages() {
        const std::string from = source_.directory.sub(packages_directory);
        WR_TRY(const bool exists, source_.fs.exists(from));
        if (!exists) return {};
        WR_TRY(const auto names, source_.fs.list(from));
        for (const std::string& name : names) {
            // What is beside a package is unzipped from it again.
            if (!name.ends_with(".zip")) continue;
            const std::string target = partial_ + "/" + packages_directory + "/" + name;
            WR_TRY(const bool is_there, source_.fs.exists(target));
            if (is_there) continue;
            const auto copied = io::link_or_copy(source_.fs, from + "/" + name, target);
            if (!copied && copied.error().code != base::ErrorCode::NotFound) return copied;
        }
        return {};
    }

    base::Result<void> copy_objects() {
        const std::string from = source_.directory.sub("objects");
        WR_TRY(const auto directories, source_.fs.list(from));
        for (const std::string& directory : directories) {
            const std::string target = partial_ + "/objects/" + directory;
            WR_TRY_VOID(source_.fs.make_directories(target));
            WR_TRY(const auto names, source_.fs.list(from + "/" + directory));
            for (const std::string& name : names) {
                // Half-written ones have no row yet.
                if (name.ends_with(".tmp")) continue;
                const auto copied = io::link_or_copy(
                    source_.fs, from + "/" + directory + "/" + name, target + "/" + name);
                // Written after the moment, and gone again.
                if (!copied && copied.error().code != base::ErrorCode::NotFound) return copied;
                if (copied) ++objects_;
            }
            WR_TRY_VOID(source_.fs.sync_directory(target));
        }
        return {};
    }

    base::Result<void> copy_own_files() {
        for (const char* name :
             {"VERSION", "credentials.json", "tls/authority.pem", "console/alerts.json"}) {
            const std::string from = source_.directory.sub(name);
            WR_TRY(const bool exists, source_.fs.exists(from));
            if (!exists) continue;
            const std::string target = partial_ + "/" + name;
            WR_TRY_VOID(source_.fs.make_directories(target.substr(0, target.rfind('/'))));
            // A copy, since these are replaced while the server runs.
            WR_TRY(const std::string content, io::read_file(source_.fs, from, own_bytes_max));
            WR_TRY_VOID(io::write_file_atomically(source_.fs, target, content));
        }
        return {};
    }

    const BackupSource& source_;
    const std::string to_;
    const std::string partial_;
    uint64_t objects_ = 0;
};

}  // namespace

base::Result<base::Json> back_up(const BackupSource& source, const std::string& to) {
    Backup backup(source, to);
    auto made = backup.run();
    // Half of one would only take space.
    if (!made && made.error().code != base::ErrorCode::AlreadyExists)
        (void)io::remove_tree(to + ".partial").has_value();
    return made;
}

}  // namespace wr::server
