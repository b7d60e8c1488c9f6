// Objects and buckets through the engine.
#include "base/encoding.h"
#include "services/s3/engine/engine_fixture.h"

namespace wr::s3 {
namespace {

TEST_F(EngineTest, small_and_large_objects_come_back_whole_after_a_restart) {
    const std::string large = large_text(100'000);
    ASSERT_TRUE(put("small", "hello"));
    ASSERT_TRUE(put("large", large));
    ASSERT_TRUE(put("empty", ""));
    EXPECT_EQ(data_files(), 1u);
    reopen();
    EXPECT_EQ(get("small"), "hello");
    EXPECT_EQ(get("large"), large);
    EXPECT_EQ(get("empty"), "");
    const auto object = engine_->head("bucket", "small");
    ASSERT_TRUE(object);
    EXPECT_EQ(object->etag, "5d41402abc4b2a76b9719d911017c592");
    EXPECT_EQ(object->modified, clock_.now());
    EXPECT_EQ(object->storage_class, "STANDARD");
}

TEST_F(EngineTest, a_key_is_bytes_and_never_a_path) {
    const std::string keys[] = {"../../etc/passwd",
                                "..",
                                "a//b",
                                "/leading",
                                "%2e%2e/x",
                                "dir/",
                                std::string("nul\0inside", 10),
                                "\xc3\xa9\xf0\x9f\xa6\x84",
                                "\xff\xfe",
                                std::string(1024, 'k')};
    const std::string large = large_text(20'000);
    for (const std::string& key : keys) ASSERT_TRUE(put(key, key + large)) << key;
    for (const std::string& key : keys) EXPECT_EQ(get(key), key + large);
    EXPECT_EQ(fault_of(put(std::string(1025, 'k'), "")), Fault::KeyTooLong);
    EXPECT_EQ(data_files(), std::size(keys));
}

TEST_F(EngineTest, replaced_and_deleted_data_files_are_removed) {
    ASSERT_TRUE(put("key", large_text(20'000, 1)));
    ASSERT_TRUE(put("key", large_text(20'000, 2)));
    EXPECT_EQ(data_files(), 1u);
    EXPECT_EQ(get("key"), large_text(20'000, 2));
    ASSERT_TRUE(put("key", "small now"));
    EXPECT_EQ(data_files(), 0u);
    ASSERT_TRUE(put("key", large_text(20'000, 3)));
    ASSERT_TRUE(engine_->remove("bucket", "key"));
    EXPECT_EQ(data_files(), 0u);
    EXPECT_EQ(fault_of(engine_->head("bucket", "key")), Fault::NoSuchKey);
    EXPECT_TRUE(engine_->remove("bucket", "key"));
}

TEST_F(EngineTest, a_reader_keeps_what_it_opened) {
    const std::string before = large_text(50'000, 1);
    ASSERT_TRUE(put("key", before));
    const auto opened = engine_->open_object("bucket", "key");
    ASSERT_TRUE(put("key", large_text(50'000, 2)));
    ASSERT_TRUE(engine_->remove("bucket", "key"));
    EXPECT_EQ(read(opened), before);
}

TEST_F(EngineTest, conditional_puts_see_the_current_object) {
    PutRequest request;
    request.bucket = "bucket";
    request.key = "key";
    request.bytes = "one";
    request.conditions.if_none_match = "*";
    const auto first = engine_->put(request);
    ASSERT_TRUE(first);
    EXPECT_EQ(fault_of(engine_->put(request)), Fault::PreconditionFailed);
    request.conditions = {"\"" + first->etag + "\"", ""};
    request.bytes = "two";
    EXPECT_TRUE(engine_->put(request));
    EXPECT_EQ(fault_of(engine_->put(request)), Fault::PreconditionFailed);
    request.key = "absent";
    EXPECT_EQ(fault_of(engine_->put(request)), Fault::NoSuchKey);
    request.conditions = {"", "\"x\""};
    EXPECT_EQ(fault_of(engine_->put(request)), Fault::NotImplemented);
    EXPECT_EQ(get("key"), "two");
}

TEST_F(EngineTest, a_refused_put_leaves_nothing) {
    PutRequest request;
    request.bucket = "bucket";
    request.key = "key";
    const std::string large = large_text(20'000);
    request.bytes = large;
    request.digests.content_md5 = "kAFQmDzST7DWlj99KOF/cg==";
    EXPECT_EQ(fault_of(engine_->put(request)), Fault::BadDigest);
    request.digests = {};
    request.description.storage_class = "NOPE";
    EXPECT_EQ(fault_of(engine_->put(request)), Fault::InvalidStorageClass);
    request.description = {};
    request.description.metadata["name"] = std::string(2045, 'x');
    EXPECT_EQ(fault_of(engine_->put(request)), Fault::MetadataTooLarge);
    request.description = {};
    request.bucket = "other";
    EXPECT_EQ(fault_of(engine_->put(request)), Fault::NoSuchBucket);
    EXPECT_EQ(data_files(), 0u);
    EXPECT_EQ(fault_of(engine_->head("bucket", "key")), Fault::NoSuchKey);
}

TEST_F(EngineTest, descriptions_come_back_as_given) {
    PutRequest request;
    request.bucket = "bucket";
    request.key = "key";
    request.bytes = "x";
    request.description.headers = {"text/csv", "gzip", "en", "inline", "no-store", "soon", "/r"};
    request.description.metadata = {{"a", "\xff raw"}, {"b", ""}};
    request.description.tags = {{"t", "v"}};
    request.description.storage_class = "STANDARD_IA";
    ASSERT_TRUE(engine_->put(request));
    const auto object = engine_->head("bucket", "key");
    ASSERT_TRUE(object);
    EXPECT_EQ(object->headers.content_disposition, "inline");
    EXPECT_EQ(object->headers.website_redirect_location, "/r");
    EXPECT_EQ(object->metadata, request.description.metadata);
    EXPECT_EQ(object->tags, request.description.tags);
    EXPECT_EQ(object->storage_class, "STANDARD_IA");
    ASSERT_TRUE(engine_->put_object_tags("bucket", "key", {{"u", "w"}}));
    EXPECT_EQ(engine_->head("bucket", "key")->tags, (std::vector<Tag>{{"u", "w"}}));
}

TEST_F(EngineTest, copies_take_bytes_and_what_is_not_replaced) {
    const std::string large = large_text(2'500'000);
    PutRequest request;
    request.bucket = "bucket";
    request.key = "source";
    request.bytes = large;
    request.description.headers.content_type = "text/plain";
    request.description.metadata["m"] = "1";
    request.checksum_kind = ChecksumKind::Sha256;
    const auto source = engine_->put(request);
    ASSERT_TRUE(source);

    CopyRequest copy;
    copy.source_bucket = copy.bucket = "bucket";
    copy.source_key = "source";
    copy.key = "target";
    ASSERT_TRUE(engine_->copy(copy));
    const auto target = engine_->head("bucket", "target");
    ASSERT_TRUE(target);
    EXPECT_EQ(get("target"), large);
    EXPECT_EQ(target->etag, source->etag);
    EXPECT_EQ(target->checksum->text(), source->checksum->text());
    EXPECT_EQ(target->metadata.at("m"), "1");

    copy.key = "source";
    EXPECT_EQ(fault_of(engine_->copy(copy)), Fault::InvalidRequest);
    copy.replaces_metadata = true;
    copy.description.metadata["m"] = "2";
    ASSERT_TRUE(engine_->copy(copy));
    EXPECT_EQ(engine_->head("bucket", "source")->metadata.at("m"), "2");
    EXPECT_EQ(get("source"), large);
    copy.source_key = "absent";
    EXPECT_EQ(fault_of(engine_->copy(copy)), Fault::NoSuchKey);
    copy.source_key = "target";
    copy.source_conditions.if_none_match = source->etag;
    EXPECT_EQ(fault_of(engine_->copy(copy)), Fault::PreconditionFailed);
}

TEST_F(EngineTest, bucket_names_are_global_and_only_empty_buckets_go) {
    EXPECT_EQ(fault_of(engine_->create_bucket("bucket", "999999999999", "us-east-1")),
              Fault::BucketAlreadyExists);
    EXPECT_EQ(fault_of(engine_->create_bucket("bucket", "111122223333", "eu-west-1")),
              Fault::BucketAlreadyOwnedByYou);
    EXPECT_TRUE(engine_->create_bucket("bucket", "111122223333", "us-east-1"));
    ASSERT_TRUE(engine_->create_bucket("another", "111122223333", "eu-west-1"));
    ASSERT_TRUE(engine_->create_bucket("foreign", "999999999999", "eu-west-1"));
    const auto mine = engine_->list_buckets("111122223333", "", "", 10);
    ASSERT_TRUE(mine);
    ASSERT_EQ(mine->size(), 2u);
    EXPECT_EQ((*mine)[0].name, "another");
    ASSERT_TRUE(put("key", "x"));
    EXPECT_EQ(fault_of(engine_->delete_bucket("bucket")), Fault::BucketNotEmpty);
    ASSERT_TRUE(engine_->remove("bucket", "key"));
    ASSERT_TRUE(engine_->put_bucket_tags("bucket", {{"a", "b"}}));
    ASSERT_TRUE(engine_->delete_bucket("bucket"));
    EXPECT_EQ(fault_of(put("key", "x")), Fault::NoSuchBucket);
    // A new bucket of that name has none of the old one's settings.
    ASSERT_TRUE(engine_->create_bucket("bucket", "111122223333", "us-east-1"));
    EXPECT_EQ(fault_of(engine_->get_bucket_tags("bucket")), Fault::NoSuchTagSet);
}

TEST_F(EngineTest, public_policies_are_blocked_until_the_block_is_lifted) {
    const std::string open_policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
        R"("Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]})";
    EXPECT_EQ(fault_of(engine_->get_policy("bucket")), Fault::NoSuchBucketPolicy);
    EXPECT_EQ(fault_of(engine_->put_policy("bucket", open_policy)), Fault::PublicPolicyBlocked);
    EXPECT_EQ(fault_of(engine_->put_policy("bucket", "no json")), Fault::MalformedPolicy);
    ASSERT_TRUE(engine_->put_public_access_block("bucket", {false, false, false, true}));
    ASSERT_TRUE(engine_->put_policy("bucket", open_policy));
    EXPECT_EQ(engine_->bucket_policy("bucket").find("GetObject"), std::string::npos);
    ASSERT_TRUE(engine_->delete_public_access_block("bucket"));
    EXPECT_EQ(engine_->bucket_policy("bucket"), open_policy);
    ASSERT_TRUE(engine_->delete_policy("bucket"));
    EXPECT_EQ(engine_->bucket_policy("bucket"), "");
}

TEST_F(EngineTest, settings_round_trip) {
    CorsRule rule;
    rule.id = "r";
    rule.allowed_methods = {"GET", "PUT"};
    rule.allowed_origins = {"http://*.example.com"};
    rule.allowed_headers = {"*"};
    rule.max_age_seconds = 30;
    ASSERT_TRUE(engine_->put_cors("bucket", {rule}));
    EXPECT_EQ(*engine_->get_cors("bucket"), std::vector<CorsRule>{rule});
    rule.allowed_methods = {"PATCH"};
    EXPECT_EQ(fault_of(engine_->put_cors("bucket", {rule})), Fault::InvalidRequest);
    ASSERT_TRUE(engine_->delete_cors("bucket"));
    EXPECT_EQ(fault_of(engine_->get_cors("bucket")), Fault::NoSuchCorsConfiguration);
    EXPECT_EQ(*engine_->get_public_access_block("bucket"), PublicAccessBlock{});
    EXPECT_EQ(*engine_->get_ownership("bucket"), "BucketOwnerEnforced");
}

TEST_F(EngineTest, the_sweep_removes_only_what_no_row_names) {
    ASSERT_TRUE(put("key", large_text(20'000)));
    const auto directories = files_->list("/objects");
    ASSERT_TRUE(directories);
    const std::string directory = "/objects/" + directories->front();
    for (const char* name : {"/orphan", "/orphan.tmp"})
        ASSERT_TRUE(files_->open(directory + name, io::OpenMode::CreateNew));
    const auto swept = engine_->sweep();
    ASSERT_TRUE(swept);
    EXPECT_EQ(*swept, 2u);
    EXPECT_EQ(get("key"), large_text(20'000));
}

TEST_F(EngineTest, missing_data_is_an_error_and_not_an_empty_object) {
    ASSERT_TRUE(put("key", large_text(20'000)));
    const auto directories = files_->list("/objects");
    const std::string directory = "/objects/" + directories->front();
    ASSERT_TRUE(files_->remove(directory + "/" + files_->list(directory)->front()));
    EXPECT_EQ(fault_of(engine_->open_object("bucket", "key")), Fault::InternalError);
}

TEST_F(EngineTest, the_face_speaks_domain_types) {
    Face& face = *engine_;
    EXPECT_TRUE(*face.bucket_exists("bucket"));
    EXPECT_FALSE(*face.bucket_exists("other"));
    ASSERT_TRUE(face.put_object("bucket", "a/1", "x", {}));
    ASSERT_TRUE(face.put_object("bucket", "a/2", large_text(20'000), {}));
    const auto infos = face.list_objects("bucket", "a/", "a/1", 10);
    ASSERT_TRUE(infos);
    ASSERT_EQ(infos->size(), 1u);
    EXPECT_EQ(infos->front().size_bytes, 20'000u);
    EXPECT_NE(face.get_object("bucket", "a/2")->file, nullptr);
    EXPECT_EQ(face.get_object("bucket", "a/1")->bytes, "x");
    EXPECT_EQ(face.get_object("bucket", "a/3").error().code, ErrorCode::NoSuchKey);
    EXPECT_TRUE(face.delete_object("bucket", "a/1"));
}

}  // namespace
}  // namespace wr::s3
