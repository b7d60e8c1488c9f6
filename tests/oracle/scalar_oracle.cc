// Random scalar expressions, evaluated by this engine and by DuckDB: scalar_oracle LIBRARY
// [--count N] [--seed S]. Differences are printed; the exit code is 1 when there are any.
//
// An expression that either side refuses or fails in (overflow, division by zero, a value that does
// not fit) is counted and not compared: the engines fail at different places by intent.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "expressions.h"
#include "services/athena/engine/duckdb_api.h"
#include "sql/engine.h"

namespace wr::oracle {
namespace {

constexpr size_t rows_per_expression = 8;
constexpr size_t expressions_per_row_set = 100;
constexpr size_t differences_told_max = 25;
constexpr int depth_max = 4;

/// Per row: a value, or nothing for NULL. Empty when the expression failed.
using Values = std::optional<std::vector<std::optional<std::string>>>;

class Theirs {
public:
    explicit Theirs(const std::string& library) {
        auto api = athena::load_duckdb(library);
        if (!api) {
            std::fprintf(stderr, "%s\n", api.error().message.c_str());
            std::exit(2);
        }
        api_ = *api;
        athena::DuckdbHandle config = nullptr;
        char* error = nullptr;
        api_.create_config(&config);
        api_.set_config(config, "threads", "1");
        if (api_.open_ext(nullptr, &database_, config, &error) != 0 ||
            api_.connect(database_, &connection_) != 0) {
            std::fprintf(stderr, "duckdb: %s\n", error != nullptr ? error : "no connection");
            std::exit(2);
        }
        api_.destroy_config(&config);
    }
    ~Theirs() {
        api_.disconnect(&connection_);
        api_.close(&database_);
    }
    Theirs(const Theirs&) = delete;
    Theirs& operator=(const Theirs&) = delete;

