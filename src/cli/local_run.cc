// The loop of a local run: records in the order of their times, rows to the printer.
#include "cli/local_run.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <utility>

#include "cli/exit_code.h"
#include "sql/decode.h"
#include "sql/discover.h"
#include "sql/export/script.h"

namespace wr::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr size_t sample_records_max = 1'000;
constexpr size_t batch_records_max = 2'000;
/// Records that a file holds in another order are put right within so many.
constexpr size_t look_ahead = 20'000;
/// Past every window that an application may hold.
constexpr auto far_ahead = std::chrono::hours{24 * 366};

wire::ApiResult<void> fill(LocalInput& input) {
    if (!input.waiting.empty() || input.source->is_finished()) return {};
    WR_TRY(auto records, input.source->poll());
    for (auto& record : records) input.waiting.push_back(std::move(record));
    return {};
}

/// The first record of a CSV file may name the columns.
void drop_header(LocalInput& input) {
    if (!input.source->is_csv() || input.waiting.empty()) return;
    std::vector<std::string_view> fields;
    sql::Arena arena;
    std::string_view text = input.waiting.front().data;
    sql::take_csv_row(text, *input.schema, arena, fields);
    const auto& columns = input.schema->columns;
    if (fields.size() != columns.size()) return;
    for (size_t i = 0; i < fields.size(); ++i) {
        const std::string found = sql::discovered_column_name(fields[i], i);
        const bool same = std::equal(found.begin(),
                                     found.end(),
                                     columns[i].name.begin(),
                                     columns[i].name.end(),
                                     [](char a, char b) {
                                         return std::toupper(static_cast<unsigned char>(a)) ==
                                                std::toupper(static_cast<unsigned char>(b));
                                     });
        if (!same) return;
    }
    input.waiting.pop_front();
}

class Loop {
public:
    Loop(Context& context, LocalRun& run, sql::ProgramPtr program, RowPrinter& printer)
        : context_(context),
          run_(run),
          printer_(printer),
          engine_(std::move(program), context.clock().now(), printer) {}

    int run() {
        while (!printer_.is_full()) {
            for (auto& input : run_.inputs) {
                if (input.is_table) continue;
                const auto filled = input.record_time ? put_in_order(input) : fill(input);
                if (!filled) return ended(report(filled.error(), context_.endpoint()));
            }
            LocalInput* const next = earliest();
            if (next == nullptr && is_over()) break;
            if (next == nullptr) {
                // Windows of a silent stream close by the clock, when the clock is their time.
                const bool by_clock = std::none_of(run_.inputs.begin(),
                                                   run_.inputs.end(),
                                                   [](const auto& i) { return i.record_time; });
                if (by_clock) engine_.advance(context_.clock().now());
                if (const int signal = rest(250ms)) return ended(128 + signal);
                continue;
            }
            if (const int signal = take_from(*next)) return ended(128 + signal);
        }
        if (!run_.ends_open && !printer_.is_full() && records_ > 0)
            engine_.advance(engine_.rowtime() + far_ahead);
        return ended(printer_.rows() > 0 || run_.printing.count_max == 0 ? exit_ok : exit_no);
    }

private:
    bool is_over() const {
        return std::all_of(run_.inputs.begin(), run_.inputs.end(), [](const auto& input) {
            return input.is_table ||
                   (input.source->is_finished() && input.waiting.empty() && input.ordered.empty());
        });
    }

    /// A record without a time counts as the one before.
    wire::ApiResult<void> put_in_order(LocalInput& input) {
        const size_t wanted = input.source->has_end() ? look_ahead : 1;
        while (input.ordered.size() < wanted) {
            WR_TRY_VOID(fill(input));
            if (input.waiting.empty()) {
                if (input.source->is_finished() || !input.source->has_end()) return {};
                continue;
            }
            const auto time = input.record_time->of(input.waiting.front());
            if (!time) ++without_time_;
            if (time) input.last = *time;
            input.ordered.emplace(input.last, std::move(input.waiting.front()));
            input.waiting.pop_front();
        }
        return {};
    }

