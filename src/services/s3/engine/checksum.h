#pragma once
// The additional checksums of S3 (x-amz-checksum-*), incremental, all big-endian as S3 prints them.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace wr::s3 {

enum class ChecksumKind : uint8_t { Crc32, Crc32c, Crc64Nvme, Sha1, Sha256 };
inline constexpr std::array all_checksum_kinds = {ChecksumKind::Crc32,
                                                  ChecksumKind::Crc32c,
                                                  ChecksumKind::Crc64Nvme,
                                                  ChecksumKind::Sha1,
                                                  ChecksumKind::Sha256};

enum class ChecksumType : uint8_t { FullObject, Composite };

/// CRC32, CRC32C, CRC64NVME, SHA1, SHA256: as x-amz-checksum-algorithm spells them.
std::string_view checksum_name(ChecksumKind kind);
std::optional<ChecksumKind> parse_checksum_name(std::string_view name);
size_t checksum_size_bytes(ChecksumKind kind);
/// Parts of a multipart upload can be summed into one checksum of the whole.
bool can_be_full_object(ChecksumKind kind);
bool can_be_composite(ChecksumKind kind);

/// CRC-64/NVME (reflected 0xad93d23594c93659), continuing from `crc`.
uint64_t crc64_nvme(std::string_view bytes, uint64_t crc = 0);

class Checksummer {
public:
    explicit Checksummer(ChecksumKind kind);
    void update(std::string_view bytes);
    /// Raw bytes; the checksummer is spent afterwards.
    std::string finish();

private:
    ChecksumKind kind_;
    uint64_t crc_ = 0;
    std::optional<base::Hasher> hasher_;
};

std::string checksum(ChecksumKind kind, std::string_view bytes);

}  // namespace wr::s3
