// Runs tests/golden/sql/*.test: rows with times in, expected rows, messages and positions out.
//
// Every case runs twice, the second time through a snapshot and a restore after every step: both
// runs must give the same rows with the same ordinals.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/time_format.h"
#include "sql/engine.h"

namespace wr::sql {
namespace {

struct Step {
    bool is_advance = false;
    base::Timestamp time;
    std::string stream;
    std::vector<std::string> records;
};

struct Case {
    std::string name;
    std::vector<InputSchema> inputs;
    std::string code;
    std::vector<Step> steps;
    std::map<std::string, std::vector<std::string>> rows;  ///< by "STREAM json" or "STREAM csv"
    std::vector<std::string> errors;  ///< parts of the messages in the error stream
    std::string compile_error;
    std::vector<std::string>
        values;  ///< "TYPE | expression | JSON of the value", over the one row of `row`
    std::string row = "{}";
};

std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words;
    std::istringstream in(line);
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

/// "Name : VARCHAR(16) : $.Name"; the path may be missing.
InputColumn parse_column(const std::string& line) {
    const auto first = line.find(" : ");
    const auto second = line.find(" : ", first + 3);
    InputColumn column;
    column.name = line.substr(0, first);
    column.sql_type =
        line.substr(first + 3, second == std::string::npos ? second : second - first - 3);
    if (second != std::string::npos) column.mapping = line.substr(second + 3);
    return column;
}

std::string unescaped(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool newline = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'N';
        out += newline ? '\n' : text[i];
        if (newline) ++i;
    }
    return out;
}

class Parser {
public:
    explicit Parser(const std::string& path) : in_(path) {}

    std::vector<Case> run() {
        std::vector<Case> cases;
        std::vector<InputSchema> common;
        while (std::getline(in_, line_)) {
            if (line_.empty() || line_[0] == '#') continue;
            if (line_.starts_with("=== ")) {
                cases.push_back({});
                cases.back().name = line_.substr(4);
                cases.back().inputs = common;
                own_inputs_ = false;
                continue;
            }
            if (line_.starts_with("  ")) {
                take_content(cases, common);
                continue;
            }
            const auto words = words_of(line_);
            keyword_ = words[0];
            if (keyword_ == "input")
                start_input(words, cases.empty() ? common : cases.back().inputs, !cases.empty());
            if (keyword_ == "at" || keyword_ == "advance") start_step(words, cases.back());
            if (keyword_ == "expect") {
                key_ = words[1] + (words.size() > 2 ? " " + words[2] : " json");
                cases.back().rows[key_];
            }
        }
        return cases;
    }

private:
    void start_input(const std::vector<std::string>& words,
                     std::vector<InputSchema>& inputs,
                     bool own) {
        if (own && !own_inputs_) inputs.clear();
        own_inputs_ = own;
        InputSchema schema;
        schema.stream_name = words[1];
        if (words[2] == "csv") schema.format = RecordFormat::Csv;
        for (size_t i = 3; i < words.size(); ++i) {
            if (words[i].starts_with("rows=")) schema.row_path = words[i].substr(5);
            if (words[i].starts_with("columns=")) schema.column_delimiter = words[i].substr(8);
        }
        inputs.push_back(schema);
    }

    static void start_step(const std::vector<std::string>& words, Case& c) {
        Step step;
        step.is_advance = words[0] == "advance";
        const auto time = base::parse_iso8601(words.at(1) + " " + words.at(2));
        EXPECT_TRUE(time) << words[1];
        step.time = time.value_or(base::Timestamp{});
        step.stream = words.size() > 3 ? words[3] : c.inputs.front().stream_name;
        c.steps.push_back(step);
    }

    void take_content(std::vector<Case>& cases, std::vector<InputSchema>& common) {
        const std::string content = line_.substr(2);
        if (keyword_ == "input") {
            (cases.empty() ? common : cases.back().inputs)
                .back()
                .columns.push_back(parse_column(content));
            return;
        }
        Case& c = cases.back();
        if (keyword_ == "code") c.code += (c.code.empty() ? "" : "\n") + content;
        if (keyword_ == "at") c.steps.back().records.push_back(unescaped(content));
        if (keyword_ == "expect") c.rows[key_].push_back(content);
        if (keyword_ == "errors") c.errors.push_back(content);
        if (keyword_ == "values") c.values.push_back(content);
        if (keyword_ == "row") c.row = content;
        if (keyword_ == "compile-error")
            c.compile_error += (c.compile_error.empty() ? "" : "\n") + content;
    }

