// Listing against a model: filter, roll up and page by brute force.
#include <map>
#include <set>

#include "services/s3/engine/engine_fixture.h"
#include "services/s3/engine/listing.h"

namespace wr::s3 {
namespace {

using Names = std::vector<std::string>;

/// What a listing of everything must give: keys, and common prefixes marked with '>'.
Names model_list(const std::set<std::string>& keys, const ListRequest& request) {
    Names names;
    for (const std::string& key : keys) {
        if (!key.starts_with(request.prefix) || key <= request.after) continue;
        const size_t at = request.delimiter.empty()
                              ? std::string::npos
                              : key.find(request.delimiter, request.prefix.size());
        if (at == std::string::npos) {
            names.push_back(key);
            continue;
        }
        const std::string common = key.substr(0, at + request.delimiter.size());
        if (names.empty() || names.back() != ">" + common) names.push_back(">" + common);
    }
    return names;
}

Names names_of(const ListPage& page) {
    Names names;
    size_t next_prefix = 0;
    // The page keeps objects and prefixes apart; the model's order is that of the bytes.
    for (const Object& object : page.objects) {
        while (next_prefix < page.common_prefixes.size() &&
               page.common_prefixes[next_prefix] < object.key)
            names.push_back(">" + page.common_prefixes[next_prefix++]);
        names.push_back(object.key);
    }
    while (next_prefix < page.common_prefixes.size())
        names.push_back(">" + page.common_prefixes[next_prefix++]);
    return names;
}

TEST_F(EngineTest, listing_in_pages_equals_the_model) {
    base::SeededRandom random(20'261'122);
    // Few letters make many collisions of prefixes; the delimiter and both ends of bytes are there.
    const std::string alphabet("ab/\xff\x01", 5);
    std::set<std::string> keys;
    while (keys.size() < 120) keys.insert(random.text(1 + random.below(6), alphabet));
    for (const std::string& key : keys) ASSERT_TRUE(put(key, ""));
    for (int round = 0; round < 400; ++round) {
        ListRequest request;
        request.bucket = "bucket";
        request.prefix = random.text(random.below(3), alphabet);
        if (random.below(3) > 0) request.delimiter = random.below(2) == 0 ? "/" : "b/";
        if (random.below(2) == 0) request.after = random.text(random.below(4), alphabet);
        const Names expected = model_list(keys, request);
        request.count_max = 1 + random.below(7);
        Names got;
        for (;;) {
            const auto page = engine_->list(request);
            ASSERT_TRUE(page);
            const Names names = names_of(*page);
            ASSERT_LE(names.size(), request.count_max);
            got.insert(got.end(), names.begin(), names.end());
            if (!page->is_truncated) break;
            ASSERT_EQ(names.size(), request.count_max);
            request.after = page->last;
            request.after_is_prefix = page->last_is_prefix;
        }
        ASSERT_EQ(got, expected) << "round " << round;
    }
}

TEST_F(EngineTest, listing_does_not_see_other_buckets) {
    ASSERT_TRUE(engine_->create_bucket("bucket2", "111122223333", "us-east-1"));
    ASSERT_TRUE(engine_->create_bucket("buckes", "111122223333", "us-east-1"));
    for (const char* bucket : {"bucket2", "buckes"}) {
        PutRequest request;
        request.bucket = bucket;
        request.key = "theirs";
        ASSERT_TRUE(engine_->put(request));
    }
    ASSERT_TRUE(put("mine", ""));
    ListRequest request;
    request.bucket = "bucket";
    EXPECT_EQ(names_of(*engine_->list(request)), Names{"mine"});
    request.bucket = "absent";
    EXPECT_EQ(fault_of(engine_->list(request)), Fault::NoSuchBucket);
}

TEST_F(EngineTest, a_v1_marker_inside_a_common_prefix_leaves_the_prefix_out) {
    for (const char* key : {"a/1", "a/2", "b"}) ASSERT_TRUE(put(key, ""));
    ListRequest request;
    request.bucket = "bucket";
    request.delimiter = "/";
    request.after = "a/1";
    EXPECT_EQ(names_of(*engine_->list(request)), (Names{">a/", "b"}));
    request.skips_prefix_of_after = true;
    EXPECT_EQ(names_of(*engine_->list(request)), Names{"b"});
    request.count_max = 0;
    EXPECT_FALSE(engine_->list(request)->is_truncated);
}

TEST(Listing, the_name_after_a_prefix_is_the_least_greater_one) {
    EXPECT_EQ(after_prefix("a/"), "a0");
    EXPECT_EQ(after_prefix("a\xff"), "b");
    EXPECT_EQ(after_prefix("\xff\xff"), "");
    EXPECT_EQ(after_prefix("\x7f"), "\x80");
}

}  // namespace
}  // namespace wr::s3
