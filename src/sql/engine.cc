// The engine: operators wired as the program says, driven by pushes and bounds.
#include "sql/engine.h"

#include <algorithm>
#include <limits>

#include "base/encoding.h"
#include "base/hash.h"
#include "sql/cast.h"
#include "sql/decode.h"
#include "sql/operators.h"
#include "sql/plan.h"
#include "sql/state_bytes.h"
#include "sql/stream_node.h"

namespace wr::sql {
namespace {

constexpr std::string_view snapshot_magic = "WRSQLST1";
constexpr size_t data_row_bytes_max = 49152 / 2;  ///< of DATA_ROW, before it is written as hex
constexpr size_t message_characters_max = 4096;

struct ErrorRow {
    std::string name;
    std::string message;
    std::string data;
    std::string pump;
};

}  // namespace

struct Engine::State final : Runtime {
    State(ProgramPtr from, int64_t started, Sink& to)
        : program(std::move(from)), started_at_ms(started), sink(to) {
        for (const auto& stream : program->streams)
            streams.push_back(std::make_unique<StreamNode>(stream, sink));
        std::vector<size_t> writers(program->streams.size(), 0);
        for (const auto& pump : program->pumps) {
            const uint32_t target = pump.root->stream;
            Operator& entrance = streams[target]->entrance(writers[target]++);
            build(*pump.root, pump.name, target, entrance);
        }
    }

    /// Operators are made from the stream they write to backwards to the ones they read.
    void build(const Node& node, const std::string& pump, uint32_t target, Operator& next) {
        if (node.kind == NodeKind::Source) {
            streams[node.stream]->add_reader(next);
            return;
        }
        if (node.kind == NodeKind::Values) return;
        operators.push_back(make(node, {*this, pump}, next));
        targets.push_back(target);
        Operator& made = *operators.back();
        for (size_t i = 0; i < node.inputs.size(); ++i)
            build(*node.inputs[i], pump, target, made.entrance(i));
    }

    std::unique_ptr<Operator> make(const Node& node, Place place, Operator& next) {
        switch (node.kind) {
            case NodeKind::Source:
            case NodeKind::Values:
                break;
            case NodeKind::Lookup:
                return make_lookup(node, place, next);
            case NodeKind::Project:
                return make_project(node, place, next);
            case NodeKind::Over:
                return make_over(node, place, next);
            case NodeKind::Stagger:
                return make_stagger(node, place, next);
            case NodeKind::Distinct:
                return make_distinct(node, place, next);
            case NodeKind::Join:
                return make_join(node, place, next);
            case NodeKind::Union:
                return make_union(node, next);
            case NodeKind::Function:
                return make_function(node, place, next);
            case NodeKind::Sort:
                return make_sort(node, place, next);
            case NodeKind::Aggregate:
                return make_aggregate(node, place, next);
            case NodeKind::Insert:
                return make_insert(node, program->streams[node.stream], place, next);
        }
        return nullptr;
    }

    static std::unique_ptr<Operator> make_function(const Node& node, Place place, Operator& next) {
        switch (node.function.kind) {
            case TableFunctionKind::RandomCutForest:
                return make_random_cut_forest(node, place, next);
            case TableFunctionKind::GroupRank:
                return make_group_rank(node, next);
            case TableFunctionKind::Hotspots:
                return make_hotspots(node, next);
            case TableFunctionKind::TopKItems:
            case TableFunctionKind::CountDistinctItems:
                return make_tumbling_items(node, place, next);
        }
        return nullptr;
    }

    int64_t started_at() const override { return started_at_ms; }

    void row_failed(const std::string& pump,
                    const Batch& batch,
                    uint32_t row,
                    const std::string& error) override {
        std::string values;
        for (const auto& column : batch.columns) {
            if (!column) continue;
            if (!values.empty()) values += ',';
            const Datum value = column->get(row);
            if (value.null)
                values += "null";
            else
                append_value_text(values, value, column->type);
            if (values.size() > data_row_bytes_max) break;
        }
        fail("RowProcessingError", error, values, pump);
    }

    void fail(std::string name,
              std::string message,
              std::string_view data,
              const std::string& pump) {
        ++error_count;
        pending_errors.push_back({std::move(name),
                                  std::move(message),
                                  std::string(data.substr(0, data_row_bytes_max)),
                                  pump});
        if (pending_errors.size() >= batch_rows_max) flush_errors();
    }

