// Keeps what is durable and what is not apart, per file and per directory entry.
#include "io/faulty_file_system.h"

#include <algorithm>

#include "base/assert.h"

namespace wr::io {
namespace {

constexpr size_t sector_bytes = 512;

std::string parent_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

/// One un-synced change of a file: bytes at an offset, or a new size.
struct Write {
    uint64_t offset = 0;
    std::string bytes;
    std::optional<uint64_t> resize;
};

void put(std::string& content, uint64_t offset, std::string_view bytes) {
    if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
    content.replace(offset, bytes.size(), bytes);
}

void apply_write(std::string& content, const Write& write) {
    if (write.resize)
        content.resize(*write.resize);
    else
        put(content, write.offset, write.bytes);
}

/// A random part of the write's sectors.
void apply_torn(std::string& content, const Write& write, std::mt19937_64& engine) {
    if (write.resize) return;
    for (uint64_t at = 0; at < write.bytes.size();) {
        const uint64_t to_boundary = sector_bytes - (write.offset + at) % sector_bytes;
        const uint64_t count = std::min<uint64_t>(to_boundary, write.bytes.size() - at);
        if (engine() % 2 == 0)
            put(content, write.offset + at, std::string_view(write.bytes).substr(at, count));
        at += count;
    }
}

base::Failure<base::Error> failure(Fault fault, const char* call, const std::string& path) {
    const bool no_space = fault == Fault::NoSpace;
    return base::fail(no_space ? base::ErrorCode::NoSpace : base::ErrorCode::Io,
                      std::string(call) + " " + path +
                          (no_space                   ? ": no space left (injected)"
                           : fault == Fault::PowerOff ? ": power is off (injected)"
                                                      : ": input/output error (injected)"));
}

}  // namespace

struct FaultyFileSystem::Inode {
    std::string content;
    std::string durable;
    std::vector<Write> pending;
};

class FaultyFile final : public File {
public:
    FaultyFile(FaultyFileSystem& fs,
               std::shared_ptr<FaultyFileSystem::Inode> inode,
               std::string path,
               uint64_t generation)
        : fs_(fs), inode_(std::move(inode)), path_(std::move(path)), generation_(generation) {}

    Result<size_t> read_at(uint64_t offset, void* buffer, size_t size) const override {
        base::MutexLock lock(fs_.mutex_);
        if (const auto fault = next_call()) return failure(Fault::Io, "read", path_);
        if (offset >= inode_->content.size()) return size_t{0};
        return inode_->content.copy(static_cast<char*>(buffer), size, offset);
    }

    Result<void> write_at(uint64_t offset, std::string_view bytes) override {
        base::MutexLock lock(fs_.mutex_);
        const auto fault = next_call();
        if (fault && *fault != Fault::Short) return failure(*fault, "write", path_);
        change({offset, std::string(fault ? bytes.substr(0, bytes.size() / 2) : bytes), {}});
        if (fault) return failure(*fault, "write", path_);
        return {};
    }

    Result<void> sync() override {
        base::MutexLock lock(fs_.mutex_);
        const auto fault = next_call();
        if (fault) {
            // The pages are clean afterwards: no later sync will write them.
            if (*fault != Fault::PowerOff) inode_->pending.clear();
            return failure(*fault == Fault::PowerOff ? *fault : Fault::Io, "fdatasync", path_);
        }
        if (fs_.ignores_sync()) return {};
        for (const Write& write : inode_->pending) apply_write(inode_->durable, write);
        inode_->pending.clear();
        return {};
    }

    Result<void> allocate(uint64_t size_bytes) override {
        base::MutexLock lock(fs_.mutex_);
        if (const auto fault = next_call()) return failure(*fault, "allocate", path_);
        if (size_bytes > inode_->content.size()) change({0, {}, size_bytes});
        return {};
    }

    Result<void> truncate(uint64_t size_bytes) override {
        base::MutexLock lock(fs_.mutex_);
        if (const auto fault = next_call()) return failure(Fault::Io, "truncate", path_);
        change({0, {}, size_bytes});
        return {};
    }