    Values evaluate(const std::string& text, const std::string& rows, std::string& error) {
        athena::DuckdbResult result{};
        const std::string query =
            "SELECT " + text + " FROM (VALUES " + rows + ") AS r(i,j,b,d,e,m,s,t,o,ts,dt)";
        if (api_.query(connection_, query.c_str(), &result) != 0) {
            const char* const message = api_.result_error(&result);
            error = message != nullptr ? message : "failed";
            api_.destroy_result(&result);
            return std::nullopt;
        }
        std::vector<std::optional<std::string>> values;
        while (athena::DuckdbHandle chunk = api_.fetch_chunk(result)) {
            athena::DuckdbHandle vector = api_.data_chunk_get_vector(chunk, 0);
            const auto* texts =
                static_cast<const athena::DuckdbString*>(api_.vector_get_data(vector));
            const uint64_t* valid = api_.vector_get_validity(vector);
            for (uint64_t i = 0; i < api_.data_chunk_get_size(chunk); ++i) {
                if (valid != nullptr && ((valid[i / 64] >> (i % 64)) & 1) == 0) {
                    values.emplace_back(std::nullopt);
                    continue;
                }
                const auto& one = texts[i];
                const char* bytes = one.length <= 12 ? one.prefix : one.rest.pointer;
                values.emplace_back(std::string(bytes, one.length));
            }
            api_.destroy_data_chunk(&chunk);
        }
        api_.destroy_result(&result);
        return values;
    }

private:
    athena::DuckdbApi api_{};
    athena::DuckdbHandle database_ = nullptr;
    athena::DuckdbHandle connection_ = nullptr;
};

struct Collector final : sql::Sink {
    void on_rows(const sql::Rows& rows) override {
        if (rows.stream_name() != "O" && rows.stream_name() != sql::error_stream_name) return;
        for (size_t i = 0; i < rows.size(); ++i) {
            std::string json;
            rows.append_json(i, json);
            (rows.stream_name() == sql::error_stream_name ? errors : lines).push_back(json);
        }
    }
    std::vector<std::string> lines;
    std::vector<std::string> errors;
};

Values ours(const Expression& expression, const std::vector<Row>& rows, std::string& error) {
    sql::InputSchema schema;
    schema.stream_name = "S";
    for (const auto& column : columns())
        schema.columns.push_back({column.name, column.ours, std::string("$.") + column.name});
    const std::string code = std::string("CREATE STREAM O (V ") + our_type(expression.kind) +
                             "); CREATE PUMP P AS INSERT INTO O SELECT STREAM " + expression.ours +
                             " FROM S";
    const auto program = sql::compile(code, {schema}, {"O"});
    if (!program) {
        error = "refused: " + program.error().to_text();
        return std::nullopt;
    }
    Collector collected;
    const base::Timestamp now{std::chrono::milliseconds{1'521'342'840'000}};
    sql::Engine engine(*program, now, collected);
    std::vector<sql::Record> records;
    for (const auto& row : rows) records.push_back({row.json, "shard", "1", "key", now});
    if (!engine.push("S", records, now) || !collected.errors.empty()) {
        const auto row = collected.errors.empty() ? base::parse_json("{}")
                                                  : base::parse_json(collected.errors[0]);
        error = "failed: " + (row ? (*row)["MESSAGE"].as_string() : "");
        return std::nullopt;
    }
    std::vector<std::optional<std::string>> values;
    for (const auto& line : collected.lines) {
        // {"V":...}: numbers keep their digits.
        const std::string text = line.substr(5, line.rfind('}') - 5);
        if (text == "null") {
            values.emplace_back(std::nullopt);
            continue;
        }
        const auto parsed = text[0] == '"' ? base::parse_json(text) : base::parse_json("null");
        values.emplace_back(text[0] == '"' && parsed ? parsed->as_string() : text);
    }
    return values;
}

bool equal(Kind kind, const std::optional<std::string>& a, const std::optional<std::string>& b) {
    if (a.has_value() != b.has_value()) return false;
    if (!a || *a == *b) return true;
    if (kind != Kind::Double && kind != Kind::Decimal) return false;
    const double x = std::strtod(a->c_str(), nullptr);
    const double y = std::strtod(b->c_str(), nullptr);
    return x == y || std::fabs(x - y) <= 1e-12 * std::max(std::fabs(x), std::fabs(y));
}

struct Totals {
    size_t compared = 0;
    size_t failed_here = 0;
    size_t failed_there = 0;
    size_t refused = 0;
    size_t differences = 0;
    std::map<std::string, size_t> reasons;
};

void tell(const Expression& expression, const Row* row, const std::string& what) {
    std::printf("difference: %s\n  ours    %s\n  duckdb  %s\n",
                what.c_str(),
                expression.ours.c_str(),
                expression.theirs.c_str());
    if (row != nullptr) std::printf("  row     %s\n", row->json.c_str());
}

std::string shown(const std::optional<std::string>& value) {
    return value ? "'" + *value + "'" : "NULL";
}

void compare(const Expression& expression,
             const std::vector<Row>& rows,
             Theirs& theirs,
             Totals& totals) {
    std::string values;
    for (const auto& row : rows) values += (values.empty() ? "" : ", ") + row.values;
    std::string our_error;
    std::string their_error;
    const Values a = ours(expression, rows, our_error);
    const Values b = theirs.evaluate(their_text(expression), values, their_error);
    if (!a || !b) {
        // A refusal is no failure of a value: both should know every construct.
        const bool unknown = our_error.starts_with("refused") ||
                             their_error.find("Binder Error") != std::string::npos ||
                             their_error.find("Parser Error") != std::string::npos;
        totals.failed_here += a ? 0 : 1;
        totals.failed_there += b ? 0 : 1;
        if (!unknown) {
            if (!a) ++totals.reasons[our_error.substr(0, 60)];
            return;
        }
        ++totals.refused;
        if (++totals.differences <= differences_told_max)
            tell(expression, nullptr, "refused: " + our_error + their_error.substr(0, 200));
        return;
    }
    ++totals.compared;
    for (size_t i = 0; i < rows.size(); ++i) {
        const bool here = i < a->size();
        if (here && i < b->size() && equal(expression.kind, (*a)[i], (*b)[i])) continue;
        if (++totals.differences <= differences_told_max)
            tell(expression,
                 &rows[i],
                 (here ? shown((*a)[i]) : "no row") + " here, " +
                     (i < b->size() ? shown((*b)[i]) : "no row") + " there");
        return;
    }
}

int run(const std::string& library, size_t count, uint64_t seed) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // so that a run that is cut short has told its seed
    std::printf("seed %llu, %zu expressions over %zu rows each\n",
                static_cast<unsigned long long>(seed),
                count,
                rows_per_expression);
    Theirs theirs(library);
    Generator generator(seed);
    Totals totals;
    std::vector<Row> rows;
    for (size_t i = 0; i < count; ++i) {
        if (i % expressions_per_row_set == 0) {
            rows.clear();
            for (size_t row = 0; row < rows_per_expression; ++row) rows.push_back(generator.row());
        }
        compare(generator.any(depth_max), rows, theirs, totals);
    }
    for (const auto& [reason, times] : totals.reasons)
        std::printf("%6zu not compared: %s\n", times, reason.c_str());
    std::printf("%zu compared, %zu failed here, %zu failed there, %zu differences (seed %llu)\n",
                totals.compared,
                totals.failed_here,
                totals.failed_there,
                totals.differences,
                static_cast<unsigned long long>(seed));
    const bool too_few = totals.compared * 2 < count;
    if (too_few) std::printf("fewer than half of them could be compared\n");
    return totals.differences > 0 || too_few ? 1 : 0;
}

}  // namespace
}  // namespace wr::oracle

int main(int argc, char** argv) {
    size_t count = 1'000;
    uint64_t seed = std::random_device{}();
    for (int i = 2; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--count") == 0) count = std::strtoul(argv[i + 1], nullptr, 10);
        if (std::strcmp(argv[i], "--seed") == 0) seed = std::strtoull(argv[i + 1], nullptr, 10);
    }
    if (argc < 2) {
        std::printf("usage: scalar_oracle LIBDUCKDB [--count N] [--seed S]\n");
        return 2;
    }
    return wr::oracle::run(argv[1], count, seed);
}
