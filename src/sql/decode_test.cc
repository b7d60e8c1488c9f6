// What a record holds does not depend on the way it is read.
#include <gtest/gtest.h>

#include <random>

#include "sql/engine.h"

namespace wr::sql {
namespace {

constexpr base::Timestamp start{std::chrono::milliseconds{1'521'342'840'000}};

/// Rows and errors after the first `skipped` rows of the input.
class Later final : public Sink {
public:
    void on_rows(const Rows& rows) override {
        for (size_t i = 0; i < rows.size(); ++i) {
            if (rows.stream_name() == "S" && rows.ordinal(i) < skipped_) continue;
            text_ += rows.stream_name();
            rows.append_csv(i, text_);
        }
    }
    uint64_t skipped_ = 0;
    std::string text_;
};

ProgramPtr every_column() {
    InputSchema schema;
    schema.stream_name = "S";
    schema.columns = {{"D", "DOUBLE", "$.d"},
                      {"I", "INTEGER", "$.i"},
                      {"T", "TINYINT", "$.i"},
                      {"N", "DECIMAL(6,2)", "$.d"},
                      {"R", "REAL", "$.r"},
                      {"V", "VARCHAR(6)", "$.v"},
                      {"C", "CHAR(3)", "$.v"},
                      {"B", "BOOLEAN", "$.b"},
                      {"M", "TIMESTAMP", "$.m"},
                      {"X", "INTEGER", "$.o.x"},
                      {"L", "VARCHAR(20)", "$.o"}};
    const auto program = compile("", {schema}, {"S"});
    EXPECT_TRUE(program) << program.error().to_text();
    return *program;
}

std::string read(const ProgramPtr& program,
                 const std::string& document,
                 const std::string* before) {
    Later out;
    Engine engine(program, start, out);
    constexpr uint64_t lessons = 4;
    if (before != nullptr) out.skipped_ = lessons;
    for (uint64_t i = 0; i < out.skipped_; ++i) {
        const Record lesson{*before, "s", "1", "k", start};
        EXPECT_TRUE(engine.push("S", {&lesson, 1}, start));
        EXPECT_EQ(engine.rows_in(), i + 1) << *before;
    }
    const Record record{document, "s", "1", "k", start};
    EXPECT_TRUE(engine.push("S", {&record, 1}, start));
    return out.text_;
}

const std::vector<std::string>& documents() {
    static const std::vector<std::string> list = {
        R"({"d":-12.75,"i":42,"r":0.1,"v":"abc","b":true,"m":"2018-03-18 03:13:00.125","o":7})",
        R"({ "d" : 1e3 , "i" : -7 , "extra" : "text, \"} of" , "v" : "abcdefghi", "b" : false })",
        R"({"unused":1.50,"d":0,"i":0,"v":"","m":"2018-03-18T03:13:00Z","b":"true"})",
        R"({"d":123.45678901234567,"i":"12","r":3.4e38,"v":12.50,"o":null,"b":1})",
        "\t{\"i\":127,\"v\":\"plain\",\"d\":17976931348623157e-13,\"b\":null}\r\n",
    };
    return list;
}

TEST(JsonDecoder, a_record_reads_the_same_whatever_came_before) {
    const auto program = every_column();
    constexpr std::string_view pieces[] = {
        "\"", "\\",   "{",    "}", ",",    ":",  "[", "]",    "1",   "-",       "e",  ".",
        "0",  "null", "true", " ", "\x01", "\n", "é", "\xc3", "999", "\\u0041", "//", "x"};
    std::mt19937 random(4);
    const auto below = [&](size_t count) { return static_cast<size_t>(random() % count); };
    size_t good = 0;
    for (size_t round = 0; round < 2000; ++round) {
        const std::string& lesson = documents()[below(documents().size())];
        std::string document = lesson;
        for (size_t change = below(4); change > 0; --change) {
            const size_t at = below(document.size());
            document.replace(at, below(3), pieces[below(std::size(pieces))]);
        }
        const std::string alone = read(program, document, nullptr);
        EXPECT_EQ(read(program, document, &lesson), alone) << document;
        good += alone.starts_with('S') ? 1 : 0;
    }
    EXPECT_GT(good, 300U);
    EXPECT_LT(good, 1800U);
}

TEST(JsonDecoder, records_without_a_key_of_the_one_before_have_null_there) {
    const auto program = every_column();
    Later out;
    Engine engine(program, start, out);
    const std::string full = R"({"d":1.5,"i":4,"v":"ab"})";
    const std::string broken = R"({"d":2.5,"i":5,"v":"ab")";
    const std::string less = R"({"d":3.5})";
    std::vector<Record> records;
    for (const auto* text : {&full, &full, &full, &broken, &full, &full, &less, &full})
        records.push_back({*text, "s", "1", "k", start});
    ASSERT_TRUE(engine.push("S", records, start));
    EXPECT_EQ(engine.rows_in(), 7U);
    EXPECT_EQ(engine.errors(), 1U);
    EXPECT_NE(out.text_.find("S3.5,null,null,3.50,null,null,null,null,null,null,null\n"),
              std::string::npos)
        << out.text_;
}

}  // namespace
}  // namespace wr::sql
