// Zip files by their central directory, inflated into memory of exactly the declared size.
#include "services/lambda/engine/zip.h"

#include <libdeflate.h>

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace wr::lambda {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr uint32_t end_signature = 0x06054b50;
constexpr uint32_t entry_signature = 0x02014b50;
constexpr uint32_t local_signature = 0x04034b50;
constexpr size_t end_bytes = 22;
constexpr size_t entry_bytes = 46;
constexpr size_t local_bytes = 30;
constexpr size_t path_bytes_max = 1024;
constexpr uint32_t type_mask = 0170000;
constexpr uint32_t type_directory = 0040000;
constexpr uint32_t type_regular = 0100000;

base::Failure<base::Error> bad(const std::string& why) {
    return fail(ErrorCode::InvalidArgument, why);
}

uint32_t read_number(std::string_view bytes, size_t at, size_t size) {
    uint32_t value = 0;
    for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
    return value;
}

struct Entry {
    uint32_t flags = 0;
    uint32_t method = 0;
    uint32_t crc = 0;
    uint32_t packed = 0;
    uint32_t unpacked = 0;
    uint32_t mode = 0;
    uint32_t local_offset = 0;
    std::string name;
};

struct Directory {
    size_t count = 0;
    size_t offset = 0;
    size_t size = 0;
};

Result<Directory> find_directory(std::string_view zip) {
    if (zip.size() < end_bytes) return bad("too short to be a zip file");
    const size_t lowest = zip.size() > end_bytes + 0xffff ? zip.size() - end_bytes - 0xffff : 0;
    for (size_t at = zip.size() - end_bytes + 1; at-- > lowest;) {
        if (read_number(zip, at, 4) != end_signature) continue;
        if (read_number(zip, at + 20, 2) != zip.size() - at - end_bytes) continue;
        Directory directory{read_number(zip, at + 10, 2),
                            read_number(zip, at + 16, 4),
                            read_number(zip, at + 12, 4)};
        if (read_number(zip, at + 8, 2) != directory.count) return bad("archive of several parts");
        if (directory.offset > at || directory.size > at - directory.offset) {
            return bad("directory out of bounds");
        }
        return directory;
    }
    return bad("no end of central directory");
}

Result<Entry> read_entry(std::string_view directory, size_t& at) {
    if (directory.size() - at < entry_bytes) return bad("directory cut short");
    const std::string_view fixed = directory.substr(at, entry_bytes);
    if (read_number(fixed, 0, 4) != entry_signature) return bad("bad directory entry");
    Entry entry;
    const uint32_t system = read_number(fixed, 5, 1);
    entry.flags = read_number(fixed, 8, 2);
    entry.method = read_number(fixed, 10, 2);
    entry.crc = read_number(fixed, 16, 4);
    entry.packed = read_number(fixed, 20, 4);
    entry.unpacked = read_number(fixed, 24, 4);
    const size_t name_size = read_number(fixed, 28, 2);
    const size_t rest_size = read_number(fixed, 30, 2) + read_number(fixed, 32, 2);
    // Only Unix-like makers (3 Unix, 19 Darwin) keep a mode in the upper half.
    entry.mode = system == 3 || system == 19 ? read_number(fixed, 40, 2) : 0;
    entry.local_offset = read_number(fixed, 42, 4);
    at += entry_bytes;
    if (directory.size() - at < name_size + rest_size) return bad("directory cut short");
    entry.name = directory.substr(at, name_size);
    at += name_size + rest_size;
    return entry;
}

std::optional<std::string> problem_of_path(const std::string& path) {
    if (path.empty() || path.size() > path_bytes_max) return "bad length of a path";
    if (path.find_first_of(std::string_view("\\\0", 2)) != std::string::npos) return "bad path";
    size_t begin = 0;
    while (begin <= path.size()) {
        const size_t end = std::min(path.find('/', begin), path.size());
        const std::string part = path.substr(begin, end - begin);
        if (part.empty() || part == "." || part == ".." || part.size() > 255) {
            return "path leaves the package: " + path;
        }
        begin = end + 1;
    }
    return std::nullopt;
}

Result<std::string_view> packed_bytes(std::string_view zip, const Entry& entry) {
    if (entry.local_offset > zip.size() || zip.size() - entry.local_offset < local_bytes) {
        return bad("entry out of bounds");
    }
    const std::string_view local = zip.substr(entry.local_offset);
    if (read_number(local, 0, 4) != local_signature) return bad("bad local header");
    const size_t start = local_bytes + read_number(local, 26, 2) + read_number(local, 28, 2);
    if (start > local.size() || local.size() - start < entry.packed) {
        return bad("entry out of bounds");
    }
    return local.substr(start, entry.packed);
}

Result<std::string> unpack(std::string_view packed, const Entry& entry) {
    std::string content;
    if (entry.method == 0) {
        if (entry.packed != entry.unpacked) return bad("sizes of a stored entry differ");
        content = packed;
    } else if (entry.method == 8) {
        // Deflate cannot do better than 1032 to 1: what claims more is a lie, told before a
        // byte is allocated.
        if (entry.unpacked / 1032 > entry.packed + 1) return bad("impossible size of an entry");
        content.resize(entry.unpacked);
        const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>
            inflater(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
        // A null "actual" size demands exactly the declared one.
        if (libdeflate_deflate_decompress(inflater.get(),
                                          packed.data(),
                                          packed.size(),
                                          content.data(),
                                          content.size(),
                                          nullptr) != LIBDEFLATE_SUCCESS) {
            return bad("damaged entry");
        }
    } else {
        return bad("unknown compression method");
    }
    if (libdeflate_crc32(0, content.data(), content.size()) != entry.crc) {
        return bad("wrong checksum of an entry");
    }
    return content;
}

}  // namespace

Result<void> read_zip(
    std::string_view zip,
    const ZipLimits& limits,
    const std::function<Result<void>(const ZipEntry&, std::string_view content)>& each) {
    WR_TRY(const Directory directory, find_directory(zip));
    if (directory.count > limits.files_max) return bad("too many files");
    const std::string_view bytes = zip.substr(directory.offset, directory.size);
    std::set<std::string> seen;
    size_t at = 0;
    uint64_t total = 0;
    for (size_t i = 0; i < directory.count; ++i) {
        WR_TRY(Entry entry, read_entry(bytes, at));
        if (entry.flags & 1) return bad("encrypted entry");
        const uint32_t type = entry.mode & type_mask;
        if (entry.name.ends_with('/')) {
            entry.name.pop_back();
            if (auto problem = problem_of_path(entry.name)) return bad(*problem);
            if (type != 0 && type != type_directory) return bad("not a directory: " + entry.name);
            continue;
        }
        if (type != 0 && type != type_regular) return bad("not a plain file: " + entry.name);
        if (auto problem = problem_of_path(entry.name)) return bad(*problem);
        if (!seen.insert(entry.name).second) return bad("a path occurs twice: " + entry.name);
        total += entry.unpacked;
        if (total > limits.unzipped_bytes_max) return bad("unzipped size too large");
        WR_TRY(const std::string_view packed, packed_bytes(zip, entry));
        WR_TRY(const std::string content, unpack(packed, entry));
        WR_TRY_VOID(each({entry.name, (entry.mode & 0111) != 0}, content));
    }
    return {};
}

}  // namespace wr::lambda