    void flush_errors() {
        if (pending_errors.empty()) return;
        const auto& columns = program->streams[program->error_stream].columns;
        const auto arena = std::make_shared<Arena>();
        std::vector<std::shared_ptr<Vector>> vectors;
        for (const auto& column : columns) {
            vectors.push_back(std::make_shared<Vector>(column.type, 0));
            vectors.back()->keep(arena);
        }
        Batch batch;
        batch.rows = pending_errors.size();
        batch.rowtimes.assign(batch.rows, now);
        for (const auto& error : pending_errors) {
            vectors[0]->append(datum_of(now));
            vectors[1]->append(datum_of(std::string_view("ERROR")));
            vectors[2]->append(datum_of(arena->copy(cut_utf8(error.name, 32))));
            vectors[3]->append(
                datum_of(arena->copy(cut_utf8(error.message, message_characters_max))));
            vectors[4]->append(datum_of(now));
            vectors[5]->append(datum_of(arena->copy(base::hex_encode(error.data))));
            vectors[6]->append(error.pump.empty() ? Datum{} : datum_of(arena->copy(error.pump)));
        }
        pending_errors.clear();
        for (auto& vector : vectors) batch.columns.push_back(std::move(vector));
        streams[program->error_stream]->entrance(0).on_batch(batch);
    }

    /// Inputs in order, so that the order of emission never depends on anything else.
    void bound_all() {
        for (size_t i = 0; i < streams.size(); ++i) {
            const Stream& stream = program->streams[i];
            // Nobody else can say of a stream without pumps that it stays empty.
            const bool alone = stream.kind == StreamKind::Declared && stream.writers.empty();
            if (stream.kind == StreamKind::Input || alone) streams[i]->entrance(0).on_bound(now);
        }
        flush_errors();
    }

    int64_t next_emission() const {
        int64_t earliest = std::numeric_limits<int64_t>::max();
        for (const auto& op : operators) earliest = std::min(earliest, op->next_emission());
        for (const auto& stream : streams) earliest = std::min(earliest, stream->next_emission());
        return earliest;
    }

    Decoder* decoder(uint32_t stream, std::string& error) {
        if (decoders.size() <= stream) decoders.resize(stream + 1);
        if (!decoders[stream]) {
            const auto& described = program->streams[stream];
            auto made = make_decoder(program->inputs[described.input], described.columns);
            if (!made) {
                error = made.error().message;
                return nullptr;
            }
            decoders[stream] = *std::move(made);
        }
        return decoders[stream].get();
    }

