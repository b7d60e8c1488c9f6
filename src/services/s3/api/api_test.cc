// The API layer over an engine in memory: permissions, tokens, selections, errors.
#include <gtest/gtest.h>

#include "services/s3/api/convert.h"
#include "services/s3/api/service.h"
#include "services/s3/api/tokens.h"

namespace wr::s3::api {
namespace {

class ApiTest : public ::testing::Test {
protected:
    ApiTest() {
        auto store = kv::open_store({.path = "/s3-api-test", .in_memory = true});
        WR_ASSERT(store.has_value());
        store_ = *std::move(store);
        EngineOptions options;
        options.directory = "/objects";
        options.sweeps = false;
        auto engine = Engine::open(*files_, *store_, clock_, random_, options);
        WR_ASSERT(engine.has_value());
        engine_ = *std::move(engine);
        service_ = std::make_unique<S3Service>(*engine_);
        context_.account = "111122223333";
        context_.region = "us-east-1";
        context_.principal.kind = wire::PrincipalKind::Root;
        context_.request = std::make_shared<http::Request>();
        gen::CreateBucketInput input;
        input.bucket = "bucket";
        WR_ASSERT(service_->create_bucket(input, context_).has_value());
    }

    ApiResult<gen::PutObjectOutput> put(const std::string& key, const std::string& bytes) {
        gen::PutObjectInput input;
        input.bucket = "bucket";
        input.key = key;
        context_.payload = bytes;
        return service_->put_object(input, context_);
    }

    /// "action resource" of every question, by the model's table of the operation.
    template <typename Input>
    std::vector<std::string> asked(std::string_view operation, const Input& input) {
        for (const auto& known : gen::service_model().operations) {
            if (known.name != operation) continue;
            std::vector<std::string> texts;
            for (const auto& request :
                 service_->access(operation, wire::InputView(*known.input, &input), context_))
                texts.push_back(request.action + " " + request.resource);
            return texts;
        }
        return {"unknown operation"};
    }

    base::ManualClock clock_;
    base::SeededRandom random_{5};
    std::unique_ptr<io::FileSystem> files_ = io::make_memory_file_system();
    std::unique_ptr<kv::Store> store_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<S3Service> service_;
    CallContext context_;
};

using Texts = std::vector<std::string>;

TEST_F(ApiTest, every_operation_asks_for_a_permission) {
    for (const auto& operation : gen::service_model().operations) {
        if (!operation.is_modelled) continue;
        const auto input = operation.make_input();
        const auto requests = service_->access(
            operation.name, wire::InputView(*operation.input, input.get()), context_);
        ASSERT_FALSE(requests.empty()) << operation.name;
        for (const auto& request : requests) {
            EXPECT_TRUE(request.action.starts_with("s3:")) << operation.name;
            EXPECT_FALSE(request.resource.empty()) << operation.name;
        }
    }
}

TEST_F(ApiTest, copies_and_multi_deletes_ask_for_each_resource) {
    gen::CopyObjectInput copy;
    copy.bucket = "target";
    copy.key = "k";
    copy.copy_source = "/source/a%2Fb";
    copy.tagging_directive = "REPLACE";
    copy.tagging = "a=1";
    EXPECT_EQ(asked("CopyObject", copy),
              (Texts{"s3:PutObject arn:aws:s3:::target/k",
                     "s3:GetObject arn:aws:s3:::source/a/b",
                     "s3:PutObjectTagging arn:aws:s3:::target/k"}));
    gen::DeleteObjectsInput remove;
    remove.bucket = "bucket";
    remove.delete_.emplace().objects = {{gen::ObjectIdentifier{}, gen::ObjectIdentifier{}}};
    (*remove.delete_->objects)[0].key = "a";
    (*remove.delete_->objects)[1].key = "b";
    EXPECT_EQ(
        asked("DeleteObjects", remove),
        (Texts{"s3:DeleteObject arn:aws:s3:::bucket/a", "s3:DeleteObject arn:aws:s3:::bucket/b"}));
}

TEST_F(ApiTest, listing_tells_its_prefix_to_the_policies) {
    gen::ListObjectsV2Input list;
    list.bucket = "bucket";
    list.prefix = "home/";
    list.delimiter = "/";
    const auto* operation = &gen::service_model().operations.front();
    for (const auto& known : gen::service_model().operations)
        if (known.name == "ListObjectsV2") operation = &known;
    const auto requests =
        service_->access("ListObjectsV2", wire::InputView(*operation->input, &list), context_);
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].action, "s3:ListBucket");
    EXPECT_EQ(requests[0].resource, "arn:aws:s3:::bucket");
    EXPECT_EQ(requests[0].context.at("s3:prefix"), "home/");
    EXPECT_EQ(requests[0].context.at("s3:delimiter"), "/");
}

