// Checksums, digests, conditions, ranges and names against published values and rules.
#include "services/s3/engine/checksum.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "services/s3/engine/conditions.h"
#include "services/s3/engine/integrity.h"
#include "services/s3/engine/names.h"

namespace wr::s3 {
namespace {

std::string hex_of(ChecksumKind kind, std::string_view bytes) {
    return base::hex_encode(checksum(kind, bytes));
}

TEST(Checksum, agrees_with_the_published_check_values) {
    EXPECT_EQ(hex_of(ChecksumKind::Crc32, "123456789"), "cbf43926");
    EXPECT_EQ(hex_of(ChecksumKind::Crc32c, "123456789"), "e3069283");
    EXPECT_EQ(hex_of(ChecksumKind::Crc64Nvme, "123456789"), "ae8b14860a799888");
    EXPECT_EQ(hex_of(ChecksumKind::Sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex_of(ChecksumKind::Sha256, "abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Checksum, of_pieces_equals_that_of_the_whole) {
    const std::string text(1000, 'x');
    for (const ChecksumKind kind : all_checksum_kinds) {
        for (const size_t cut : {0, 1, 7, 8, 9, 500, 999}) {
            Checksummer summer(kind);
            summer.update(std::string_view(text).substr(0, cut));
            summer.update(std::string_view(text).substr(cut));
            EXPECT_EQ(summer.finish(), checksum(kind, text)) << checksum_name(kind) << cut;
        }
    }
}

Outcome<Integrity::Sums> sum(const GivenDigests& given,
                             std::string_view bytes,
                             std::optional<ChecksumKind> wanted = {}) {
    auto integrity = Integrity::begin(given, wanted);
    if (!integrity) return base::fail(integrity.error());
    integrity->update(bytes);
    return integrity->finish();
}

TEST(Integrity, tells_wrong_from_malformed_digests) {
    EXPECT_TRUE(sum({"kAFQmDzST7DWlj99KOF/cg==", {}}, "abc"));
    EXPECT_EQ(sum({"kAFQmDzST7DWlj99KOF/cg==", {}}, "abd").error().fault, Fault::BadDigest);
    EXPECT_EQ(sum({"kAFQ", {}}, "abc").error().fault, Fault::InvalidDigest);
    EXPECT_TRUE(sum({"", {{ChecksumKind::Crc32, "y/Q5Jg=="}}}, "123456789"));
    EXPECT_EQ(sum({"", {{ChecksumKind::Crc32, "y/Q5Jg=="}}}, "12345678").error().fault,
              Fault::BadDigest);
    EXPECT_EQ(sum({"", {{ChecksumKind::Sha256, "y/Q5Jg=="}}}, "123456789").error().fault,
              Fault::InvalidRequest);
    EXPECT_EQ(sum({"", {{ChecksumKind::Crc32, "y/Q5Jg=="}}}, "123456789", ChecksumKind::Sha1)
                  .error()
                  .fault,
              Fault::InvalidRequest);
}

TEST(Integrity, sums_with_crc64nvme_when_nothing_is_named) {
    const auto sums = sum({}, "123456789");
    ASSERT_TRUE(sums);
    EXPECT_EQ(base::hex_encode(sums->checksum.value), "ae8b14860a799888");
}

TEST(Ranges, follow_the_rules_of_single_byte_ranges) {
    const auto range = [](std::string_view header, uint64_t size) -> std::string {
        const auto parsed = parse_range(header, size);
        if (!parsed) return "416";
        if (!*parsed) return "all";
        return std::to_string((*parsed)->offset) + "+" + std::to_string((*parsed)->size_bytes);
    };
    EXPECT_EQ(range("bytes=0-3", 10), "0+4");
    EXPECT_EQ(range("bytes=4-", 10), "4+6");
    EXPECT_EQ(range("bytes=-3", 10), "7+3");
    EXPECT_EQ(range("bytes=-30", 10), "0+10");
    EXPECT_EQ(range("bytes=9-99", 10), "9+1");
    EXPECT_EQ(range("bytes=10-", 10), "416");
    EXPECT_EQ(range("bytes=-0", 10), "416");
    EXPECT_EQ(range("bytes=0-0", 0), "416");
    EXPECT_EQ(range("bytes=5-4", 10), "all");
    EXPECT_EQ(range("bytes=0-1,3-4", 10), "all");
    EXPECT_EQ(range("lines=0-1", 10), "all");
    EXPECT_EQ(range("bytes=a-b", 10), "all");
}

TEST(Conditions, of_reads_are_judged_in_http_order) {
    Object object;
    object.etag = "abc";
    object.modified = base::Timestamp{std::chrono::milliseconds{100'500}};
    const auto at = [](int seconds) { return base::Timestamp{std::chrono::seconds{seconds}}; };
    const auto fault = [&](const ReadConditions& conditions, bool is_copy = false) {
        const auto checked = check_read(conditions, object, is_copy);
        return checked ? std::optional<Fault>() : checked.error().fault;
    };
    EXPECT_EQ(fault({"\"abc\"", "", {}, {}}), std::nullopt);
    EXPECT_EQ(fault({"abd", "", {}, {}}), Fault::PreconditionFailed);
    EXPECT_EQ(fault({"\"x\", \"abc\"", "", {}, at(50)}), std::nullopt);
    EXPECT_EQ(fault({"", "", {}, at(50)}), Fault::PreconditionFailed);
    EXPECT_EQ(fault({"", "", {}, at(100)}), std::nullopt);
    EXPECT_EQ(fault({"", "*", {}, {}}), Fault::NotModified);
    EXPECT_EQ(fault({"", "abc", at(50), {}}), Fault::NotModified);
    EXPECT_EQ(fault({"", "x", at(200), {}}), std::nullopt);
    EXPECT_EQ(fault({"", "", at(100), {}}), Fault::NotModified);
    EXPECT_EQ(fault({"", "", at(99), {}}), std::nullopt);
    EXPECT_EQ(fault({"", "abc", {}, {}}, true), Fault::PreconditionFailed);
}

TEST(Names, of_buckets_follow_the_naming_rules) {
    for (const char* good : {"abc", "a-b.c", "wildrydes-data-1", "123"})
        EXPECT_TRUE(is_valid_bucket_name(good)) << good;
    for (const char* bad : {"ab",
                            "Abc",
                            "a_b",
                            "-abc",
                            "abc-",
                            "a..b",
                            "192.168.5.4",
                            "xn--abc",
                            "abc-s3alias",
                            "a/b",
                            ""})
        EXPECT_FALSE(is_valid_bucket_name(bad)) << bad;
    EXPECT_FALSE(is_valid_bucket_name(std::string(64, 'a')));
}

TEST(Names, of_tags_are_unique_and_bounded) {
    const auto tags = parse_tagging_header("a=1&b=x%20y&c");
    ASSERT_TRUE(tags);
    EXPECT_EQ(*tags, (std::vector<Tag>{{"a", "1"}, {"b", "x y"}, {"c", ""}}));
    EXPECT_FALSE(parse_tagging_header("a=1&a=2"));
    EXPECT_FALSE(parse_tagging_header("aws:x=2"));
    EXPECT_FALSE(parse_tagging_header("a=%zz"));
    EXPECT_FALSE(check_tags(std::vector<Tag>(11, Tag{"a", ""}), object_tags_max));
}

}  // namespace
}  // namespace wr::s3
