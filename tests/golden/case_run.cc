// One engine per run; what it emits is kept in every form that a case may ask for.
#include "case_run.h"

#include <map>
#include <memory>

#include "base/encoding.h"
#include "base/time_format.h"

namespace wr::golden {
namespace {

using namespace std::chrono_literals;

struct OutputRow {
    uint64_t ordinal = 0;
    std::string timed;
    std::string json;
    std::string csv;
};

struct Outcome {
    std::string compile_error;
    std::string failure;  ///< of the engine's calls themselves
    std::map<std::string, std::vector<OutputRow>> rows;
};

class Collector final : public sql::Sink {
public:
    explicit Collector(Outcome& outcome) : outcome_(outcome) {}

    void on_rows(const sql::Rows& rows) override {
        auto& kept = outcome_.rows[std::string(rows.stream_name())];
        for (size_t i = 0; i < rows.size(); ++i) {
            OutputRow row;
            row.ordinal = rows.ordinal(i);
            rows.append_json(i, row.json);
            rows.append_csv(i, row.csv);
            for (auto* text : {&row.json, &row.csv}) {
                if (!text->ends_with('\n')) outcome_.failure = "a record without a line break";
                text->pop_back();
                *text = on_one_line(*text);
            }
            row.timed = base::format_sql_timestamp(rows.rowtime(i)) + " " + row.json;
            if (row.ordinal != kept.size()) outcome_.failure = "an ordinal out of order";
            kept.push_back(std::move(row));
        }
    }

private:
    Outcome& outcome_;
};

/// Pushes one step. `number` counts records, which makes their sequence numbers.
void push(sql::Engine& engine, const Step& step, size_t& number, Outcome& outcome) {
    std::vector<std::string> sequence_numbers;
    for (size_t i = 0; i < step.records.size(); ++i)
        sequence_numbers.push_back(std::to_string(++number));
    std::vector<sql::Record> records;
    for (size_t i = 0; i < step.records.size(); ++i)
        records.push_back(
            {step.records[i], step.shard, sequence_numbers[i], step.partition_key, step.arrival});
    const auto pushed = engine.push(step.stream, records, step.time);
    if (!pushed) outcome.failure = pushed.error().message;
}

size_t rows_of(const Outcome& outcome) {
    size_t count = 0;
    for (const auto& [stream, rows] : outcome.rows) count += rows.size();
    return count;
}

Outcome run_steps(const Case& c, const sql::ProgramPtr& program, bool through_snapshots) {
    Outcome outcome;
    Collector sink(outcome);
    auto engine = std::make_unique<sql::Engine>(program, c.started, sink);
    size_t number = 0;
    for (const auto& step : c.steps) {
        if (step.stream.empty()) {
            const size_t before = rows_of(outcome);
            const bool promised = engine->would_emit(step.time);
            engine->advance(step.time);
            if (!promised && rows_of(outcome) != before)
                outcome.failure = "a bound emitted rows that would_emit() did not announce";
        } else {
            push(*engine, step, number, outcome);
        }
        if (!through_snapshots) continue;
        const std::string bytes = engine->snapshot();
        auto restored = sql::Engine::restore(program, bytes, sink);
        if (!restored) {
            outcome.failure = restored.error().message;
            return outcome;
        }
        engine = *std::move(restored);
        if (engine->snapshot() != bytes) outcome.failure = "a restored engine is not the same";
    }
    return outcome;
}

/// "pump | message | data"; the pump is - when the record was not even read.
std::string error_line(const std::string& csv) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : csv) {
        if (c == '"') quoted = !quoted;
        if (c == ',' && !quoted)
            fields.emplace_back();
        else if (c != '"')
            fields.back() += c;
    }
    if (fields.size() != 7) return csv;
    const auto data = base::hex_decode(fields[5]);
    return (fields[6] == "null" ? "-" : fields[6]) + " | " + fields[3] + " | " +
           (data ? on_one_line(*data) : "not hex: " + fields[5]);
}

std::vector<std::string> actual_lines(const Expectation& expectation, const Outcome& outcome) {
    if (expectation.form == Form::CompileError) return {outcome.compile_error};
    std::vector<std::string> lines;
    const bool errors = expectation.form == Form::Errors;
    const auto found =
        outcome.rows.find(errors ? std::string(sql::error_stream_name) : expectation.stream);
    if (found == outcome.rows.end()) return lines;
    for (const auto& row : found->second)
        lines.push_back(errors                           ? error_line(row.csv)
                        : expectation.form == Form::Json ? row.json
                        : expectation.form == Form::Csv  ? row.csv
                                                         : row.timed);
    return lines;
}

