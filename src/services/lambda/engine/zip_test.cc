// Packages that must unzip, and archives that must not.
#include "services/lambda/engine/zip.h"

#include <gtest/gtest.h>

#include "services/lambda/engine/test_support.h"

namespace wr::lambda {
namespace {

using testing::zip_of;
using testing::ZipFile;

std::string outcome_of(const std::string& zip, const ZipLimits& limits = {}) {
    std::string names;
    const auto result = read_zip(zip, limits, [&](const ZipEntry& entry, std::string_view content) {
        names += entry.path + (entry.is_executable ? "*" : "") + "=" + std::string(content) + ";";
        return base::Result<void>();
    });
    return result ? names : "refused: " + result.error().message;
}

TEST(Zip, files_come_out_with_their_content_and_mode) {
    EXPECT_EQ(outcome_of(zip_of({{"a.js", "one"},
                                 {"lib/", "", 0040755},
                                 {"lib/b", "two", 0100755},
                                 {"plain", "three", 0}})),
              "a.js=one;lib/b*=two;plain=three;");
    EXPECT_EQ(outcome_of(zip_of({})), "");
}

TEST(Zip, archives_that_reach_outside_or_lie_are_refused) {
    const struct {
        const char* why;
        std::string zip;
    } table[] = {
        {"climbs", zip_of({{"../x", ""}})},
        {"climbs later", zip_of({{"a/../../x", ""}})},
        {"absolute", zip_of({{"/etc/x", ""}})},
        {"dot", zip_of({{"./x", ""}})},
        {"empty part", zip_of({{"a//x", ""}})},
        {"backslash", zip_of({{"..\\x", ""}})},
        {"nul", zip_of({{std::string("a\0b", 3), ""}})},
        {"symbolic link", zip_of({{"x", "/etc/shadow", 0120777}})},
        {"device", zip_of({{"x", "", 0020666}})},
        {"climbing directory", zip_of({{"../x/", "", 0040755}})},
        {"link named as directory", zip_of({{"x/", "", 0120777}})},
        {"twice", zip_of({{"x", "1"}, {"x", "2"}})},
        {"encrypted", zip_of({{.name = "x", .content = "1", .flags = 1}})},
        {"unknown method", zip_of({{.name = "x", .content = "1", .method = 14}})},
        {"size lie", zip_of({{.name = "x", .content = "12", .claimed_size = 1}})},
        {"impossible size",
         zip_of({{.name = "x", .content = "12", .method = 8, .claimed_size = 200'000'000}})},
        {"empty", ""},
        {"no zip", std::string(100, 'x')},
    };
    for (const auto& row : table) {
        EXPECT_TRUE(outcome_of(row.zip).starts_with("refused")) << row.why;
    }
    std::string damaged = zip_of({{"x", "content"}});
    damaged[damaged.find("content")] ^= 1;
    EXPECT_EQ(outcome_of(damaged), "refused: wrong checksum of an entry");
}

TEST(Zip, limits_hold_before_anything_is_unpacked) {
    EXPECT_EQ(outcome_of(zip_of({{"a", "1"}, {"b", "2"}}), {.files_max = 1}),
              "refused: too many files");
    EXPECT_EQ(outcome_of(zip_of({{"a", "12345"}}), {.unzipped_bytes_max = 4}),
              "refused: unzipped size too large");
}

TEST(Zip, every_cut_of_an_archive_is_refused) {
    const std::string whole = zip_of({{"a", "content"}, {"b/c", "more"}});
    for (size_t size = 0; size < whole.size(); ++size) {
        EXPECT_TRUE(outcome_of(whole.substr(0, size)).starts_with("refused")) << size;
    }
}

}  // namespace
}  // namespace wr::lambda
