// Delivery streams against fake faces: buffering, crashes at every step, resharding, refusals.
#include "services/firehose/engine/engine.h"

#include <gtest/gtest.h>

#include <set>

#include "services/firehose/engine/fakes.h"

namespace wr::firehose {
namespace {

using namespace std::chrono_literals;

const StreamName name{"123456789012", "us-east-1", "archive"};
const std::string source_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/wildrydes";

class FirehoseTest : public ::testing::Test {
protected:
    FirehoseTest() {
        auto opened = kv::open_store({.path = "/firehose-test", .in_memory = true});
        WR_ASSERT(opened.has_value());
        disk_ = *std::move(opened);
        kinesis_.add_shard("shardId-0");
        kinesis_.add_shard("shardId-1");
        kinesis_.arrival = clock_.now();
        reopen();
    }

    /// The process ends and begins again.
    void reopen() {
        engine_.reset();
        fuse_ = Fuse{};
        s3_.fuse = &fuse_;
        store_ = std::make_unique<FusedStore>(*disk_, fuse_);
        auto opened = Engine::open({*store_, clock_, random_, kinesis_, s3_, identity_}, options_);
        ASSERT_TRUE(opened);
        engine_ = *std::move(opened);
    }

    Destination destination() const {
        Destination to;
        to.role_arn = "arn:aws:iam::123456789012:role/firehose";
        to.bucket_arn = "arn:aws:s3:::bucket";
        to.buffer_mib = 1;
        to.interval_seconds = 60;
        return to;
    }
    void create_direct() { ASSERT_TRUE(engine_->create(name, {}, destination(), {})); }
    void create_from_stream() {
        ASSERT_TRUE(engine_->create(
            name, Source{source_arn, destination().role_arn, {}}, destination(), {}));
    }
    void run() {
        for (int i = 0; i < 50 && engine_->step(); ++i) {
        }
    }
    void run_after(std::chrono::milliseconds wait) {
        run();
        clock_.advance(wait);
        run();
    }
    /// Every "<n>;" of the archive; fails on one that is there twice.
    std::set<std::string> archived() const {
        std::set<std::string> found;
        std::string all = s3_.everything();
        for (size_t at = 0; at < all.size();) {
            const size_t end = all.find(';', at);
            EXPECT_NE(end, std::string::npos);
            EXPECT_TRUE(found.insert(all.substr(at, end - at)).second) << all.substr(at, end - at);
            at = end + 1;
        }
        return found;
    }