TEST_F(ApiTest, the_policy_of_a_bucket_holds_for_its_objects) {
    const std::string policy = R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",)"
                               R"("Resource":"arn:aws:s3:::bucket/*"}]})";
    ASSERT_TRUE(engine_->put_policy("bucket", policy));
    EXPECT_FALSE(service_->resource_policy("arn:aws:s3:::bucket/a/b", context_).empty());
    EXPECT_FALSE(service_->resource_policy("arn:aws:s3:::bucket", context_).empty());
    EXPECT_TRUE(service_->resource_policy("arn:aws:s3:::other/a", context_).empty());
    EXPECT_TRUE(service_->resource_policy("*", context_).empty());
}

TEST_F(ApiTest, copy_sources_are_decoded_once) {
    EXPECT_EQ(parse_copy_source("b/%2e%2e%2Fx")->key, "../x");
    EXPECT_EQ(parse_copy_source("/b/a%252F")->key, "a%2F");
    EXPECT_EQ(parse_copy_source("b/k?versionId=null")->key, "k");
    for (const char* bad : {"", "b", "b/", "/", "b/k?versionId=1", "b/%zz"})
        EXPECT_FALSE(parse_copy_source(bad)) << bad;
}

TEST_F(ApiTest, tokens_are_ours_and_of_the_same_bucket) {
    const std::string token = format_token({"a/b", true}, "bucket");
    const auto parsed = parse_token(token, "bucket");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->name, "a/b");
    EXPECT_TRUE(parsed->is_prefix);
    EXPECT_FALSE(parse_token(token, "other"));
    EXPECT_FALSE(parse_token("", "bucket"));
    EXPECT_FALSE(parse_token(token.substr(1), "bucket"));
}

TEST_F(ApiTest, ranges_choose_bytes_of_rows_and_files_alike) {
    for (const size_t size : {10, 50'000}) {
        std::string bytes(size, 'x');
        bytes[3] = 'y';
        ASSERT_TRUE(put("k", bytes));
        gen::GetObjectInput input;
        input.bucket = "bucket";
        input.key = "k";
        input.range = "bytes=3-4";
        const auto got = service_->get_object(input, context_);
        ASSERT_TRUE(got);
        EXPECT_EQ(got->content_range, "bytes 3-4/" + std::to_string(size));
        if (size <= blob_in_row_bytes_max) {
            EXPECT_EQ(got->body->bytes, "yx");
        } else {
            ASSERT_TRUE(got->body->file);
            EXPECT_EQ(got->body->file->offset, 3u);
            EXPECT_EQ(got->body->file->size_bytes, 2u);
        }
    }
}

TEST_F(ApiTest, transport_encodings_are_not_kept) {
    gen::PutObjectInput input;
    input.bucket = "bucket";
    input.key = "k";
    input.content_encoding = "aws-chunked, gzip";
    ASSERT_TRUE(service_->put_object(input, context_));
    EXPECT_EQ(engine_->head("bucket", "k")->headers.content_encoding, "gzip");
}

TEST_F(ApiTest, another_owner_is_refused) {
    gen::GetObjectInput input;
    input.bucket = "bucket";
    input.key = "k";
    input.expected_bucket_owner = "999999999999";
    ASSERT_TRUE(put("k", "x"));
    const auto refused = service_->get_object(input, context_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "AccessDenied");
    EXPECT_EQ(refused.error().status, 403);
}

TEST_F(ApiTest, only_signed_requests_override_headers) {
    ASSERT_TRUE(put("k", "x"));
    gen::GetObjectInput input;
    input.bucket = "bucket";
    input.key = "k";
    input.response_content_type = "text/x";
    EXPECT_EQ(service_->get_object(input, context_)->content_type, "text/x");
    context_.principal.kind = wire::PrincipalKind::Anonymous;
    EXPECT_EQ(service_->get_object(input, context_).error().code, "InvalidRequest");
}

TEST_F(ApiTest, errors_name_what_they_are_about) {
    gen::GetObjectInput input;
    input.bucket = "bucket";
    input.key = "absent";
    const auto missing = service_->get_object(input, context_);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, "NoSuchKey");
    EXPECT_EQ(missing.error().status, 404);
    ASSERT_EQ(missing.error().fields.size(), 1u);
    EXPECT_EQ(missing.error().fields[0].first, "Key");
    ASSERT_TRUE(put("k", "x"));
    input.key = "k";
    input.if_none_match = engine_->head("bucket", "k")->etag;
    const auto same = service_->get_object(input, context_);
    ASSERT_FALSE(same);
    EXPECT_EQ(same.error().status, 304);
    EXPECT_EQ(same.error().headers.size(), 1u);
}

}  // namespace
}  // namespace wr::s3::api