std::vector<std::string> everything(const Outcome& outcome) {
    std::vector<std::string> lines;
    if (!outcome.failure.empty()) lines.push_back("failure: " + outcome.failure);
    for (const auto& [stream, rows] : outcome.rows)
        for (const auto& row : rows) lines.push_back(stream + " " + row.timed + " " + row.csv);
    return lines;
}

void compare(const Expectation& expectation,
             const Outcome& outcome,
             std::vector<Difference>& differences) {
    auto actual = actual_lines(expectation, outcome);
    if (actual == expectation.lines) return;
    const char* const what = expectation.form == Form::Errors         ? "errors"
                             : expectation.form == Form::CompileError ? "compile-error"
                                                                      : "rows ";
    differences.push_back({what + expectation.stream,
                           expectation.lines,
                           std::move(actual),
                           expectation.first_line,
                           expectation.end_line});
}

/// Both runs of a compiled case; the outcome of the undisturbed one.
Outcome run_both(const Case& c,
                 const sql::ProgramPtr& program,
                 std::vector<Difference>& differences) {
    Outcome plain = run_steps(c, program, false);
    const Outcome restored = run_steps(c, program, true);
    if (!plain.failure.empty()) differences.push_back({"the run", {}, {plain.failure}});
    if (everything(plain) != everything(restored))
        differences.push_back(
            {"the run through snapshots", everything(plain), everything(restored)});
    return plain;
}

Case application_of(const Case& table, const Expression& expression) {
    Case one;
    one.inputs = table.inputs;
    one.started = table.started;
    one.script = "CREATE STREAM O (V " + expression.sql_type +
                 ");\nCREATE PUMP P AS INSERT INTO O SELECT STREAM\n" + expression.text +
                 "\nFROM S";
    Step step;
    step.time = table.started + 14min + 1'120ms;
    step.arrival = step.time - 250ms;
    step.stream = "S";
    step.shard = "shardId-000000000000";
    step.partition_key = "key";
    step.records = {table.row};
    one.steps = {step};
    return one;
}

std::string value_of(const Outcome& outcome) {
    const auto rows = outcome.rows.find("O");
    if (rows != outcome.rows.end() && rows->second.size() == 1) {
        const std::string& json = rows->second[0].json;
        return json.substr(5, json.size() - 6);  // {"V":...}
    }
    const auto errors = outcome.rows.find(std::string(sql::error_stream_name));
    if (errors == outcome.rows.end()) return "no row";
    const std::string line = error_line(errors->second[0].csv);
    const auto from = line.find(" | ") + 3;
    return "error: " + line.substr(from, line.rfind(" | ") - from);
}

std::string refusal_of(const sql::CompileError& error) {
    if (error.span.line != 3 || error.span.end_line != 3) return "refused: " + error.to_text();
    return "refused " + std::to_string(error.span.column) + "-" +
           std::to_string(error.span.end_column) + ": " + error.message;
}

void run_expression(const Case& table,
                    const Expression& expression,
                    std::vector<Difference>& differences) {
    const Case one = application_of(table, expression);
    const auto program = sql::compile(one.script, one.inputs);
    const std::string actual =
        program ? value_of(run_both(one, *program, differences)) : refusal_of(program.error());
    if (actual == expression.expected) return;
    const std::string head = expression.sql_type + " | " + expression.text + " | ";
    differences.push_back({"expression",
                           {head + expression.expected},
                           {head + actual},
                           expression.line,
                           expression.line + 1});
}

}  // namespace

size_t count_of(const Case& c) {
    return c.expressions.empty() ? 1 : c.expressions.size();
}

std::vector<Difference> run_case(const Case& c) {
    std::vector<Difference> differences;
    for (const auto& expression : c.expressions) run_expression(c, expression, differences);
    if (!c.expressions.empty()) return differences;
    if (c.expectations.empty()) return {{"the case", {"some expectation"}, {}}};
    std::vector<std::string> outputs;
    bool expects_errors = false;
    bool expects_refusal = false;
    for (const auto& expectation : c.expectations) {
        if (!expectation.stream.empty()) outputs.push_back(expectation.stream);
        expects_errors = expects_errors || expectation.form == Form::Errors ||
                         expectation.stream == sql::error_stream_name;
        expects_refusal = expects_refusal || expectation.form == Form::CompileError;
    }
    const auto program = sql::compile(c.script, c.inputs, outputs);
    Outcome outcome;
    if (!program)
        outcome.compile_error = program.error().to_text();
    else
        outcome = run_both(c, *program, differences);
    if (!program && !expects_refusal)
        differences.push_back({"the script", {"compiles"}, {outcome.compile_error}});
    for (const auto& expectation : c.expectations) compare(expectation, outcome, differences);
    Expectation no_errors;
    no_errors.form = Form::Errors;
    if (!expects_errors) compare(no_errors, outcome, differences);
    return differences;
}

}  // namespace wr::golden
