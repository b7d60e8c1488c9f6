// The life of applications: records, states, versions, updates, restarts.
#include <gtest/gtest.h>

#include <thread>

#include "services/analytics/engine/engine.h"
#include "services/analytics/engine/fake_faces_test.h"

namespace wr::analytics {
namespace {

using namespace std::chrono_literals;

const std::string shard_0 = "shardId-000000000000";
const ApplicationName app_name{"123456789012", "us-east-1", "app"};

std::string stream_arn(const std::string& name) {
    return "arn:aws:kinesis:us-east-1:123456789012:stream/" + name;
}

Application draft() {
    Application application;
    application.name = app_name;
    application.code =
        "CREATE STREAM \"OUT\" (A INTEGER); CREATE PUMP P AS INSERT INTO \"OUT\" "
        "SELECT STREAM A + 1 FROM IN_001";
    Input input;
    input.name_prefix = "IN";
    input.stream_arn = stream_arn("in");
    input.source.columns = {{"A", "INTEGER", "$.A"}};
    application.inputs.push_back(input);
    Output output;
    output.stream_name = "OUT";
    output.resource_arn = stream_arn("out");
    application.outputs.push_back(output);
    return application;
}

class AnalyticsEngine : public ::testing::Test {
protected:
    AnalyticsEngine() {
        kinesis_.create("in", 1);
        kinesis_.create("out", 1);
        options_.state_change_delay = 0ms;
        options_.discovery_wait = 0ms;
        options_.runner.bound_interval = 1ms;
        open();
    }
    ~AnalyticsEngine() override { engine_.reset(); }

    void open() {
        engine_.reset();
        engine_ = *Engine::open(*store_, clock_, faces_, options_);
    }
    Status status() { return engine_->describe(app_name)->status; }
    void put(int a) {
        kinesis_.put("in", shard_0, "{\"A\":" + std::to_string(a) + "}", clock_.now());
    }
    /// Waits for the application's thread.
    std::vector<std::string> wait_for_rows(size_t count) {
        for (int i = 0; i < 400 && rows().size() < count; ++i) std::this_thread::sleep_for(5ms);
        return rows();
    }
    std::vector<std::string> rows() { return kinesis_.all("out"); }

    std::unique_ptr<kv::Store> store_ = *kv::open_store({"/analytics", true, kv::Durability::Os});
    base::ManualClock clock_;
    FakeKinesis kinesis_;
    Faces faces_{&kinesis_, nullptr, nullptr, nullptr};
    EngineOptions options_;
    std::unique_ptr<Engine> engine_;
};

TEST_F(AnalyticsEngine, an_application_survives_in_the_store_with_ids_and_version) {
    const auto created = engine_->create(draft());
    ASSERT_TRUE(created) << created.error().message;
    EXPECT_EQ(created->inputs[0].id, "1.1");
    EXPECT_EQ(created->outputs[0].id, "2.1");
    EXPECT_EQ(engine_->create(draft()).error().code, ErrorCode::ResourceInUse);
    open();
    const auto found = engine_->describe(app_name);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->code, draft().code);
    EXPECT_EQ(found->version, 1);
    EXPECT_EQ(found->status, Status::Ready);
    EXPECT_EQ(engine_->list("123456789012", "us-east-1", "", 10).size(), 1U);
    EXPECT_TRUE(engine_->list("123456789012", "eu-west-1", "", 10).empty());
}

TEST_F(AnalyticsEngine, code_that_does_not_compile_is_refused_with_its_place) {
    Application bad = draft();
    bad.code = "CREATE STREAM X (A TEXT)";
    const auto created = engine_->create(bad);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().code, ErrorCode::CodeValidation);
    EXPECT_NE(created.error().message.find("line 1, column 20"), std::string::npos);
}

TEST_F(AnalyticsEngine, starts_runs_stops_and_goes_on_where_it_stopped) {
    ASSERT_TRUE(engine_->create(draft()));
    put(1);
    ASSERT_TRUE(engine_->start_application(app_name, {{"1.1", StartingPosition::Now}}));
    put(2);  // After the call was answered: it will be read.
    EXPECT_EQ(status(), Status::Starting);
    EXPECT_EQ(engine_->stop_application(app_name).error().code, ErrorCode::ResourceInUse);
    engine_->settle();
    EXPECT_EQ(status(), Status::Running);
    EXPECT_EQ(wait_for_rows(1), (std::vector<std::string>{"{\"A\":3}\n"}));
    ASSERT_TRUE(engine_->stop_application(app_name));
    engine_->settle();
    EXPECT_EQ(status(), Status::Ready);
    put(3);
    ASSERT_TRUE(
        engine_->start_application(app_name, {{"1.1", StartingPosition::LastStoppedPoint}}));
    engine_->settle();
    EXPECT_EQ(wait_for_rows(2).back(), "{\"A\":4}\n");
    ASSERT_TRUE(engine_->stop_application(app_name));
    engine_->settle();
    // From the beginning again: another run, whose rows are no duplicates of the first.
    ASSERT_TRUE(engine_->start_application(app_name, {{"1.1", StartingPosition::TrimHorizon}}));
    engine_->settle();
    EXPECT_EQ(wait_for_rows(5).size(), 5U);
}

