#pragma once
// What a client says its bytes sum to, checked against what arrived.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/s3/engine/checksum.h"
#include "services/s3/engine/problem.h"
#include "services/s3/engine/records.h"

namespace wr::s3 {

/// Digests as the request carries them: base64 texts.
struct GivenDigests {
    std::string content_md5;
    std::vector<std::pair<ChecksumKind, std::string>> checksums;
};

/// Sums bytes while they pass.
class Integrity {
public:
    /// @error InvalidDigest | InvalidRequest  malformed values, several checksums, or one of
    /// another kind than `wanted`
    static Outcome<Integrity> begin(const GivenDigests& given, std::optional<ChecksumKind> wanted);
    void update(std::string_view bytes);

    struct Sums {
        std::string md5;          ///< raw bytes
        StoredChecksum checksum;  ///< of the given, else the wanted, else the default kind
    };
    /// @error BadDigest
    Outcome<Sums> finish();

private:
    Integrity(ChecksumKind kind, std::string md5, std::string value);

    base::Hasher md5_;
    ChecksumKind kind_;
    Checksummer checksummer_;
    std::string expected_md5_;       ///< raw; empty: not given
    std::string expected_checksum_;  ///< raw; empty: not given
};

/// What S3 sums an object with when the client names nothing.
constexpr ChecksumKind default_checksum_kind = ChecksumKind::Crc64Nvme;

}  // namespace wr::s3
