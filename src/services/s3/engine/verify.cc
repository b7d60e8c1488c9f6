// Reads all bytes of all objects; an ETag is the MD5 of the bytes, or of the MD5s of the parts.
#include "services/s3/engine/verify.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/hash.h"
#include "services/s3/engine/records.h"

namespace wr::s3 {
namespace {

constexpr size_t read_bytes = 1024 * 1024;
constexpr size_t md5_hex_digits = 32;

class Verifier {
public:
    Verifier(io::FileSystem& fs, const kv::Store& store, std::string directory)
        : fs_(fs), store_(store), directory_(std::move(directory)) {}

    base::Result<ObjectsReport> run() {
        WR_TRY_VOID(each("o/", [this](std::string_view key, std::string_view value) {
            const auto object = decode_object(key, value);
            if (!object) return damaged(key, "its row cannot be read");
            check_object(key, *object);
        }));
        WR_TRY_VOID(each("p/", [this](std::string_view key, std::string_view value) {
            const auto part = decode_part(value);
            if (!part) return damaged(key, "its row cannot be read");
            check(key, part->blob, {}, base::hex_encode(part->md5));
        }));
        return std::move(report_);
    }

private:
    base::Result<void> each(
        std::string_view prefix,
        const std::function<void(std::string_view key, std::string_view value)>& row) {
        return store_.scan(prefix, [&](std::string_view key, std::string_view value) {
            ++report_.objects;
            row(key.substr(prefix.size()), value);
            return true;
        });
    }

    void damaged(std::string_view key, const std::string& what) {
        std::string name;
        // Bucket and key are told apart by two zero bytes.
        std::string_view rest = key;
        if (const auto bucket = kv::take_key_part(rest)) name = *bucket + "/" + std::string(rest);
        report_.damages.push_back("object " + (name.empty() ? std::string(key) : name) + ": " +
                                  what);
    }

    void check_object(std::string_view key, const Object& object) {
        std::vector<uint64_t> parts;
        for (const ObjectPart& part : object.parts) parts.push_back(part.size_bytes);
        const bool is_composite = object.etag.find('-') != std::string::npos;
        // Of an object whose parts are not recorded only the size can be checked.
        check(key, object.blob, parts, is_composite && parts.empty() ? "" : object.etag);
    }

    std::string path_of(const Blob& blob) const {
        return directory_ + "/" + blob.id.substr(0, 2) + "/" + blob.id;
    }

    void check(std::string_view key,
               const Blob& blob,
               const std::vector<uint64_t>& parts,
               const std::string& etag) {
        std::string where;
        const auto sum = digest(blob, parts, where);
        if (!sum) return damaged(key, where + sum.error().message);
        const bool is_comparable = etag.size() >= md5_hex_digits;
        if (is_comparable && *sum != etag.substr(0, md5_hex_digits))
            damaged(key, where + "its bytes are not what was stored");
    }

    /// Hex MD5 as the ETag has it, without the number of parts.
    base::Result<std::string> digest(const Blob& blob,
                                     const std::vector<uint64_t>& parts,
                                     std::string& where) {
        std::string in_row;
        std::unique_ptr<io::File> file;
        if (blob.is_file) {
            where = path_of(blob) + ": ";
            WR_TRY(file, fs_.open(path_of(blob), io::OpenMode::Read));
            WR_TRY(const uint64_t size, file->size());
            if (size != blob.size_bytes)
                return base::fail(base::ErrorCode::Corruption, "its size is another one");
            file->drop_cache();
        } else if (!blob.id.empty()) {
            WR_TRY(const auto row, store_.get(blob_row(blob.id)));
            if (!row || row->size() != blob.size_bytes)
                return base::fail(base::ErrorCode::Corruption, "its bytes are missing");
            in_row = *row;
        }
        std::string digests;
        uint64_t offset = 0;
        for (const uint64_t size : parts) {
            WR_TRY(const std::string md5, sum(file.get(), in_row, offset, size));
            digests += md5;
            offset += size;
        }
        if (!parts.empty()) return base::md5_hex(digests);
        WR_TRY(const std::string md5, sum(file.get(), in_row, 0, blob.size_bytes));
        return base::hex_encode(md5);
    }

    base::Result<std::string> sum(const io::File* file,
                                  const std::string& in_row,
                                  uint64_t offset,
                                  uint64_t size) {
        base::Hasher hasher(base::HashKind::Md5);
        report_.bytes += size;
        if (file == nullptr) {
            hasher.update(std::string_view(in_row).substr(offset, size));
            return hasher.finish();
        }
        std::string buffer(std::min<uint64_t>(size, read_bytes), '\0');
        for (const uint64_t end = offset + size; offset < end;) {
            const size_t wanted = std::min<uint64_t>(buffer.size(), end - offset);
            WR_TRY(const size_t got, file->read_at(offset, buffer.data(), wanted));
            if (got != wanted)
                return base::fail(base::ErrorCode::Corruption, "its file was shortened");
            hasher.update({buffer.data(), got});
            offset += got;
        }
        return hasher.finish();
    }

    io::FileSystem& fs_;
    const kv::Store& store_;
    const std::string directory_;
    ObjectsReport report_;
};

}  // namespace

base::Result<ObjectsReport> verify_objects(io::FileSystem& fs,
                                           const kv::Store& store,
                                           const std::string& directory) {
    return Verifier(fs, store, directory).run();
}

}  // namespace wr::s3