    base::ManualClock clock_;
    base::SeededRandom random_{11};
    std::unique_ptr<kv::Store> disk_;
    Fuse fuse_;
    std::unique_ptr<FusedStore> store_;
    FakeKinesis kinesis_;
    FakeS3 s3_;
    FakeIdentity identity_;
    EngineOptions options_;
    std::unique_ptr<Engine> engine_;
};

TEST_F(FirehoseTest, direct_puts_arrive_after_the_interval_without_separators) {
    create_direct();
    ASSERT_TRUE(engine_->put(name, {"one", "two"}));
    ASSERT_TRUE(engine_->put(name, {"three"}));
    run_after(59s);
    EXPECT_TRUE(s3_.objects.empty());
    run_after(1s);
    ASSERT_EQ(s3_.objects.size(), 1u);
    EXPECT_EQ(s3_.everything(), "onetwothree");
    EXPECT_TRUE(s3_.objects.begin()->first.starts_with("bucket/2023/11/14/22/archive-1-2023-"))
        << s3_.objects.begin()->first;
    run_after(1h);
    EXPECT_EQ(s3_.objects.size(), 1u);
}

TEST_F(FirehoseTest, a_full_buffer_does_not_wait_for_the_interval) {
    create_direct();
    const std::string record(500 * 1024, 'x');
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(engine_->put(name, {record}));
    run();
    // Three records pass 1 MiB; the other two stay below it and wait.
    EXPECT_EQ(s3_.everything().size(), 3 * record.size());
    run_after(60s);
    EXPECT_EQ(s3_.everything().size(), 5 * record.size());
}

TEST_F(FirehoseTest, acknowledged_puts_survive_a_restart) {
    create_direct();
    ASSERT_TRUE(engine_->put(name, {"1;", "2;"}));
    reopen();
    ASSERT_TRUE(engine_->put(name, {"3;"}));
    run_after(60s);
    EXPECT_EQ(archived(), (std::set<std::string>{"1", "2", "3"}));
}

TEST_F(FirehoseTest, a_stream_is_read_from_the_moment_of_creation) {
    kinesis_.add("shardId-0", "before;");
    create_from_stream();
    kinesis_.add("shardId-0", "1;");
    kinesis_.add("shardId-1", "2;");
    run_after(60s);
    EXPECT_EQ(archived(), (std::set<std::string>{"1", "2"}));
    EXPECT_EQ(s3_.objects.size(), 1u);
    reopen();
    kinesis_.add("shardId-1", "3;");
    run_after(60s);
    EXPECT_EQ(archived(), (std::set<std::string>{"1", "2", "3"}));
}

TEST_F(FirehoseTest, children_of_a_reshard_follow_their_parents) {
    create_from_stream();
    kinesis_.add("shardId-0", "1;");
    kinesis_.close("shardId-0");
    kinesis_.add_shard("shardId-2", "shardId-0");
    kinesis_.add("shardId-2", "2;");
    run_after(10s);
    run_after(60s);
    EXPECT_EQ(archived(), (std::set<std::string>{"1", "2"}));
    reopen();
    kinesis_.add("shardId-2", "3;");
    run_after(60s);
    EXPECT_EQ(archived(), (std::set<std::string>{"1", "2", "3"}));
}

TEST_F(FirehoseTest, the_archive_of_a_stream_holds_each_record_once_after_a_crash_at_any_step) {
    create_from_stream();
    int number = 0;
    std::set<std::string> expected;
    for (int step = 1; step <= 8; ++step) {
        for (const bool after_effect : {false, true}) {
            for (int i = 0; i < 5; ++i) {
                expected.insert(std::to_string(number));
                kinesis_.add(i % 2 == 0 ? "shardId-0" : "shardId-1",
                             std::to_string(number++) + ";");
            }
            fuse_.left = step;
            fuse_.after_effect = after_effect;
            run_after(60s);
            // Two batches, so that late steps are reached too.
            expected.insert(std::to_string(number));
            kinesis_.add("shardId-1", std::to_string(number++) + ";");
            run_after(60s);
            reopen();
            run_after(60s);
            run_after(60s);
            ASSERT_EQ(archived(), expected) << "step " << step << " after " << after_effect;
        }
    }
}

TEST_F(FirehoseTest, direct_puts_are_delivered_once_after_a_crash_at_any_step) {
    create_direct();
    int number = 0;
    std::set<std::string> acknowledged;
    std::set<std::string> tried;
    const auto put = [&] {
        const std::string text = std::to_string(number++);
        tried.insert(text);
        const std::string record = text + ";";
        if (engine_->put(name, {record})) acknowledged.insert(text);
    };
    for (int step = 1; step <= 10; ++step) {
        for (const bool after_effect : {false, true}) {
            fuse_.left = step;
            fuse_.after_effect = after_effect;
            put();
            put();
            run_after(60s);
            put();
            run_after(60s);
            reopen();
            run_after(60s);
            run_after(60s);
            const auto found = archived();
            for (const std::string& text : acknowledged)
                ASSERT_TRUE(found.contains(text)) << text << " step " << step;
            for (const std::string& text : found) ASSERT_TRUE(tried.contains(text));
        }
    }
}

TEST_F(FirehoseTest, a_bucket_that_is_down_is_tried_again_under_the_same_name) {
    create_from_stream();
    kinesis_.add("shardId-0", "1;");
    s3_.is_down = true;
    run_after(60s);
    run_after(10s);
    EXPECT_TRUE(s3_.objects.empty());
    s3_.is_down = false;
    run_after(120s);
    EXPECT_EQ(archived(), (std::set<std::string>{"1"}));
}

TEST_F(FirehoseTest, direct_puts_are_given_up_after_a_day) {
    create_direct();
    ASSERT_TRUE(engine_->put(name, {"lost;"}));
    s3_.is_down = true;
    for (int hour = 0; hour < 26; ++hour) run_after(1h);
    s3_.is_down = false;
    ASSERT_TRUE(engine_->put(name, {"kept;"}));
    run_after(2min);
    run_after(2min);
    EXPECT_EQ(archived(), (std::set<std::string>{"kept"}));
}

TEST_F(FirehoseTest, lost_source_records_do_not_take_the_written_object_away) {
    create_from_stream();
    kinesis_.add("shardId-0", "1;");
    run();
    // Intent, object, then the power goes before the checkpoint.
    fuse_.left = 2;
    fuse_.after_effect = true;
    run_after(60s);
    kinesis_.trimmed_before = kinesis_.next_sequence;
    reopen();
    kinesis_.add("shardId-0", "2;");
    run_after(60s);
    run_after(60s);
    EXPECT_EQ(archived(), (std::set<std::string>{"1", "2"}));
}

TEST_F(FirehoseTest, roles_are_asked_before_anything_moves) {
    identity_.can_assume = false;
    const auto refused = engine_->create(name, {}, destination(), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::InvalidArgument);
    identity_.can_assume = true;
    create_direct();
    ASSERT_TRUE(engine_->put(name, {"1;"}));
    identity_.allows = false;
    run_after(60s);
    EXPECT_TRUE(s3_.objects.empty());
    identity_.allows = true;
    run_after(60s);
    EXPECT_EQ(archived(), (std::set<std::string>{"1"}));
}

TEST_F(FirehoseTest, gzip_and_prefixes_shape_the_object) {
    Destination to = destination();
    to.compression = Compression::Gzip;
    to.prefix = "raw/!{timestamp:yyyy}/";
    to.error_prefix = "errors/";
    ASSERT_TRUE(engine_->create(name, {}, to, {}));
    ASSERT_TRUE(engine_->put(name, {"hello"}));
    run_after(60s);
    ASSERT_EQ(s3_.objects.size(), 1u);
    EXPECT_TRUE(s3_.objects.begin()->first.starts_with("bucket/raw/2023/archive-1-"));
    EXPECT_TRUE(s3_.objects.begin()->first.ends_with(".gz"));
    EXPECT_EQ(s3_.objects.begin()->second.substr(0, 2), "\x1f\x8b");
    EXPECT_EQ(s3_.last_options.content_encoding, "gzip");
}

TEST_F(FirehoseTest, sizes_and_states_are_checked) {
    create_from_stream();
    const std::string too_large(1000 * 1024 + 1, 'x');
    EXPECT_EQ(engine_->put(name, {too_large}).error().fault, Fault::InvalidArgument);
    EXPECT_EQ(engine_->put(name, {"x"}).error().fault, Fault::InvalidArgument);
    const StreamName other{name.account, "eu-west-1", name.name};
    EXPECT_EQ(engine_->put(other, {"x"}).error().fault, Fault::ResourceNotFound);
    EXPECT_EQ(engine_->create(name, {}, destination(), {}).error().fault, Fault::ResourceInUse);
    Destination bad = destination();
    bad.buffer_mib = 129;
    EXPECT_EQ(engine_->create(other, {}, bad, {}).error().fault, Fault::InvalidArgument);
    EXPECT_EQ(engine_->put_records("nonsense", {"x"}).error().code, ErrorCode::InvalidArgument);
    const std::string record(1000 * 1024, 'x');
    const std::vector<std::string_view> five(5, record);
    EXPECT_EQ(engine_->put(name, five).error().fault, Fault::InvalidArgument);
}

TEST_F(FirehoseTest, updates_need_the_current_version_and_name_new_objects) {
    create_direct();
    DestinationUpdate change;
    change.prefix = "new/";
    EXPECT_EQ(engine_->update(name, "7", change).error().fault, Fault::ConcurrentModification);
    ASSERT_TRUE(engine_->update(name, "1", change));
    reopen();
    ASSERT_TRUE(engine_->put(name, {"x;"}));
    run_after(60s);
    EXPECT_TRUE(s3_.objects.begin()->first.starts_with("bucket/new/2023/11/14/22/archive-2-"));
    EXPECT_EQ(engine_->describe(name)->config.version, 2u);
}

TEST_F(FirehoseTest, deleted_streams_leave_nothing) {
    create_direct();
    ASSERT_TRUE(engine_->put(name, {"x;"}));
    ASSERT_TRUE(engine_->tag(name, {{"a", "b"}}));
    ASSERT_TRUE(engine_->remove(name));
    EXPECT_EQ(engine_->describe(name).error().fault, Fault::ResourceNotFound);
    size_t rows = 0;
    ASSERT_TRUE(disk_->scan("", [&](std::string_view, std::string_view) {
        ++rows;
        return true;
    }));
    EXPECT_EQ(rows, 0u);
    create_direct();
    run_after(2min);
    EXPECT_TRUE(s3_.objects.empty());
}

TEST_F(FirehoseTest, states_pass_with_the_delay) {
    options_.state_change_delay = 10s;
    reopen();
    create_direct();
    EXPECT_EQ(engine_->describe(name)->status, Status::Creating);
    EXPECT_EQ(engine_->put(name, {"x;"}).error().fault, Fault::ResourceNotFound);
    EXPECT_EQ(engine_->remove(name).error().fault, Fault::ResourceInUse);
    clock_.advance(10s);
    EXPECT_EQ(engine_->describe(name)->status, Status::Active);
    ASSERT_TRUE(engine_->remove(name));
    EXPECT_EQ(engine_->describe(name)->status, Status::Deleting);
    clock_.advance(10s);
    run();
    EXPECT_FALSE(engine_->describe(name));
}

}  // namespace
}  // namespace wr::firehose
