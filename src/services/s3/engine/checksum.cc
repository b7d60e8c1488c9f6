// CRCs and digests behind one face; CRC-64/NVME by eight tables, eight bytes a step.
#include "services/s3/engine/checksum.h"

#include <libdeflate.h>

#include <bit>
#include <cstring>

namespace wr::s3 {
namespace {

constexpr uint64_t crc64_polynomial = 0x9a6c9329ac4bc9b5ULL;  // 0xad93d23594c93659, bits reversed

using Crc64Tables = std::array<std::array<uint64_t, 256>, 8>;

constexpr Crc64Tables make_crc64_tables() {
    Crc64Tables tables{};
    for (uint64_t i = 0; i < 256; ++i) {
        uint64_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? crc64_polynomial : 0);
        tables[0][i] = crc;
    }
    for (size_t table = 1; table < 8; ++table) {
        for (size_t i = 0; i < 256; ++i) {
            const uint64_t before = tables[table - 1][i];
            tables[table][i] = tables[0][before & 255] ^ (before >> 8);
        }
    }
    return tables;
}
constexpr Crc64Tables crc64_tables = make_crc64_tables();

static_assert(std::endian::native == std::endian::little, "words are read in memory order");

std::string big_endian(uint64_t value, size_t size_bytes) {
    std::string out(size_bytes, '\0');
    for (size_t i = size_bytes; i-- > 0; value >>= 8) out[i] = static_cast<char>(value & 255);
    return out;
}

}  // namespace

uint64_t crc64_nvme(std::string_view bytes, uint64_t crc) {
    crc = ~crc;
    const char* data = bytes.data();
    size_t left = bytes.size();
    for (; left >= 8; data += 8, left -= 8) {
        uint64_t word = 0;
        std::memcpy(&word, data, 8);
        word ^= crc;
        crc = 0;
        for (size_t i = 0; i < 8; ++i) crc ^= crc64_tables[7 - i][(word >> (8 * i)) & 255];
    }
    for (; left > 0; ++data, --left)
        crc = crc64_tables[0][(crc ^ static_cast<unsigned char>(*data)) & 255] ^ (crc >> 8);
    return ~crc;
}

std::string_view checksum_name(ChecksumKind kind) {
    switch (kind) {
        case ChecksumKind::Crc32:
            return "CRC32";
        case ChecksumKind::Crc32c:
            return "CRC32C";
        case ChecksumKind::Crc64Nvme:
            return "CRC64NVME";
        case ChecksumKind::Sha1:
            return "SHA1";
        case ChecksumKind::Sha256:
            return "SHA256";
    }
    return {};
}

std::optional<ChecksumKind> parse_checksum_name(std::string_view name) {
    for (const ChecksumKind kind : all_checksum_kinds)
        if (checksum_name(kind) == name) return kind;
    return std::nullopt;
}

size_t checksum_size_bytes(ChecksumKind kind) {
    switch (kind) {
        case ChecksumKind::Crc32:
        case ChecksumKind::Crc32c:
            return 4;
        case ChecksumKind::Crc64Nvme:
            return 8;
        case ChecksumKind::Sha1:
            return 20;
        case ChecksumKind::Sha256:
            return 32;
    }
    return 0;
}

bool can_be_full_object(ChecksumKind kind) {
    return kind != ChecksumKind::Sha1 && kind != ChecksumKind::Sha256;
}

bool can_be_composite(ChecksumKind kind) {
    return kind != ChecksumKind::Crc64Nvme;
}

Checksummer::Checksummer(ChecksumKind kind) : kind_(kind) {
    if (kind == ChecksumKind::Sha1) hasher_.emplace(base::HashKind::Sha1);
    if (kind == ChecksumKind::Sha256) hasher_.emplace(base::HashKind::Sha256);
}

void Checksummer::update(std::string_view bytes) {
    switch (kind_) {
        case ChecksumKind::Crc32:
            crc_ = libdeflate_crc32(static_cast<uint32_t>(crc_), bytes.data(), bytes.size());
            return;
        case ChecksumKind::Crc32c:
            crc_ = base::crc32c(bytes, static_cast<uint32_t>(crc_));
            return;
        case ChecksumKind::Crc64Nvme:
            crc_ = crc64_nvme(bytes, crc_);
            return;
        case ChecksumKind::Sha1:
        case ChecksumKind::Sha256:
            hasher_->update(bytes);
            return;
    }
}

std::string Checksummer::finish() {
    if (hasher_) return hasher_->finish();
    return big_endian(crc_, checksum_size_bytes(kind_));
}

std::string checksum(ChecksumKind kind, std::string_view bytes) {
    Checksummer summer(kind);
    summer.update(bytes);
    return summer.finish();
}

}  // namespace wr::s3