    LocalInput* earliest() {
        LocalInput* found = nullptr;
        base::Timestamp first{};
        for (auto& input : run_.inputs) {
            const bool empty = input.record_time ? input.ordered.empty() : input.waiting.empty();
            if (input.is_table || empty) continue;
            const base::Timestamp time =
                input.record_time ? input.ordered.begin()->first : context_.clock().now();
            if (found != nullptr && time >= first) continue;
            found = &input;
            first = time;
        }
        return found;
    }

    /// The records at the head that have the same time go together.
    int take_from(LocalInput& input) {
        const bool timed = input.record_time.has_value();
        const base::Timestamp time = timed ? input.ordered.begin()->first : context_.clock().now();
        if (const int signal = pace(time)) return signal;
        std::vector<ShardRecord> taken;
        while (taken.size() < batch_records_max) {
            if (timed ? input.ordered.empty() || input.ordered.begin()->first != time
                      : input.waiting.empty())
                break;
            if (timed) {
                taken.push_back(std::move(input.ordered.begin()->second));
                input.ordered.erase(input.ordered.begin());
            } else {
                taken.push_back(std::move(input.waiting.front()));
                input.waiting.pop_front();
            }
        }
        if (!std::exchange(has_tables_, true)) push_tables(time);
        push(input, taken, time);
        return context_.signals().wait(0ms);
    }

    /// Reference data are there before the first row of a stream.
    void push_tables(base::Timestamp time) {
        for (auto& input : run_.inputs) {
            if (!input.is_table) continue;
            while (true) {
                std::vector<sql::Record> views;
                for (const auto& record : input.waiting)
                    views.push_back({record.data, "", "", "", time});
                (void)engine_.push(input.in_app_name, views, time);
                input.waiting.clear();
                if (input.source->is_finished()) break;
                (void)fill(input);
            }
        }
    }

    void push(const LocalInput& input,
              const std::vector<ShardRecord>& records,
              base::Timestamp time) {
        if (records_ > 0 && time < engine_.rowtime()) {
            late_ += records.size();
            latest_by_ = std::max(latest_by_, engine_.rowtime() - time);
        }
        std::vector<sql::Record> views;
        views.reserve(records.size());
        for (const auto& record : records)
            views.push_back({record.data,
                             record.shard_id,
                             record.sequence_number,
                             record.partition_key,
                             record.arrival});
        const auto pushed = engine_.push(input.in_app_name, views, time);
        if (!pushed) fail(exit_no, pushed.error().message);
        records_ += records.size();
    }

    /// Waits until `time` is due.
    int pace(base::Timestamp time) {
        if (run_.speed <= 0) return 0;
        const auto now = context_.clock().monotonic();
        if (!first_) {
            first_ = time;
            started_ = now;
            return 0;
        }
        const auto ms = static_cast<double>((time - *first_).count()) / run_.speed;
        const auto due = started_ + milliseconds{static_cast<int64_t>(std::max(0.0, ms))};
        if (due <= now) return 0;
        return rest(std::chrono::ceil<milliseconds>(due - now));
    }

    int rest(milliseconds pause) {
        printer_.flush();
        return context_.signals().wait(pause);
    }

    int ended(int code) {
        printer_.finish();
        const auto tell = [](const std::string& text) {
            std::cerr << "wildrydes: " << text << "\n";
        };
        if (late_ > 0)
            tell(std::to_string(late_) + " records were out of order, by up to " +
                 std::to_string(latest_by_.count()) + " ms; they count as of the latest time");
        if (without_time_ > 0)
            tell(std::to_string(without_time_) +
                 " records had no time; they count as of the record before");
        if (!run_.quiet && isatty(STDERR_FILENO) != 0)
            tell(std::to_string(records_) + " records, " + std::to_string(printer_.rows()) +
                 " rows, " + std::to_string(printer_.errors()) + " errors");
        return code;
    }

