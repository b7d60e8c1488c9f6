#pragma once
// FaultyFileSystem: files in memory that lose power, fail calls and flip bits, for tests.
//
// Every un-synced write and directory change is kept apart until sync makes it durable. After a
// power cut each of them may be there, be missing or be there in part, in any combination.
// Directories themselves are durable at once.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "io/file_system.h"

namespace wr::io {

enum class Fault {
    Io,        ///< EIO; a failed sync loses what it should have written, yet reads still show it
    NoSpace,   ///< ENOSPC where the call can meet it, else EIO
    Short,     ///< half of a write arrives, then EIO
    PowerOff,  ///< this and every later call fail until power_cut()
};

/// @threads any
class FaultyFileSystem final : public FileSystem {
public:
    FaultyFileSystem();
    ~FaultyFileSystem() override;

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    Result<void> make_directories(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    Result<bool> exists(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
    Result<void> sync_directory(const std::string& path) override;
    Result<uint64_t> free_bytes(const std::string& path) override;

    /// The `nth` call from now (1 is the next) meets `fault`.
    void fail_call(uint64_t nth, Fault fault);
    void clear_faults();
    /// Each sync is silently skipped with this chance: the bug that tests must find.
    void ignore_syncs(double chance, uint64_t seed);
    /// Calls made so far.
    uint64_t calls() const;

    /// Power is lost and comes back: un-synced changes are dropped, kept, torn at 512-byte sectors
    /// and reordered as `seed` says. Files that are open stay useless.
    void power_cut(uint64_t seed);

    /// Damage behind the program's back.
    void flip_bit(const std::string& path, uint64_t offset, int bit);
    void overwrite(const std::string& path, uint64_t offset, std::string_view bytes);
    void cut_file(const std::string& path, uint64_t size_bytes);
    void lose_file(const std::string& path);
    std::string contents(const std::string& path) const;

private:
    friend class FaultyFile;
    struct Inode;
    struct DirectoryChange {
        std::string directory;
        std::string path;
        std::shared_ptr<Inode> inode;  ///< null: the name goes
        std::string from;              ///< a rename also takes this name away
    };
    using Names = std::map<std::string, std::shared_ptr<Inode>>;

    /// Counts the call; what it must fail with, if anything.
    std::optional<Fault> next_call() REQUIRES(mutex_);
    Result<void> simple_call(const char* name, const std::string& path, bool takes_space)
        REQUIRES(mutex_);
    static void apply(Names& names, const DirectoryChange& change);
    bool ignores_sync() REQUIRES(mutex_);

    mutable base::Mutex mutex_;
    Names names_ GUARDED_BY(mutex_);
    Names durable_names_ GUARDED_BY(mutex_);
    std::vector<DirectoryChange> changes_ GUARDED_BY(mutex_);
    std::set<std::string> directories_ GUARDED_BY(mutex_);
    uint64_t calls_ GUARDED_BY(mutex_) = 0;
    std::map<uint64_t, Fault> faults_ GUARDED_BY(mutex_);
    bool power_is_off_ GUARDED_BY(mutex_) = false;
    uint64_t generation_ GUARDED_BY(mutex_) = 0;
    double ignored_sync_chance_ GUARDED_BY(mutex_) = 0;
    std::mt19937_64 ignored_sync_engine_ GUARDED_BY(mutex_);
};

}  // namespace wr::io