    const ProgramPtr program;
    int64_t started_at_ms;
    Sink& sink;
    std::vector<std::unique_ptr<StreamNode>> streams;
    std::vector<std::unique_ptr<Operator>> operators;  ///< per pump from its stream backwards
    std::vector<uint32_t> targets;  ///< by operator: the stream at its pump's end
    std::vector<std::unique_ptr<Decoder>> decoders;
    std::vector<ErrorRow> pending_errors;
    int64_t now = std::numeric_limits<int64_t>::min();
    uint64_t row_count = 0;
    uint64_t error_count = 0;
};

Engine::Engine(ProgramPtr program, base::Timestamp started_at, Sink& sink)
    : state_(std::make_unique<State>(
          std::move(program), started_at.time_since_epoch().count(), sink)) {}

Engine::~Engine() = default;

base::Result<void> Engine::push(std::string_view input_stream,
                                std::span<const Record> records,
                                base::Timestamp rowtime) {
    State& state = *state_;
    const auto& all = state.program->streams;
    const auto at = std::find_if(all.begin(), all.end(), [&](const Stream& stream) {
        const bool input = stream.kind == StreamKind::Input || stream.kind == StreamKind::Table;
        return input && stream.name == input_stream;
    });
    if (at == all.end())
        return base::fail(base::ErrorCode::NotFound,
                          "no input is called " + std::string(input_stream));
    const auto index = static_cast<uint32_t>(at - all.begin());
    std::string error;
    Decoder* const decoder = state.decoder(index, error);
    if (decoder == nullptr) return base::fail(base::ErrorCode::InvalidArgument, error);
    state.now = std::max<int64_t>(state.now, rowtime.time_since_epoch().count());
    // What ends by now is emitted before the new rows are seen, whichever stream they are in.
    state.bound_all();
    Operator& entrance = state.streams[index]->entrance(0);
    Decoder::Output output;
    output.rows = [&](const Batch& batch) {
        state.row_count += batch.rows;
        entrance.on_batch(batch);
    };
    output.bad = [&](std::string_view raw, const std::string& message) {
        state.fail("RecordDecodingError", message, raw, "");
    };
    decoder->decode(records, state.now, output);
    state.bound_all();
    return {};
}

void Engine::advance(base::Timestamp bound) {
    state_->now = std::max<int64_t>(state_->now, bound.time_since_epoch().count());
    state_->bound_all();
}

void Engine::report(std::string_view error_name, std::string_view message) {
    state_->fail(std::string(error_name), std::string(message), "", "");
    state_->flush_errors();
}

bool Engine::would_emit(base::Timestamp bound) const {
    return state_->next_emission() <= bound.time_since_epoch().count();
}

base::Timestamp Engine::started_at() const {
    return base::Timestamp{std::chrono::milliseconds{state_->started_at_ms}};
}
base::Timestamp Engine::rowtime() const {
    return base::Timestamp{std::chrono::milliseconds{state_->now}};
}
uint64_t Engine::rows_in() const {
    return state_->row_count;
}
uint64_t Engine::errors() const {
    return state_->error_count;
}

size_t Engine::state_bytes() const {
    size_t bytes = 0;
    for (const auto& op : state_->operators) bytes += op->state_bytes();
    return bytes;
}

std::vector<OpenWindow> Engine::open_windows() const {
    std::vector<OpenWindow> windows;
    for (size_t i = 0; i < state_->operators.size(); ++i) {
        const Operator& op = *state_->operators[i];
        if (op.open_groups() == 0) continue;
        OpenWindow& window = windows.emplace_back();
        window.stream = state_->program->streams[state_->targets[i]].name;
        window.groups = op.open_groups();
        const int64_t closes = op.next_emission();
        if (closes != std::numeric_limits<int64_t>::max())
            window.closes = base::Timestamp{std::chrono::milliseconds{closes}};
    }
    return windows;
}

std::string Engine::snapshot() const {
    StateWriter out;
    out.u64(state_->program->fingerprint);
    out.i64(state_->started_at_ms);
    out.i64(state_->now);
    out.u64(state_->row_count);
    out.u64(state_->error_count);
    out.u64(state_->streams.size());
    for (const auto& stream : state_->streams) stream->save(out);
    out.u64(state_->operators.size());
    for (const auto& op : state_->operators) op->save(out);
    const std::string body = out.take();
    StateWriter head;
    head.u64(base::crc32c(body));
    return std::string(snapshot_magic) + head.take() + body;
}

base::Result<std::unique_ptr<Engine>> Engine::restore(ProgramPtr program,
                                                      std::string_view snapshot,
                                                      Sink& sink) {
    const auto corrupt = [] {
        return base::fail(base::ErrorCode::Corruption, "the snapshot of the SQL engine is damaged");
    };
    if (snapshot.size() < snapshot_magic.size() + 8 || !snapshot.starts_with(snapshot_magic))
        return corrupt();
    StateReader head(snapshot.substr(snapshot_magic.size(), 8));
    const auto body = snapshot.substr(snapshot_magic.size() + 8);
    if (head.u64() != base::crc32c(body)) return corrupt();
    StateReader in(body);
    if (in.u64() != program->fingerprint)
        return base::fail(base::ErrorCode::InvalidArgument,
                          "the snapshot belongs to other application code");
    const base::Timestamp started_at{std::chrono::milliseconds{in.i64()}};
    auto engine = std::make_unique<Engine>(std::move(program), started_at, sink);
    State& state = *engine->state_;
    state.now = in.i64();
    state.row_count = in.u64();
    state.error_count = in.u64();
    if (in.u64() != state.streams.size()) return corrupt();
    for (const auto& stream : state.streams) stream->load(in);
    if (in.u64() != state.operators.size()) return corrupt();
    for (const auto& op : state.operators) op->load(in);
    if (!in.ok() || !in.done()) return corrupt();
    return engine;
}

}  // namespace wr::sql