    Context& context_;
    LocalRun& run_;
    RowPrinter& printer_;
    sql::Engine engine_;
    std::optional<base::Timestamp> first_;
    base::MonotonicTime started_{};
    uint64_t records_ = 0;
    uint64_t late_ = 0;
    uint64_t without_time_ = 0;
    bool has_tables_ = false;
    milliseconds latest_by_{0};
};

std::optional<int> set_times(LocalRun& run) {
    for (auto& input : run.inputs) {
        if (input.is_table) continue;
        if (input.time.empty()) {
            if (run.speed > 0) return fail(exit_usage, "--speed needs --time: which column?");
            const bool may_hint =
                !run.quiet && isatty(STDERR_FILENO) != 0 && !input.waiting.empty();
            const std::string column =
                may_hint ? likely_time_column(*input.schema, input.waiting.front().data) : "";
            if (!column.empty())
                std::cerr << "wildrydes: rows get the time of this run; with --time " << column
                          << " they get their own\n";
            continue;
        }
        input.record_time = RecordTime::parse(input.time, *input.schema);
        if (!input.record_time)
            return fail(exit_usage, "--time: the records have no column " + input.time);
    }
    return std::nullopt;
}

}  // namespace

std::optional<int> find_schemas(Context& context, std::vector<LocalInput>& inputs) {
    for (auto& input : inputs) {
        while (!input.schema && input.waiting.empty() && !input.source->is_finished()) {
            const auto filled = fill(input);
            if (!filled) return report(filled.error(), context.endpoint());
            if (!input.waiting.empty()) break;
            if (const int signal = context.signals().wait(100ms)) return 128 + signal;
        }
        if (!input.schema) {
            std::vector<std::string_view> samples;
            for (const auto& record : input.waiting)
                if (samples.size() < sample_records_max) samples.emplace_back(record.data);
            const auto found = sql::discover_schema(samples);
            if (!found)
                return fail(exit_no,
                            samples.empty() ? "there are no records to read"
                                            : "no schema fits the records; say it with --schema or "
                                              "--columns");
            input.schema = found->schema;
        }
        input.schema->stream_name = input.in_app_name;
        input.schema->table = input.is_table;
        if (input.waiting.empty() && input.source->is_csv()) (void)fill(input);
        drop_header(input);
    }
    return std::nullopt;
}

int tell_compile_error(const std::string& file,
                       const std::string& code,
                       const sql::CompileError& error) {
    std::cerr << "wildrydes: " << file << ":" << error.span.line << ":" << error.span.column << ": "
              << error.message << "\n"
              << sql::underlined(code, error.span);
    return exit_no;
}

sql::ProgramPtr compile_told(const std::string& file,
                             const std::string& code,
                             const std::vector<LocalInput>& inputs,
                             const std::vector<std::string>& outputs) {
    std::vector<sql::InputSchema> schemas;
    for (const auto& input : inputs) schemas.push_back(*input.schema);
    auto program = sql::compile(code, schemas, outputs);
    if (program) return *std::move(program);
    tell_compile_error(file, code, program.error());
    return nullptr;
}

int run_locally(Context& context, LocalRun run) {
    context.signals().hold();
    if (const auto failed = find_schemas(context, run.inputs)) return *failed;
    if (const auto failed = set_times(run)) return *failed;
    const auto script = sql::describe_script(run.code);
    if (!script) return tell_compile_error(run.file, run.code, script.error());
    if (run.streams.empty()) run.streams = script->results();
    if (run.streams.size() > 1 && run.printing.format == Format::Csv)
        return fail(exit_usage, "CSV holds one stream: choose it with --from-stream");
    const auto program = compile_told(run.file, run.code, run.inputs, run.streams);
    if (!program) return exit_no;
    const auto known = sql::stream_names(*program);
    for (const auto& name : run.streams) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        std::string names;
        for (const auto& other : known) names += (names.empty() ? "" : ", ") + other;
        return fail(exit_usage, "the script has no stream " + name + "; it has " + names);
    }
    RowPrinter printer(*program, run.streams, run.printing);
    return Loop(context, run, program, printer).run();
}

}  // namespace wr::cli