TEST_F(AnalyticsEngine, a_running_application_goes_on_after_a_restart_of_the_process) {
    ASSERT_TRUE(engine_->create(draft()));
    ASSERT_TRUE(engine_->start_application(app_name, {{"1.1", StartingPosition::TrimHorizon}}));
    engine_->settle();
    put(1);
    EXPECT_EQ(wait_for_rows(1).size(), 1U);
    open();
    engine_->start();
    put(2);
    EXPECT_EQ(wait_for_rows(2), (std::vector<std::string>{"{\"A\":2}\n", "{\"A\":3}\n"}));
}

TEST_F(AnalyticsEngine, new_code_is_swapped_in_only_when_it_compiles) {
    ASSERT_TRUE(engine_->create(draft()));
    ASSERT_TRUE(engine_->start_application(app_name, {}));
    engine_->settle();
    put(1);
    EXPECT_EQ(wait_for_rows(1).size(), 1U);
    const auto with_code = [](std::string code) {
        return [code](Application& application) -> Result<void> {
            application.code = code;
            return {};
        };
    };
    const auto bad = engine_->modify(app_name, 1, with_code("SELECT"));
    EXPECT_EQ(bad.error().code, ErrorCode::InvalidApplicationConfiguration);
    EXPECT_EQ(engine_->describe(app_name)->code, draft().code);
    EXPECT_EQ(status(), Status::Running);
    EXPECT_EQ(engine_->modify(app_name, 9, with_code("")).error().code,
              ErrorCode::ConcurrentModification);
    const auto good =
        engine_->modify(app_name,
                        1,
                        with_code("CREATE STREAM \"OUT\" (A INTEGER); CREATE PUMP P AS INSERT INTO "
                                  "\"OUT\" SELECT STREAM A * 10 FROM IN_001"));
    ASSERT_TRUE(good) << good.error().message;
    EXPECT_EQ(good->version, 2);
    EXPECT_EQ(status(), Status::Updating);
    put(2);  // Either code may read it: the old one runs until the swap.
    engine_->settle();
    const auto at_swap = wait_for_rows(2);
    ASSERT_EQ(at_swap.size(), 2U);
    EXPECT_TRUE(at_swap[1] == "{\"A\":3}\n" || at_swap[1] == "{\"A\":20}\n") << at_swap[1];
    put(3);
    const auto after = wait_for_rows(3);
    ASSERT_EQ(after.size(), 3U);
    EXPECT_EQ(after[2], "{\"A\":30}\n");
}

TEST_F(AnalyticsEngine, a_deleted_application_leaves_nothing) {
    const auto created = engine_->create(draft());
    ASSERT_TRUE(engine_->start_application(app_name, {}));
    engine_->settle();
    EXPECT_EQ(engine_->delete_application(app_name, created->created + 5s).error().code,
              ErrorCode::InvalidArgument);
    ASSERT_TRUE(engine_->delete_application(app_name, created->created));
    EXPECT_EQ(status(), Status::Deleting);
    engine_->settle();
    EXPECT_EQ(engine_->describe(app_name).error().code, ErrorCode::ResourceNotFound);
    size_t keys = 0;
    ASSERT_TRUE(store_->scan("", [&](std::string_view key, std::string_view) {
        keys += key == "n" ? 0 : 1;
        return true;
    }));
    EXPECT_EQ(keys, 0U);
}

TEST_F(AnalyticsEngine, an_unfit_application_does_not_start) {
    Application unfit = draft();
    unfit.outputs[0].stream_name = "out";
    ASSERT_TRUE(engine_->create(unfit));
    const auto started = engine_->start_application(app_name, {});
    EXPECT_EQ(started.error().code, ErrorCode::InvalidApplicationConfiguration);
    EXPECT_NE(started.error().message.find("'out'"), std::string::npos);
    EXPECT_EQ(status(), Status::Ready);
}

TEST_F(AnalyticsEngine, roles_must_trust_the_service) {
    FakeIdentity identity;
    faces_.identity = &identity;
    open();
    Application with_role = draft();
    EXPECT_EQ(engine_->create(with_role).error().code, ErrorCode::InvalidArgument);
    with_role.service_role = "arn:aws:iam::123456789012:role/r";
    EXPECT_EQ(engine_->create(with_role).error().code, ErrorCode::InvalidArgument);
    identity.assumable_.insert(with_role.service_role);
    EXPECT_TRUE(engine_->create(with_role));
}

TEST_F(AnalyticsEngine, a_schema_is_discovered_from_records) {
    const auto nothing = engine_->discover(stream_arn("in"), "", StartingPosition::TrimHorizon);
    EXPECT_EQ(nothing.error().code, ErrorCode::UnableToDetectSchema);
    put(12);
    const auto found = engine_->discover(stream_arn("in"), "", StartingPosition::TrimHorizon);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->found.schema.columns.size(), 1U);
    EXPECT_EQ(found->found.schema.columns[0].sql_type, "INTEGER");
    EXPECT_EQ(found->raw_records, (std::vector<std::string>{"{\"A\":12}"}));
    EXPECT_EQ(engine_->discover(stream_arn("none"), "", StartingPosition::Now).error().code,
              ErrorCode::ResourceNotFound);
}