    std::ifstream in_;
    std::string line_;
    std::string keyword_;
    std::string key_;
    bool own_inputs_ = false;
};

class Collector final : public Sink {
public:
    void on_rows(const Rows& rows) override {
        for (size_t i = 0; i < rows.size(); ++i) {
            const std::string name(rows.stream_name());
            std::string json;
            rows.append_json(i, json);
            json.pop_back();
            rows_[name + " json"].push_back(json);
            std::string csv;
            rows.append_csv(i, csv);
            csv.pop_back();
            rows_[name + " csv"].push_back(csv);
            rows_[name + " all"].push_back(std::to_string(rows.ordinal(i)) + " " +
                                           base::format_sql_timestamp(rows.rowtime(i)) + " " +
                                           json);
        }
    }
    std::map<std::string, std::vector<std::string>> rows_;
};

void run_steps(const Case& c, const ProgramPtr& program, bool through_snapshots, Collector& out) {
    auto engine = std::make_unique<Engine>(
        program, base::Timestamp{std::chrono::milliseconds{1'521'342'000'000}}, out);
    size_t number = 0;
    for (const auto& step : c.steps) {
        if (step.is_advance) {
            const bool promised = engine->would_emit(step.time);
            const size_t before = out.rows_.size();
            engine->advance(step.time);
            EXPECT_TRUE(promised || out.rows_.size() == before);
        } else {
            std::vector<Record> records;
            std::vector<std::string> sequence_numbers;
            for (size_t i = 0; i < step.records.size(); ++i)
                sequence_numbers.push_back(std::to_string(++number));
            for (size_t i = 0; i < step.records.size(); ++i)
                records.push_back({step.records[i],
                                   "shardId-000000000000",
                                   sequence_numbers[i],
                                   "key",
                                   step.time - std::chrono::milliseconds{250}});
            const auto pushed = engine->push(step.stream, records, step.time);
            ASSERT_TRUE(pushed) << pushed.error().message;
        }
        if (!through_snapshots) continue;
        const std::string bytes = engine->snapshot();
        auto restored = Engine::restore(program, bytes, out);
        ASSERT_TRUE(restored) << restored.error().message;
        engine = *std::move(restored);
        ASSERT_EQ(engine->snapshot(), bytes);
    }
}

/// Each line of a `values` block is an application of its own: one column, one row.
void run_values(const Case& c, size_t& count) {
    for (const auto& line : c.values) {
        const auto first = line.find(" | ");
        const auto last = line.rfind(" | ");
        ASSERT_TRUE(first != std::string::npos && first < last) << line;
        const std::string expected = line.substr(last + 3);
        Case one;
        one.inputs = c.inputs;
        one.code = "CREATE STREAM O (V " + line.substr(0, first) +
                   ");\nCREATE PUMP P AS INSERT INTO O SELECT STREAM\n" +
                   line.substr(first + 3, last - first - 3) + "\nFROM S";
        Step step;
        step.time = base::Timestamp{
            std::chrono::milliseconds{1'521'342'841'120}};  // 2018-03-18 03:14:01.120
        step.stream = "S";
        step.records = {c.row};
        one.steps = {step};
        Collector out;
        const auto program = compile(one.code, one.inputs);
        if (!program) {
            EXPECT_EQ("refused: " + program.error().message, expected) << line;
        } else {
            run_steps(one, *program, false, out);
            const auto& rows = out.rows_["O json"];
            const auto& errors = out.rows_["error_stream csv"];
            if (!rows.empty())
                EXPECT_EQ(rows[0], "{\"V\":" + expected + "}") << line;
            else
                EXPECT_TRUE(expected.starts_with("error: ") && !errors.empty() &&
                            errors[0].find(expected.substr(7)) != std::string::npos)
                    << line << "\n"
                    << ::testing::PrintToString(errors);
        }
        ++count;
    }
}

void run_case(const Case& c) {
    std::vector<std::string> outputs;
    for (const auto& [key, rows] : c.rows) outputs.push_back(key.substr(0, key.find(' ')));
    const auto program = compile(c.code, c.inputs, outputs);
    if (!c.compile_error.empty()) {
        ASSERT_FALSE(program) << "compiled, expected: " << c.compile_error;
        EXPECT_EQ(program.error().to_text(), c.compile_error);
        return;
    }
    ASSERT_TRUE(program) << program.error().to_text();
    Collector plain;
    run_steps(c, *program, false, plain);
    for (const auto& [key, rows] : c.rows) EXPECT_EQ(plain.rows_[key], rows) << key;
    const auto errors = plain.rows_["error_stream csv"];
    EXPECT_EQ(errors.size(), c.errors.size()) << ::testing::PrintToString(errors);
    for (size_t i = 0; i < std::min(errors.size(), c.errors.size()); ++i)
        EXPECT_NE(errors[i].find(c.errors[i]), std::string::npos)
            << errors[i] << "\nexpected " << c.errors[i];
    Collector restored;
    run_steps(c, *program, true, restored);
    for (const auto& [key, rows] : plain.rows_)
        EXPECT_EQ(restored.rows_[key], rows) << key << " after restores";
}

TEST(SqlGolden, every_case_gives_the_expected_rows_also_through_snapshots) {
    size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator("tests/golden/sql")) {
        if (file.path().extension() != ".test") continue;
        for (const auto& c : Parser(file.path().string()).run()) {
            SCOPED_TRACE(file.path().filename().string() + ": " + c.name);
            if (!c.values.empty()) {
                run_values(c, count);
                continue;
            }
            run_case(c);
            ++count;
        }
    }
    EXPECT_GE(count, 200U);
    RecordProperty("cases", static_cast<int>(count));
}

}  // namespace
}  // namespace wr::sql
