// Files that end with the process: names map to shared byte strings, synced by definition.
#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "base/mutex.h"
#include "io/file_system.h"

namespace wr::io {
namespace {

struct Contents {
    base::Mutex mutex;
    std::string bytes GUARDED_BY(mutex);
    // May exceed bytes.size(): what was allocated but not written costs no memory and reads as
    // zeros.
    uint64_t size GUARDED_BY(mutex) = 0;
};

class MemoryFile final : public File {
public:
    explicit MemoryFile(std::shared_ptr<Contents> contents) : contents_(std::move(contents)) {}

    Result<size_t> read_at(uint64_t offset, void* buffer, size_t size) const override {
        base::MutexLock lock(contents_->mutex);
        if (offset >= contents_->size) return size_t{0};
        const size_t count = std::min<size_t>(size, contents_->size - offset);
        std::memset(buffer, 0, count);
        if (offset < contents_->bytes.size())
            contents_->bytes.copy(static_cast<char*>(buffer), count, offset);
        return count;
    }

    Result<void> write_at(uint64_t offset, std::string_view bytes) override {
        base::MutexLock lock(contents_->mutex);
        if (contents_->bytes.size() < offset + bytes.size())
            contents_->bytes.resize(offset + bytes.size());
        std::memcpy(contents_->bytes.data() + offset, bytes.data(), bytes.size());
        contents_->size = std::max<uint64_t>(contents_->size, contents_->bytes.size());
        return {};
    }

    Result<void> sync() override { return {}; }

    Result<void> allocate(uint64_t size_bytes) override {
        base::MutexLock lock(contents_->mutex);
        contents_->size = std::max(contents_->size, size_bytes);
        return {};
    }

    Result<void> truncate(uint64_t size_bytes) override {
        base::MutexLock lock(contents_->mutex);
        if (size_bytes < contents_->bytes.size()) {
            contents_->bytes.resize(size_bytes);
            contents_->bytes.shrink_to_fit();
        }
        contents_->size = size_bytes;
        return {};
    }

    Result<uint64_t> size() const override {
        base::MutexLock lock(contents_->mutex);
        return contents_->size;
    }

private:
    const std::shared_ptr<Contents> contents_;
};

std::string parent_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

class MemoryFileSystem final : public FileSystem {
public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
        base::MutexLock lock(mutex_);
        const auto found = files_.find(path);
        const bool creates = mode == OpenMode::CreateNew || mode == OpenMode::CreateOrOpen;
        if (found != files_.end() && mode == OpenMode::CreateNew)
            return base::fail(base::ErrorCode::AlreadyExists, "open " + path + ": file exists");
        if (found != files_.end())
            return std::unique_ptr<File>(std::make_unique<MemoryFile>(found->second));
        if (!creates || !directories_.contains(parent_of(path)))
            return base::fail(base::ErrorCode::NotFound, "open " + path + ": no such file");
        auto contents = std::make_shared<Contents>();
        files_[path] = contents;
        return std::unique_ptr<File>(std::make_unique<MemoryFile>(std::move(contents)));
    }

    Result<void> make_directories(const std::string& path) override {
        base::MutexLock lock(mutex_);
        for (std::string part = path; !part.empty(); part = parent_of(part)) {
            if (files_.contains(part))
                return base::fail(base::ErrorCode::AlreadyExists, part + " is not a directory");
            directories_.insert(part);
        }
        return {};
    }

    Result<std::vector<std::string>> list(const std::string& directory) override {
        base::MutexLock lock(mutex_);
        if (!directories_.contains(directory))
            return base::fail(base::ErrorCode::NotFound, "list " + directory + ": not found");
        std::vector<std::string> names;
        for (const auto& [path, contents] : files_) add_child(names, directory, path);
        for (const auto& path : directories_) add_child(names, directory, path);
        std::sort(names.begin(), names.end());
        return names;
    }

    Result<bool> exists(const std::string& path) override {
        base::MutexLock lock(mutex_);
        return files_.contains(path) || directories_.contains(path);
    }

    Result<void> rename(const std::string& from, const std::string& to) override {
        base::MutexLock lock(mutex_);
        const auto found = files_.find(from);
        if (found == files_.end() || !directories_.contains(parent_of(to)))
            return base::fail(base::ErrorCode::NotFound, "rename " + from + ": no such file");
        auto contents = found->second;
        files_.erase(found);
        files_[to] = std::move(contents);
        return {};
    }

    Result<void> remove(const std::string& path) override {
        base::MutexLock lock(mutex_);
        if (files_.erase(path) > 0) return {};
        if (!directories_.contains(path))
            return base::fail(base::ErrorCode::NotFound, "remove " + path + ": no such file");
        std::vector<std::string> children;
        for (const auto& [name, contents] : files_) add_child(children, path, name);
        for (const auto& name : directories_) add_child(children, path, name);
        if (!children.empty())
            return base::fail(base::ErrorCode::InvalidArgument, "remove " + path + ": not empty");
        directories_.erase(path);
        return {};
    }

    Result<void> sync_directory(const std::string& path) override {
        base::MutexLock lock(mutex_);
        if (directories_.contains(path)) return {};
        return base::fail(base::ErrorCode::NotFound, "fsync " + path + ": no such directory");
    }

    Result<uint64_t> free_bytes(const std::string&) override { return uint64_t{1} << 40; }

private:
    static void add_child(std::vector<std::string>& names,
                          const std::string& directory,
                          const std::string& path) {
        if (path.size() <= directory.size() + 1 || !path.starts_with(directory) ||
            path[directory.size()] != '/')
            return;
        if (path.find('/', directory.size() + 1) != std::string::npos) return;
        names.push_back(path.substr(directory.size() + 1));
    }

    base::Mutex mutex_;
    std::map<std::string, std::shared_ptr<Contents>> files_ GUARDED_BY(mutex_);
    // The root of absolute and of relative paths is always there.
    std::set<std::string> directories_ GUARDED_BY(mutex_) = {""};
};

}  // namespace

std::unique_ptr<FileSystem> make_memory_file_system() {
    return std::make_unique<MemoryFileSystem>();
}

}  // namespace wr::io