    Result<uint64_t> size() const override {
        base::MutexLock lock(fs_.mutex_);
        if (const auto fault = next_call()) return failure(Fault::Io, "stat", path_);
        return static_cast<uint64_t>(inode_->content.size());
    }

private:
    std::optional<Fault> next_call() const REQUIRES(fs_.mutex_) {
        if (generation_ != fs_.generation_) return Fault::PowerOff;
        return fs_.next_call();
    }

    void change(Write write) {
        apply_write(inode_->content, write);
        inode_->pending.push_back(std::move(write));
    }

    FaultyFileSystem& fs_;
    const std::shared_ptr<FaultyFileSystem::Inode> inode_;
    const std::string path_;
    const uint64_t generation_;
};

FaultyFileSystem::FaultyFileSystem() : directories_({""}) {}
FaultyFileSystem::~FaultyFileSystem() = default;

std::optional<Fault> FaultyFileSystem::next_call() {
    ++calls_;
    if (power_is_off_) return Fault::PowerOff;
    const auto found = faults_.find(calls_);
    if (found == faults_.end()) return std::nullopt;
    if (found->second == Fault::PowerOff) power_is_off_ = true;
    return found->second;
}

Result<void> FaultyFileSystem::simple_call(const char* name,
                                           const std::string& path,
                                           bool takes_space) {
    const auto fault = next_call();
    if (!fault) return {};
    return failure(*fault == Fault::NoSpace && !takes_space ? Fault::Io : *fault, name, path);
}

void FaultyFileSystem::apply(Names& names, const DirectoryChange& change) {
    if (!change.from.empty()) names.erase(change.from);
    if (change.inode)
        names[change.path] = change.inode;
    else
        names.erase(change.path);
}

bool FaultyFileSystem::ignores_sync() {
    if (ignored_sync_chance_ <= 0) return false;
    return std::uniform_real_distribution<double>()(ignored_sync_engine_) < ignored_sync_chance_;
}

Result<std::unique_ptr<File>> FaultyFileSystem::open(const std::string& path, OpenMode mode) {
    base::MutexLock lock(mutex_);
    const bool creates = mode == OpenMode::CreateNew || mode == OpenMode::CreateOrOpen;
    WR_TRY_VOID(simple_call("open", path, creates));
    auto found = names_.find(path);
    if (found != names_.end() && mode == OpenMode::CreateNew)
        return base::fail(base::ErrorCode::AlreadyExists, "open " + path + ": file exists");
    if (found == names_.end()) {
        if (!creates || !directories_.contains(parent_of(path)))
            return base::fail(base::ErrorCode::NotFound, "open " + path + ": no such file");
        changes_.push_back({parent_of(path), path, std::make_shared<Inode>(), {}});
        apply(names_, changes_.back());
        found = names_.find(path);
    }
    return std::unique_ptr<File>(
        std::make_unique<FaultyFile>(*this, found->second, path, generation_));
}

Result<void> FaultyFileSystem::make_directories(const std::string& path) {
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(simple_call("mkdir", path, true));
    for (std::string part = path; !part.empty(); part = parent_of(part)) directories_.insert(part);
    return {};
}

Result<std::vector<std::string>> FaultyFileSystem::list(const std::string& directory) {
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(simple_call("list", directory, false));
    std::vector<std::string> names;
    for (const auto& [path, inode] : names_)
        if (parent_of(path) == directory) names.push_back(path.substr(directory.size() + 1));
    for (const auto& path : directories_)
        if (!path.empty() && parent_of(path) == directory)
            names.push_back(path.substr(directory.size() + 1));
    std::sort(names.begin(), names.end());
    return names;
}

Result<bool> FaultyFileSystem::exists(const std::string& path) {
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(simple_call("stat", path, false));
    return names_.contains(path) || directories_.contains(path);
}

Result<void> FaultyFileSystem::rename(const std::string& from, const std::string& to) {
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(simple_call("rename", from, true));
    const auto found = names_.find(from);
    if (found == names_.end())
        return base::fail(base::ErrorCode::NotFound, "rename " + from + ": no such file");
    changes_.push_back({parent_of(to), to, found->second, from});
    apply(names_, changes_.back());
    return {};
}

Result<void> FaultyFileSystem::remove(const std::string& path) {
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(simple_call("remove", path, false));
    if (!names_.contains(path))
        return base::fail(base::ErrorCode::NotFound, "remove " + path + ": no such file");
    changes_.push_back({parent_of(path), path, nullptr, {}});
    apply(names_, changes_.back());
    return {};
}

Result<void> FaultyFileSystem::sync_directory(const std::string& path) {
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(simple_call("fsync", path, false));
    if (ignores_sync()) return {};
    std::vector<DirectoryChange> others;
    for (auto& change : changes_) {
        if (change.directory == path)
            apply(durable_names_, change);
        else
            others.push_back(std::move(change));
    }
    changes_ = std::move(others);
    return {};
}

Result<uint64_t> FaultyFileSystem::free_bytes(const std::string& path) {
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(simple_call("statvfs", path, false));
    return uint64_t{1} << 40;
}

void FaultyFileSystem::fail_call(uint64_t nth, Fault fault) {
    base::MutexLock lock(mutex_);
    faults_[calls_ + nth] = fault;
}

void FaultyFileSystem::clear_faults() {
    base::MutexLock lock(mutex_);
    faults_.clear();
}

void FaultyFileSystem::ignore_syncs(double chance, uint64_t seed) {
    base::MutexLock lock(mutex_);
    ignored_sync_chance_ = chance;
    ignored_sync_engine_.seed(seed);
}

uint64_t FaultyFileSystem::calls() const {
    base::MutexLock lock(mutex_);
    return calls_;
}

void FaultyFileSystem::power_cut(uint64_t seed) {
    base::MutexLock lock(mutex_);
    std::mt19937_64 engine(seed);
    // All, none, or each on its own: the pure cases are common in practice and rare by chance.
    const uint64_t mode = engine() % 8;
    const auto kept = [&] { return mode == 0 || (mode != 1 && engine() % 2 == 0); };
    for (const auto& change : changes_)
        if (kept()) apply(durable_names_, change);
    changes_.clear();
    names_ = durable_names_;
    std::set<Inode*> settled;
    for (const auto& [path, inode] : names_) {
        if (!settled.insert(inode.get()).second) continue;
        if (mode >= 2 && mode < 5)
            std::shuffle(inode->pending.begin(), inode->pending.end(), engine);
        for (const Write& write : inode->pending) {
            if (mode >= 2 && engine() % 3 == 0)
                apply_torn(inode->durable, write, engine);
            else if (kept())
                apply_write(inode->durable, write);
        }
        inode->pending.clear();
        inode->content = inode->durable;
    }
    faults_.clear();
    power_is_off_ = false;
    ++generation_;
}

void FaultyFileSystem::flip_bit(const std::string& path, uint64_t offset, int bit) {
    base::MutexLock lock(mutex_);
    Inode& inode = *names_.at(path);
    for (std::string* bytes : {&inode.content, &inode.durable})
        if (offset < bytes->size())
            (*bytes)[offset] = static_cast<char>((*bytes)[offset] ^ (1 << bit));
}

void FaultyFileSystem::overwrite(const std::string& path, uint64_t offset, std::string_view bytes) {
    base::MutexLock lock(mutex_);
    Inode& inode = *names_.at(path);
    put(inode.content, offset, bytes);
    put(inode.durable, offset, bytes);
}

void FaultyFileSystem::cut_file(const std::string& path, uint64_t size_bytes) {
    base::MutexLock lock(mutex_);
    Inode& inode = *names_.at(path);
    inode.content.resize(std::min<size_t>(size_bytes, inode.content.size()));
    inode.durable.resize(std::min<size_t>(size_bytes, inode.durable.size()));
}

void FaultyFileSystem::lose_file(const std::string& path) {
    base::MutexLock lock(mutex_);
    names_.erase(path);
    durable_names_.erase(path);
}

std::string FaultyFileSystem::contents(const std::string& path) const {
    base::MutexLock lock(mutex_);
    return names_.at(path)->content;
}

}  // namespace wr::io
