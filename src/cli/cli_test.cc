// Tests of the command line's parts: filters, starts, formats, exit codes.
#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/record_filter.h"
#include "cli/run.h"

namespace wr::cli {
namespace {

base::Json json(const char* text) {
    return *base::parse_json(text);
}

TEST(RecordFilter, compares_numbers_as_numbers_and_texts_as_texts) {
    const base::Json reading =
        json(R"({"HealthPoints": 99, "Name": "Rocinante", "a": {"b": 1.5}})");
    const std::pair<const char*, bool> cases[] = {{"HealthPoints<100", true},
                                                  {"HealthPoints < 99", false},
                                                  {"HealthPoints<=99", true},
                                                  {"HealthPoints!=99", false},
                                                  {"Name=Rocinante", true},
                                                  {"Name='Rocinante'", true},
                                                  {"Name!=Shadowfax", true},
                                                  {"a.b>1", true},
                                                  {"Absent=1", false},
                                                  {"Absent!=1", false}};
    for (const auto& [text, expected] : cases) {
        const auto filter = RecordFilter::parse(text);
        ASSERT_TRUE(filter) << text;
        EXPECT_EQ(filter->matches(reading), expected) << text;
    }
    EXPECT_FALSE(RecordFilter::parse("Name"));
    EXPECT_FALSE(RecordFilter::parse("=5"));
}

TEST(ParseStart, knows_horizon_times_ages_and_numbers) {
    const base::Timestamp now{std::chrono::milliseconds{1'700'000'000'000}};
    EXPECT_EQ(parse_start("latest", now)->type, "LATEST");
    EXPECT_EQ(parse_start("horizon", now)->type, "TRIM_HORIZON");
    EXPECT_EQ(parse_start("@5m", now)->timestamp, now - std::chrono::minutes{5});
    EXPECT_EQ(parse_start("@2023-11-14T22:13:20Z", now)->timestamp, now);
    EXPECT_EQ(parse_start("seq:42", now)->sequence_number, "42");
    EXPECT_FALSE(parse_start("yesterday", now));
    EXPECT_FALSE(parse_start("@noon", now));
}

TEST(FormatRecord, fills_in_what_the_format_names) {
    ShardRecord record;
    record.partition_key = "Shadowfax";
    record.data = "{}\n";
    record.sequence_number = "7";
    EXPECT_EQ(format_record("%k %v\\t%s 100%%", record), "Shadowfax {}\t7 100%");
}

TEST(Render, tables_have_aligned_columns_and_csv_quotes) {
    const Table table{{"name", "count"}, {{"a,b", 5}, {"\"q\"", base::Json()}}};
    EXPECT_EQ(render(table, Format::Table), "name  count\n----  -----\na,b   5\n\"q\"   \n");
    EXPECT_EQ(render(table, Format::Csv), "name,count\n\"a,b\",5\n\"\"\"q\"\"\",\n");
    EXPECT_EQ(render(table, Format::JsonLines),
              "{\"name\":\"a,b\",\"count\":5}\n{\"name\":\"\\\"q\\\"\",\"count\":null}\n");
    EXPECT_EQ(render(table, Format::Name), "a,b\n\"q\"\n");
}

int run_words(std::vector<std::string> words) {
    words.insert(words.begin(), "wildrydes");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    return run(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Run, exit_codes_tell_usage_environment_and_an_absent_server_apart) {
    for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"}) {
        unsetenv(name);
    }
    EXPECT_EQ(run_words({"--help"}), exit_ok);
    EXPECT_EQ(run_words({"no-such-command"}), exit_usage);
    EXPECT_EQ(run_words({"stream"}), exit_usage);
    EXPECT_EQ(run_words({"fleet", "run", "--model", "sideways"}), exit_usage);
    EXPECT_EQ(run_words({"env", "--data", "/nonexistent"}), exit_environment);
    EXPECT_EQ(run_words({"stream", "list", "--data", "/nonexistent"}), exit_environment);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    const std::string nobody = "http://127.0.0.1:1";
    EXPECT_EQ(run_words({"stream", "list", "--endpoint-url", nobody}), exit_unreachable);
    EXPECT_EQ(run_words({"producer", "-name", "A", "-stream", "s", "--endpoint-url", nobody}),
              exit_unreachable);
    EXPECT_EQ(run_words({"status", "--endpoint-url", nobody}), exit_unreachable);
}

}  // namespace
}  // namespace wr::cli
