// Multipart uploads through the engine.
#include "base/encoding.h"
#include "services/s3/engine/engine_fixture.h"

namespace wr::s3 {
namespace {

class MultipartTest : public EngineTest {
protected:
    MultipartTest() {
        options_.part_bytes_min = 1000;
        reopen();
    }

    std::string create(std::optional<ChecksumKind> kind = {},
                       std::optional<ChecksumType> type = {}) {
        CreateUploadRequest request;
        request.bucket = "bucket";
        request.key = "key";
        request.checksum_kind = kind;
        request.checksum_type = type;
        request.description.metadata["m"] = "1";
        const auto upload = engine_->create_upload(request);
        EXPECT_TRUE(upload);
        return upload ? upload->id : std::string();
    }

    Outcome<Part> upload(const std::string& id, uint32_t number, std::string_view bytes) {
        UploadPartRequest request;
        request.bucket = "bucket";
        request.key = "key";
        request.upload_id = id;
        request.number = number;
        request.bytes = bytes;
        return engine_->upload_part(request);
    }

    Outcome<Object> complete(const std::string& id, std::vector<CompletedPart> parts) {
        CompleteRequest request;
        request.bucket = "bucket";
        request.key = "key";
        request.upload_id = id;
        request.parts = std::move(parts);
        return engine_->complete(request);
    }
};

TEST_F(MultipartTest, parts_become_one_object_across_a_restart) {
    const std::string one = large_text(20'000, 1);
    const std::string two = large_text(1000, 2);
    const std::string id = create();
    const auto second = upload(id, 7, two);
    ASSERT_TRUE(upload(id, 2, "overwritten"));
    const auto first = upload(id, 2, one);
    reopen();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(fault_of(engine_->head("bucket", "key")), Fault::NoSuchKey);
    const auto object =
        complete(id, {{2, "\"" + first->etag() + "\"", {}}, {7, second->etag(), {}}});
    ASSERT_TRUE(object);
    EXPECT_EQ(get("key"), one + two);
    const std::string md5s = base::hex_encode(base::as_bytes(base::md5(one))) +
                             base::hex_encode(base::as_bytes(base::md5(two)));
    EXPECT_EQ(object->etag, base::md5_hex(*base::hex_decode(md5s)) + "-2");
    EXPECT_EQ(object->metadata.at("m"), "1");
    ASSERT_EQ(object->parts.size(), 2u);
    EXPECT_EQ(object->parts[1].number, 7u);
    EXPECT_EQ(object->checksum->value, checksum(ChecksumKind::Crc64Nvme, one + two));
    EXPECT_EQ(data_files(), 1u);
    EXPECT_EQ(fault_of(complete(id, {{2, first->etag(), {}}})), Fault::NoSuchUpload);
}

TEST_F(MultipartTest, wrong_lists_of_parts_are_refused_and_keep_the_upload) {
    const std::string id = create();
    const auto one = upload(id, 1, large_text(999, 1));
    const auto two = upload(id, 2, large_text(1500, 2));
    ASSERT_TRUE(one && two);
    EXPECT_EQ(fault_of(complete(id, {})), Fault::MalformedXml);
    EXPECT_EQ(fault_of(complete(id, {{2, two->etag(), {}}, {1, one->etag(), {}}})),
              Fault::InvalidPartOrder);
    EXPECT_EQ(fault_of(complete(id, {{1, one->etag(), {}}, {2, two->etag(), {}}})),
              Fault::EntityTooSmall);
    EXPECT_EQ(fault_of(complete(id, {{2, one->etag(), {}}})), Fault::InvalidPart);
    EXPECT_EQ(fault_of(complete(id, {{3, one->etag(), {}}})), Fault::InvalidPart);
    EXPECT_EQ(fault_of(complete("nope", {{2, one->etag(), {}}})), Fault::NoSuchUpload);
    EXPECT_EQ(fault_of(upload(id, 0, "x")), Fault::InvalidArgument);
    EXPECT_EQ(fault_of(upload(id, 10'001, "x")), Fault::InvalidArgument);
    EXPECT_TRUE(complete(id, {{2, two->etag(), {}}}));
}

TEST_F(MultipartTest, checksums_are_composite_or_of_the_whole) {
    const std::string one = large_text(3000, 1);
    const std::string two = large_text(10, 2);
    for (const ChecksumKind kind : all_checksum_kinds) {
        for (const ChecksumType type : {ChecksumType::Composite, ChecksumType::FullObject}) {
            const bool is_composite = type == ChecksumType::Composite;
            if (!(is_composite ? can_be_composite(kind) : can_be_full_object(kind))) continue;
            const std::string id = create(kind, type);
            const auto first = upload(id, 1, one);
            const auto second = upload(id, 2, two);
            ASSERT_TRUE(first && second);
            const auto object = complete(id,
                                         {{1, first->etag(), {{kind, first->checksum->text()}}},
                                          {2, second->etag(), {{kind, second->checksum->text()}}}});
            ASSERT_TRUE(object);
            const std::string expected =
                is_composite ? checksum(kind, checksum(kind, one) + checksum(kind, two))
                             : checksum(kind, one + two);
            EXPECT_EQ(object->checksum->text(),
                      base::base64_encode(expected) + (is_composite ? "-2" : ""));
        }
    }
    CreateUploadRequest impossible;
    impossible.bucket = "bucket";
    impossible.key = "key";
    impossible.checksum_kind = ChecksumKind::Sha256;
    impossible.checksum_type = ChecksumType::FullObject;
    EXPECT_EQ(fault_of(engine_->create_upload(impossible)), Fault::InvalidRequest);
}

TEST_F(MultipartTest, aborting_takes_rows_and_files_away) {
    const std::string id = create();
    ASSERT_TRUE(upload(id, 1, large_text(50'000)));
    EXPECT_EQ(data_files(), 1u);
    ASSERT_TRUE(engine_->abort("bucket", "key", id));
    EXPECT_EQ(data_files(), 0u);
    EXPECT_EQ(fault_of(engine_->abort("bucket", "key", id)), Fault::NoSuchUpload);
    EXPECT_EQ(fault_of(upload(id, 1, "x")), Fault::NoSuchUpload);
}

TEST_F(MultipartTest, parts_are_copied_with_ranges) {
    const std::string source = large_text(5000);
    ASSERT_TRUE(put("source", source));
    const std::string id = create();
    CopyPartRequest request;
    request.source_bucket = request.bucket = "bucket";
    request.source_key = "source";
    request.key = "key";
    request.upload_id = id;
    request.number = 1;
    request.source_range = "bytes=1000-2999";
    const auto part = engine_->copy_part(request);
    ASSERT_TRUE(part);
    request.source_range = "bytes=0-5000";
    EXPECT_EQ(fault_of(engine_->copy_part(request)), Fault::InvalidArgument);
    request.source_range = "bytes=7";
    EXPECT_EQ(fault_of(engine_->copy_part(request)), Fault::InvalidArgument);
    ASSERT_TRUE(complete(id, {{1, part->etag(), {}}}));
    EXPECT_EQ(get("key"), source.substr(1000, 2000));
}

TEST_F(MultipartTest, uploads_and_parts_are_listed_in_pages) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        ids.push_back(create());
        clock_.advance(std::chrono::seconds(1));
    }
    for (uint32_t number = 1; number <= 5; ++number)
        ASSERT_TRUE(upload(ids[0], number * 2, std::to_string(number)));
    const auto parts = engine_->list_parts("bucket", "key", ids[0], 4, 2);
    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->parts.size(), 2u);
    EXPECT_EQ(parts->parts[0].number, 6u);
    EXPECT_TRUE(parts->is_truncated);
    ListUploadsRequest request;
    request.bucket = "bucket";
    request.count_max = 1;
    std::vector<std::string> listed;
    for (int page_number = 0; page_number < 5; ++page_number) {
        const auto page = engine_->list_uploads(request);
        ASSERT_TRUE(page);
        for (const Upload& upload : page->uploads) listed.push_back(upload.id);
        if (!page->is_truncated) break;
        request.key_marker = page->next_key_marker;
        request.upload_id_marker = page->next_upload_id_marker;
    }
    EXPECT_EQ(listed, ids);
    ASSERT_TRUE(engine_->delete_bucket("bucket"));
    EXPECT_EQ(data_files(), 0u);
}

}  // namespace
}  // namespace wr::s3
