// The parts of a data directory, one after another: log, tables, objects.
#include "server/verify.h"

#include <cstdio>
#include <string>

#include "io/file_system.h"
#include "kv/store.h"
#include "log/check.h"
#include "server/data_directory.h"
#include "services/s3/engine/verify.h"

namespace wr::server {
namespace {

constexpr int exit_intact = 0;
constexpr int exit_damaged = 1;
constexpr int exit_unreadable = 5;

class Verification {
public:
    explicit Verification(const std::string& directory)
        : directory_(directory), fs_(io::make_posix_file_system()) {}

    base::Result<int> run() {
        WR_TRY(const bool is_data, fs_->exists(directory_ + "/VERSION"));
        if (!is_data)
            return base::fail(base::ErrorCode::NotFound, directory_ + " is no data directory");
        WR_TRY(const auto lock, io::DirectoryLock::acquire(directory_));
        WR_TRY_VOID(check_log());
        WR_TRY_VOID(check_tables());
        if (damages_ == 0) {
            std::printf("intact\n");
        } else {
            std::printf("%llu damages\n", number(damages_));
        }
        return damages_ == 0 ? exit_intact : exit_damaged;
    }

private:
    static unsigned long long number(uint64_t value) { return value; }

    void damaged(const std::string& what) {
        ++damages_;
        std::printf("DAMAGED  %s\n", what.c_str());
    }

    base::Result<void> check_log() {
        WR_TRY(const auto report, log::check(*fs_, directory_ + "/log"));
        std::printf("log      %llu segments, %llu entries, %llu bytes\n",
                    number(report.segments),
                    number(report.entries),
                    number(report.bytes));
        if (report.torn_bytes > 0)
            std::printf(
                "         %llu bytes behind the last entry were never acknowledged: the "
                "next start cuts them\n",
                number(report.torn_bytes));
        for (const auto& damage : report.damages)
            damaged(damage.path + " at offset " + std::to_string(damage.offset) + ": " +
                    damage.what);
        return {};
    }

    base::Result<void> check_tables() {
        kv::StoreOptions options;
        options.path = directory_ + "/kv";
        options.read_only = true;
        WR_TRY(const bool exists, fs_->exists(options.path + "/CURRENT"));
        if (!exists) {
            std::printf("tables   none\n");
            return {};
        }
        auto store = kv::open_store(options);
        if (!store) return corruption(store.error());
        const auto verified = (*store)->verify();
        if (!verified) return corruption(verified.error());
        std::printf("tables   intact\n");
        const auto objects = (*store)->scoped("s3/");
        const auto report = s3::verify_objects(*fs_, *objects, directory_ + "/objects");
        if (!report) return corruption(report.error());
        std::printf("objects  %llu objects and parts, %llu bytes\n",
                    number(report->objects),
                    number(report->bytes));
        for (const auto& damage : report->damages) damaged(damage);
        return {};
    }

    /// Damage is what this looks for; any other error ends it.
    base::Result<void> corruption(const base::Error& error) {
        if (error.code != base::ErrorCode::Corruption) return base::fail(error);
        damaged(error.message);
        return {};
    }

    const std::string directory_;
    const std::unique_ptr<io::FileSystem> fs_;
    uint64_t damages_ = 0;
};

}  // namespace

int run_verify(const std::string& directory) {
    const auto done = Verification(directory).run();
    if (done) return *done;
    std::fprintf(stderr, "wildrydes: %s\n", done.error().message.c_str());
    return exit_unreadable;
}

}  // namespace wr::server
