// Zip: a local header and the bytes for each file, then the directory. Source: PKWARE APPNOTE, 4.3.
#include "fleet/zip_writer.h"

#include <zlib.h>

#include <cstdint>

namespace wr::fleet {
namespace {

constexpr uint32_t local_signature = 0x04034b50;
constexpr uint32_t central_signature = 0x02014b50;
constexpr uint32_t end_signature = 0x06054b50;
constexpr uint16_t version_needed = 20;
constexpr uint16_t made_by_unix = 3 << 8 | version_needed;
constexpr uint16_t dos_date_1980 = 0x21;
constexpr uint32_t mode_755 = 0100755u << 16;

void put16(std::string& out, uint16_t value) {
    out += static_cast<char>(value);
    out += static_cast<char>(value >> 8);
}
void put32(std::string& out, uint32_t value) {
    put16(out, static_cast<uint16_t>(value));
    put16(out, static_cast<uint16_t>(value >> 16));
}

/// The part that local and central headers share.
void put_common(std::string& out, const std::string& name, const std::string& content) {
    put16(out, version_needed);
    put16(out, 0);  // flags
    put16(out, 0);  // stored
    put16(out, 0);  // time
    put16(out, dos_date_1980);
    put32(
        out,
        static_cast<uint32_t>(::crc32(
            0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()))));
    put32(out, static_cast<uint32_t>(content.size()));
    put32(out, static_cast<uint32_t>(content.size()));
    put16(out, static_cast<uint16_t>(name.size()));
    put16(out, 0);  // extra
}

}  // namespace

std::string write_zip(const std::vector<std::pair<std::string, std::string>>& files) {
    std::string out;
    std::string central;
    for (const auto& [name, content] : files) {
        const auto offset = static_cast<uint32_t>(out.size());
        put32(out, local_signature);
        put_common(out, name, content);
        out += name + content;
        put32(central, central_signature);
        put16(central, made_by_unix);
        put_common(central, name, content);
        put16(central, 0);  // comment
        put16(central, 0);  // disk
        put16(central, 0);  // internal attributes
        put32(central, mode_755);
        put32(central, offset);
        central += name;
    }
    const auto central_offset = static_cast<uint32_t>(out.size());
    out += central;
    put32(out, end_signature);
    put32(out, 0);  // disks
    put16(out, static_cast<uint16_t>(files.size()));
    put16(out, static_cast<uint16_t>(files.size()));
    put32(out, static_cast<uint32_t>(central.size()));
    put32(out, central_offset);
    put16(out, 0);  // comment
    return out;
}

}  // namespace wr::fleet
