// The JSON and CBOR that is written without the tables, beside what the tables write.
#include "services/kinesis/api/record_rows.h"

#include <gtest/gtest.h>

#include "services/kinesis/engine/stream.h"
#include "wire/codec_cbor.h"
#include "wire/codec_json.h"

namespace wr::gen::kinesis::tables {
extern const wire::Shape shape_GetRecordsOutput;
extern const wire::Shape shape_PutRecordsOutput;
}  // namespace wr::gen::kinesis::tables

namespace wr::kinesis::api {
namespace {

namespace tables = wr::gen::kinesis::tables;

const std::vector<std::string> keys = {"unicorn7",
                                       "with \"quotes\" and \\",
                                       "\x01\n\t",
                                       "\xE2\x82\xAC and \xF0\x9F\xA6\x84",
                                       "not UTF-8: \xFF\xC3",
                                       std::string(256, '\x02')};

/// One entry with a record for every key, its data as many bytes as its place.
RecordRun run_of(base::Timestamp arrival, uint64_t first_counter, bool is_sealed = false) {
    std::vector<EntryInput> inputs;
    std::vector<std::string> data;
    for (size_t i = 0; i < keys.size(); ++i) data.push_back(std::string(i, '\xF7'));
    for (size_t i = 0; i < keys.size(); ++i) inputs.push_back({keys[i], data[i], 0});
    EntrySection section;
    section.first_counter = first_counter;
    EntryBuilder builder({section}, inputs, {}, 0);
    builder.seal(arrival);
    const auto entry = std::make_shared<CachedEntry>();
    entry->payload = base::Buffer::copy_of(builder.take());
    entry->head = *parse_entry_head(entry->payload.view());
    if (is_sealed) entry->head.seal.emplace();
    const EntrySection& found = entry->head.sections.front();
    return {entry,
            EntryReader(entry->payload.view(), found).rest(),
            found.record_count,
            SequenceText({1'700'000'000, 0, first_counter, 1'700'000'321})};
}

/// Runs of several arrivals; of those that came together one is encrypted.
FoundRecords neighbours() {
    FoundRecords found;
    found.add(run_of(base::Timestamp{std::chrono::milliseconds{1'700'000'321'045}}, 10));
    found.add(run_of(base::Timestamp{std::chrono::milliseconds{1'700'000'322'000}}, 16));
    found.add(run_of(base::Timestamp{std::chrono::milliseconds{-5}}, 22, true));
    found.add(run_of(base::Timestamp{std::chrono::milliseconds{-5}}, 28));
    return found;
}

template <typename Row>
wire::Rows<Row> by_the_tables(const wire::Rows<Row>& rows) {
    return {rows.size(), [rows](const auto& visit) { rows.each(visit); }};
}

TEST(RecordRows, records_are_the_bytes_that_the_tables_write) {
    const FoundRecords found = neighbours();

    gen::kinesis::GetRecordsOutput fast;
    fast.records = to_rows(found);
    gen::kinesis::GetRecordsOutput slow;
    slow.records = by_the_tables(*fast.records);
    const std::string text = wire::encode_json(tables::shape_GetRecordsOutput, &fast);
    EXPECT_EQ(text, wire::encode_json(tables::shape_GetRecordsOutput, &slow));
    EXPECT_NE(text.find("\"EncryptionType\":\"KMS\""), std::string::npos);

    gen::kinesis::GetRecordsOutput read;
    ASSERT_TRUE(wire::decode_json(tables::shape_GetRecordsOutput, text, &read));
    ASSERT_EQ(read.records->held().size(), 4 * keys.size());
    EXPECT_EQ(*read.records->held()[3].partition_key, keys[3]);
    EXPECT_EQ(read.records->held()[5].data->size(), 5U);
}

TEST(RecordRows, records_are_the_cbor_that_the_tables_write) {
    const FoundRecords found = neighbours();

    gen::kinesis::GetRecordsOutput fast;
    fast.records = to_rows(found);
    gen::kinesis::GetRecordsOutput slow;
    slow.records = by_the_tables(*fast.records);
    for (const auto time : {wire::CborTime::Milliseconds, wire::CborTime::Seconds}) {
        const std::string bytes = wire::encode_cbor(tables::shape_GetRecordsOutput, &fast, time);
        EXPECT_EQ(bytes, wire::encode_cbor(tables::shape_GetRecordsOutput, &slow, time));
        gen::kinesis::GetRecordsOutput read;
        ASSERT_TRUE(wire::decode_cbor(tables::shape_GetRecordsOutput, bytes, &read, time));
        ASSERT_EQ(read.records->held().size(), 4 * keys.size());
        EXPECT_EQ(*read.records->held()[3].partition_key, keys[3]);
        EXPECT_EQ(*read.records->held()[5].data, std::string(5, '\xF7'));
    }
}

TEST(RecordRows, no_record_is_an_empty_list) {
    gen::kinesis::GetRecordsOutput output;
    output.records = to_rows(FoundRecords());
    EXPECT_EQ(wire::encode_json(tables::shape_GetRecordsOutput, &output), R"({"Records":[]})");
}

TEST(RecordRows, outcomes_are_the_bytes_that_the_tables_write) {
    const auto put = std::make_shared<PendingPut>();
    put->stream = {"123456789012", "us-east-1", "unicorns"};
    put->topology = std::make_shared<const Topology>(
        Topology::equal(2, base::Timestamp{std::chrono::seconds{1'700'000'000}}));
    put->sections.resize(2);
    put->sections[1].shard_index = 1;
    put->sections[1].first_counter = 7;
    put->section_of = {0, 1, no_section, 1, 0};
    put->shard_of = {0, 1, 1, 1, 0};

    gen::kinesis::PutRecordsOutput fast;
    fast.records = to_rows(std::shared_ptr<const PendingPut>(put));
    gen::kinesis::PutRecordsOutput slow;
    slow.records = by_the_tables(*fast.records);
    const std::string text = wire::encode_json(tables::shape_PutRecordsOutput, &fast);
    EXPECT_EQ(text, wire::encode_json(tables::shape_PutRecordsOutput, &slow));
    EXPECT_NE(text.find("ProvisionedThroughputExceededException"), std::string::npos);
    EXPECT_EQ(put->refused(), 1U);
}

}  // namespace
}  // namespace wr::kinesis::api