TEST_F(AnalyticsEngine, a_delivery_stream_is_read_where_its_records_come_from) {
    const std::string arn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/archive";
    FakeFirehose firehose;
    faces_.firehose = &firehose;
    open();
    Application application = draft();
    application.inputs[0].stream_arn = arn;
    ASSERT_TRUE(engine_->create(application));
    const auto refused =
        engine_->start_application(app_name, {{"1.1", StartingPosition::TrimHorizon}});
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidApplicationConfiguration);
    firehose.sources_[arn] = stream_arn("in");
    put(41);
    engine_->start();
    ASSERT_TRUE(engine_->start_application(app_name, {{"1.1", StartingPosition::TrimHorizon}}));
    EXPECT_EQ(wait_for_rows(1), std::vector<std::string>{"{\"A\":42}\n"});
    engine_->stop();
}

TEST_F(AnalyticsEngine, a_stream_joins_reference_data_which_every_start_reads_anew) {
    FakeS3 s3;
    faces_.s3 = &s3;
    open();
    Application application = draft();
    application.code =
        "CREATE STREAM \"OUT\" (N VARCHAR(16)); CREATE PUMP P AS INSERT INTO \"OUT\" "
        "SELECT STREAM T.N FROM IN_001 JOIN NAMES AS T ON T.A = IN_001.A";
    Reference names;
    names.table_name = "NAMES";
    names.bucket_arn = "arn:aws:s3:::tables";
    names.key = "names.csv";
    names.source.format = sql::RecordFormat::Csv;
    names.source.columns = {{"A", "INTEGER", ""}, {"N", "VARCHAR(16)", ""}};
    application.references.push_back(names);
    ASSERT_TRUE(engine_->create(application));
    engine_->start();
    const std::map<std::string, StartingPosition> all = {{"1.1", StartingPosition::TrimHorizon}};
    const auto missing = engine_->start_application(app_name, all);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message, "s3://tables/names.csv: The specified key does not exist.");
    s3.objects_["tables/names.csv"] = "1,Shadowfax\nx,Broken\n";
    EXPECT_EQ(engine_->start_application(app_name, all).error().code,
              ErrorCode::InvalidApplicationConfiguration);
    s3.objects_["tables/names.csv"] = "1,Shadowfax\n2,Rocinante\n";
    put(2);
    ASSERT_TRUE(engine_->start_application(app_name, all));
    EXPECT_EQ(wait_for_rows(1), std::vector<std::string>{"{\"N\":\"Rocinante\"}\n"});
    // A restart of the process keeps the table of the start; a start reads the object.
    s3.objects_["tables/names.csv"] = "1,Bucephalus\n";
    engine_->stop();
    open();
    engine_->start();
    put(1);
    EXPECT_EQ(wait_for_rows(2).at(1), "{\"N\":\"Shadowfax\"}\n");
    for (int i = 0; i < 400 && status() != Status::Running; ++i) std::this_thread::sleep_for(5ms);
    ASSERT_TRUE(engine_->stop_application(app_name));
    for (int i = 0; i < 400 && status() != Status::Ready; ++i) std::this_thread::sleep_for(5ms);
    ASSERT_TRUE(engine_->start_application(app_name, {}));
    put(1);
    EXPECT_EQ(wait_for_rows(3).at(2), "{\"N\":\"Bucephalus\"}\n");
    engine_->stop();
}

TEST_F(AnalyticsEngine, what_goes_wrong_is_told_in_the_applications_log_stream) {
    FakeLogs logs;
    faces_.logs = &logs;
    open();
    Application application = draft();
    LoggingOption option;
    option.log_stream_arn = "arn:aws:logs:us-east-1:123456789012:log-group:/apps:log-stream:app";
    application.logging.push_back(option);
    application.outputs[0].destination = Destination::Lambda;
    application.outputs[0].resource_arn = "arn:aws:lambda:us-east-1:123456789012:function:none";
    ASSERT_TRUE(engine_->create(application));
    put(1);
    engine_->start();
    ASSERT_TRUE(engine_->start_application(app_name, {{"1.1", StartingPosition::TrimHorizon}}));
    for (int i = 0; i < 400 && engine_->metrics().empty(); ++i) std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(300ms);
    engine_->stop();
    ASSERT_FALSE(logs.lines_.empty());
    EXPECT_TRUE(logs.lines_[0].starts_with("/apps/app {")) << logs.lines_[0];
    EXPECT_NE(logs.lines_[0].find("\"errorCode\":\"OutputDeliveryError\""), std::string::npos);
    EXPECT_FALSE(parse_log_stream_arn("arn:aws:logs:us-east-1:1:log-group:/apps"));
}

}  // namespace
}  // namespace wr::analytics
