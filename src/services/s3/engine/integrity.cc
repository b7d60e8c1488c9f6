// Content-MD5 and x-amz-checksum-* of a request.
#include "services/s3/engine/integrity.h"

#include "base/encoding.h"

namespace wr::s3 {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace

Integrity::Integrity(ChecksumKind kind, std::string md5, std::string value)
    : md5_(base::HashKind::Md5),
      kind_(kind),
      checksummer_(kind),
      expected_md5_(std::move(md5)),
      expected_checksum_(std::move(value)) {}

Outcome<Integrity> Integrity::begin(const GivenDigests& given, std::optional<ChecksumKind> wanted) {
    std::string md5;
    if (!given.content_md5.empty()) {
        const auto raw = base::base64_decode(given.content_md5);
        if (!raw || raw->size() != 16) return base::fail(problem(Fault::InvalidDigest));
        md5 = *raw;
    }
    if (given.checksums.size() > 1)
        return base::fail(problem(Fault::InvalidRequest,
                                  "Expecting a single x-amz-checksum- header. Multiple checksum "
                                  "Types are not allowed."));
    if (given.checksums.empty())
        return Integrity(wanted.value_or(default_checksum_kind), std::move(md5), {});
    const auto& [kind, text] = given.checksums.front();
    if (wanted && *wanted != kind)
        return base::fail(problem(Fault::InvalidRequest,
                                  "Checksum Type mismatch occurred, expected checksum Type: " +
                                      lower(checksum_name(*wanted)) +
                                      ", actual checksum Type: " + lower(checksum_name(kind))));
    const auto raw = base::base64_decode(text);
    if (!raw || raw->size() != checksum_size_bytes(kind))
        return base::fail(problem(
            Fault::InvalidRequest,
            "Value for x-amz-checksum-" + lower(checksum_name(kind)) + " header is invalid."));
    return Integrity(kind, std::move(md5), *raw);
}

void Integrity::update(std::string_view bytes) {
    md5_.update(bytes);
    checksummer_.update(bytes);
}

Outcome<Integrity::Sums> Integrity::finish() {
    Sums sums;
    sums.md5 = md5_.finish();
    sums.checksum.kind = kind_;
    sums.checksum.value = checksummer_.finish();
    if (!expected_md5_.empty() && expected_md5_ != sums.md5) {
        Problem bad = problem(Fault::BadDigest,
                              "The Content-MD5 you specified did not match what we received.");
        bad.fields.emplace_back("ExpectedDigest", base::base64_encode(expected_md5_));
        bad.fields.emplace_back("CalculatedDigest", base::base64_encode(sums.md5));
        return base::fail(std::move(bad));
    }
    if (!expected_checksum_.empty() && expected_checksum_ != sums.checksum.value)
        return base::fail(problem(Fault::BadDigest,
                                  "The " + std::string(checksum_name(kind_)) +
                                      " you specified did not match the calculated checksum."));
    return sums;
}

}  // namespace wr::s3
