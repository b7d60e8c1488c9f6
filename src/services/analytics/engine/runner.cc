// The loop of an application. Order matters: journal, then rows, then outputs, then the next batch.
#include "services/analytics/engine/runner.h"

#include <algorithm>

#include "base/logging.h"

namespace wr::analytics {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds backoff_min{50};
constexpr milliseconds backoff_max{5'000};

/// The number at the end of shardId-000000000012.
uint64_t shard_number(const std::string& shard_id) {
    uint64_t number = 0;
    for (const char c : shard_id)
        if (c >= '0' && c <= '9') number = number * 10 + static_cast<uint64_t>(c - '0');
    return number;
}

Result<void> add_start(size_t input,
                       const kinesis::StreamName& stream,
                       StartingPosition start,
                       kinesis::Face& kinesis,
                       Positions& positions) {
    const auto info = kinesis.describe(stream);
    if (!info) return fail(ErrorCode::InvalidApplicationConfiguration, info.error().message);
    for (const auto& shard : info->shards) {
        ShardPosition position;
        if (start == StartingPosition::Now) {
            if (shard.ending_sequence_number) continue;
            const auto from =
                kinesis.resolve(stream, shard.id, {kinesis::StartType::Latest, {}, {}});
            if (!from) return fail(ErrorCode::InternalFailure, from.error().message);
            position.next = *from;
        } else {
            // Children follow when their parents are read to the end.
            const bool has_parent =
                shard.parent_id &&
                std::any_of(info->shards.begin(), info->shards.end(), [&](const auto& other) {
                    return other.id == shard.parent_id || other.id == shard.adjacent_parent_id;
                });
            if (has_parent) continue;
        }
        positions[{input, shard.id}] = std::move(position);
    }
    return {};
}

}  // namespace

Result<Checkpoint> first_checkpoint(const Application& application,
                                    const sql::ProgramPtr& program,
                                    const std::vector<StartingPosition>& positions,
                                    kinesis::Face& kinesis,
                                    base::Timestamp now,
                                    const std::vector<ReferenceData>& references) {
    Checkpoint checkpoint;
    checkpoint.run = application.run;
    for (size_t i = 0; i < application.inputs.size(); ++i) {
        const auto stream = kinesis::parse_stream_arn(application.inputs[i].readable_arn());
        if (!stream)
            return fail(ErrorCode::InvalidApplicationConfiguration,
                        "'" + application.inputs[i].stream_arn + "' is no ARN of a stream");
        WR_TRY_VOID(add_start(i, *stream, positions[i], kinesis, checkpoint.positions));
    }
    WR_TRY(checkpoint.engine, engine_with_tables(program, references, now));
    return checkpoint;
}

Runner::Runner(Application application,
               sql::ProgramPtr program,
               const Faces& faces,
               kv::Store& store,
               const base::Clock& clock,
               const RunnerOptions& options)
    : application_(std::move(application)),
      program_(std::move(program)),
      faces_(faces),
      clock_(clock),
      options_(options),
      journal_(store, application_.uid, options.journal),
      gate_(faces.identity, clock),
      monitoring_(application_, faces.logs, clock, gate_),
      outputs_(application_, faces, gate_, monitoring_),
      preprocessor_(application_, faces.lambda, gate_) {
    for (const auto& input : application_.inputs) {
        sources_.push_back(
            kinesis::parse_stream_arn(input.readable_arn()).value_or(kinesis::StreamName{}));
        const auto names = input.stream_names();
        const bool wanted =
            input.processor || std::any_of(names.begin(), names.end(), [&](const auto& name) {
                return sql::reads_sequence_numbers(*program_, name);
            });
        numbered_.push_back(wanted ? kinesis::Numbered::All : kinesis::Numbered::FirstAndLast);
    }
}

base::Result<void> Runner::load() {
    WR_TRY(auto checkpoint, journal_.load());
    if (!checkpoint)
        return base::fail(base::ErrorCode::NotFound, "the application has no checkpoint");
    WR_TRY(const Delivered delivered, journal_.delivered());
    outputs_.resume(delivered);
    WR_TRY(engine_, sql::Engine::restore(program_, checkpoint->engine, tap_));
    positions_ = std::move(checkpoint->positions);
    replay_index_ = checkpoint->next_index;
    saved_index_ = checkpoint->next_index;
    saved_at_ = clock_.monotonic();
    return {};
}

milliseconds Runner::step() {
    if (!engine_) {
        if (const auto loaded = load(); !loaded) {
            engine_.reset();
            fault("load", loaded.error().message);
            return backoff_max;
        }
    }
    if (!outputs_.deliver()) {
        backoff_ = std::clamp(backoff_ * 2, backoff_min, backoff_max);
        return backoff_;
    }
    backoff_ = milliseconds{0};
    if (replay_index_ < journal_.next_index()) {
        const auto replayed = replay_one();
        if (replayed) return milliseconds{0};
        fault("replay", replayed.error().message);
        return milliseconds{1'000};
    }
    checkpoint_if_due();
    bool failed = false;
    if (read_round(failed)) return milliseconds{0};
    if (failed) return milliseconds{1'000};
    push_bound(failed);
    if (failed) return milliseconds{1'000};
    if (!outputs_.empty()) return milliseconds{0};
    if (sources_.size() != 1) return milliseconds{50};
    seen_records_ =
        faces_.kinesis->wait_for_records(sources_[0], seen_records_, options_.bound_interval);
    return milliseconds{0};
}

base::Result<void> Runner::replay_one() {
    WR_TRY(const auto entry, journal_.read(replay_index_));
    if (!entry)
        return base::fail(base::ErrorCode::Corruption,
                          "an entry of the rowtime journal is missing");
    Prepared prepared;
    if (entry->count > 0) {
        WR_TRY(auto batch, read_again(*entry));
        WR_TRY(prepared, prepare(entry->input, entry->shard_id, std::move(batch)));
    }
    apply(*entry, prepared);
    ++replay_index_;
    return {};
}

/// The records of a journalled batch. Those that retention has taken are told, never passed over in
/// silence.
base::Result<kinesis::RecordViews> Runner::read_again(const JournalEntry& entry) {
    kinesis::RecordViews batch;
    auto& records = batch.records;
    kinesis::ReadFrom from{kinesis::StartType::AtSequenceNumber, entry.first_sequence_number, {}};
    bool trimmed = false;
    while (records.size() < entry.count) {
        auto read = faces_.kinesis->read_views(sources_[entry.input],
                                               entry.shard_id,
                                               from,
                                               entry.count - records.size(),
                                               options_.read_bytes_max,
                                               kinesis::Numbered::All);
        if (!read) {
            if (read.error().code != kinesis::ErrorCode::ResourceNotFound)
                return base::fail(base::ErrorCode::Unavailable, read.error().message);
            break;
        }
        trimmed = trimmed || read->start_was_trimmed;
        // After a trim the horizon may lie behind the batch: sequence numbers have one length, so
        // text compares.
        const auto& owners = read->views.owners;
        batch.owners.insert(batch.owners.end(), owners.begin(), owners.end());
        for (const auto& record : read->views.records) {
            const auto& last = entry.last_sequence_number;
            const bool after =
                record.sequence_number.size() > last.size() ||
                (record.sequence_number.size() == last.size() && record.sequence_number > last);
            if (!after) records.push_back(record);
        }
        if (read->views.records.empty() || trimmed || !read->next) break;
        from = *read->next;
    }
    if (records.size() < entry.count) {
        const uint64_t lost = entry.count - records.size();
        metrics_.lost_records += lost;
        const std::string message = std::to_string(lost) + " records of " + entry.shard_id +
                                    " from " + entry.first_sequence_number +
                                    " are no longer in the stream and could not be read again";
        base::log_error("analytics.lost",
                        {{"application", application_.name.arn()}, {"message", message}});
        engine_->report("RecordsLost", message);
    }
    return batch;
}

base::Result<Prepared> Runner::prepare(size_t input,
                                       const std::string& shard_id,
                                       kinesis::RecordViews batch) {
    if (application_.inputs[input].processor)
        return preprocessor_.prepare(application_.inputs[input], shard_id, std::move(batch));
    Prepared prepared;
    prepared.count_read = batch.records.size();
    prepared.batch = std::move(batch);
    return prepared;
}

bool Runner::journal_and_apply(const JournalEntry& entry, const Prepared& prepared) {
    if (const auto written = journal_.append(entry, outputs_.delivered()); !written) {
        fault("journal", written.error().message);
        return false;
    }
    replay_index_ = journal_.next_index();
    apply(entry, prepared);
    return true;
}

void Runner::apply(const JournalEntry& entry, const Prepared& prepared) {
    if (entry.count == 0) {
        engine_->advance(entry.rowtime);
        if (!entry.lost.empty()) engine_->report("RecordsLost", entry.lost);
        return;
    }
    std::vector<sql::Record> views;
    views.reserve(prepared.batch.records.size());
    for (const auto& record : prepared.batch.records)
        views.push_back({record.data,
                         entry.shard_id,
                         record.sequence_number,
                         record.partition_key,
                         record.arrival});
    const auto pushed = engine_->push(entry.stream_name, views, entry.rowtime);
    if (!pushed) fault("push", pushed.error().message);
    for (const auto& message : prepared.failures) engine_->report("ProcessingFailed", message);
    ShardPosition& position = positions_[{entry.input, entry.shard_id}];
    position.next = {kinesis::StartType::AfterSequenceNumber, entry.last_sequence_number, {}};
    metrics_.records += prepared.count_read;
    metrics_.errors = engine_->errors();
    metrics_.state_bytes = engine_->state_bytes();
}

/// True when any shard had records.
bool Runner::read_round(bool& failed) {
    std::vector<std::pair<size_t, std::string>> shards;
    for (const auto& [shard, position] : positions_)
        if (!position.finished) shards.push_back(shard);
    bool any = false;
    metrics_.behind_latest_ms = 0;
    for (const auto& [input, shard_id] : shards) {
        any = read_shard(input, shard_id, failed) || any;
        // A destination that does not keep up holds the readers; nothing is dropped.
        if (failed || !outputs_.deliver()) return any || !failed;
    }
    return any;
}

bool Runner::read_shard(size_t input, const std::string& shard_id, bool& failed) {
    const Input& from = application_.inputs[input];
    const std::string& role = application_.role_of(from.role_arn);
    const char* const action =
        from.is_delivery_stream() ? "firehose:GetRecords" : "kinesis:GetRecords";
    if (!gate_.allows(role, action, from.stream_arn)) {
        fault("read", "the role " + role + " does not allow " + action);
        failed = true;
        return false;
    }
    ShardPosition& position = positions_[{input, shard_id}];
    auto read = faces_.kinesis->read_views(sources_[input],
                                           shard_id,
                                           position.next,
                                           options_.read_records_max,
                                           options_.read_bytes_max,
                                           numbered_[input]);
    if (!read && read.error().code == kinesis::ErrorCode::ResourceNotFound) {
        failed = !forget_shard(input, shard_id);
        if (!failed) return true;
    }
    if (!read) {
        fault("read", read.error().message);
        failed = true;
        return false;
    }
    if (read->start_was_trimmed) {
        failed = !report_loss("records of " + shard_id + " after " + position.next.sequence_number +
                              " outlived the stream's retention and were not read");
        if (failed) return false;
    }
    metrics_.behind_latest_ms =
        std::max<int64_t>(metrics_.behind_latest_ms, read->behind_latest.count());
    bool any = false;
    if (const auto& records = read->views.records; !records.empty()) {
        JournalEntry entry;
        entry.rowtime = std::max(engine_->rowtime(), clock_.now());
        entry.input = input;
        entry.stream_name = stream_name_of(input, shard_id);
        entry.shard_id = shard_id;
        entry.first_sequence_number = records.front().sequence_number;
        entry.last_sequence_number = records.back().sequence_number;
        entry.count = records.size();
        any = true;
        // The function is asked before the batch is written down: while it fails, nothing happened.
        auto prepared = prepare(input, shard_id, std::move(read->views));
        if (!prepared) fault("preprocessing", prepared.error().message);
        if (!prepared || !journal_and_apply(entry, *prepared)) {
            failed = true;
            return false;
        }
    }
    if (!read->next)
        finish_shard(input, shard_id, read->child_shard_ids);
    else if (!any)
        position.next = *read->next;
    return any || !read->next;
}

bool Runner::report_loss(const std::string& message) {
    ++metrics_.lost_records;
    JournalEntry loss;
    loss.rowtime = std::max(engine_->rowtime(), clock_.now());
    loss.lost = message;
    base::log_error("analytics.lost",
                    {{"application", application_.name.arn()}, {"message", message}});
    return journal_and_apply(loss, {});
}

/// A closed shard that the stream dropped before it was read to its end: its children go on. False
/// when that is not what happened.
bool Runner::forget_shard(size_t input, const std::string& shard_id) {
    const auto info = faces_.kinesis->describe(sources_[input]);
    if (!info) return false;
    std::vector<std::string> children;
    for (const auto& shard : info->shards) {
        if (shard.id == shard_id) return false;
        if (shard.parent_id == shard_id || shard.adjacent_parent_id == shard_id)
            children.push_back(shard.id);
    }
    if (!report_loss(shard_id + " outlived the stream's retention before it was read to its end"))
        return false;
    finish_shard(input, shard_id, children);
    return true;
}

/// A closed shard is done; its children start once every parent of theirs is.
void Runner::finish_shard(size_t input,
                          const std::string& shard_id,
                          const std::vector<std::string>& children) {
    const auto info = faces_.kinesis->describe(sources_[input]);
    if (!info) return;  // Asked again in the next round.
    positions_[{input, shard_id}].finished = true;
    const auto is_done = [&](const std::optional<std::string>& parent) {
        if (!parent) return true;
        const auto at = positions_.find({input, *parent});
        return at == positions_.end() || at->second.finished;
    };
    for (const auto& child : children) {
        const auto at = std::find_if(
            info->shards.begin(), info->shards.end(), [&](const auto& s) { return s.id == child; });
        if (at == info->shards.end()) continue;
        if (is_done(at->parent_id) && is_done(at->adjacent_parent_id))
            positions_.try_emplace({input, child});
    }
}

/// Windows of silent streams end by the wall clock. Only bounds that change something are
/// journalled.
void Runner::push_bound(bool& failed) {
    const auto now = clock_.now();
    if (now <= engine_->rowtime()) return;
    if (!engine_->would_emit(now)) {
        engine_->advance(now);
        return;
    }
    JournalEntry entry;
    entry.rowtime = now;
    failed = !journal_and_apply(entry, {});
}

void Runner::checkpoint_if_due() {
    const uint64_t entries = journal_.next_index() - saved_index_;
    const bool old = clock_.monotonic() - saved_at_ >= options_.checkpoint_interval;
    if (entries >= options_.checkpoint_entries || (old && entries > 0)) save_checkpoint();
}

bool Runner::save_checkpoint() {
    Checkpoint checkpoint;
    checkpoint.run = application_.run;
    checkpoint.next_index = journal_.next_index();
    checkpoint.engine = engine_->snapshot();
    checkpoint.positions = positions_;
    const auto saved = journal_.save(checkpoint, outputs_.delivered());
    if (!saved) {
        fault("checkpoint", saved.error().message);
        return false;
    }
    saved_index_ = checkpoint.next_index;
    saved_at_ = clock_.monotonic();
    return true;
}

void Runner::finish() {
    // Rows that still wait come again from the journal.
    const bool whole = engine_ && outputs_.deliver() && replay_index_ >= journal_.next_index();
    if (whole) save_checkpoint();
}

std::string Runner::stream_name_of(size_t input, const std::string& shard_id) const {
    const auto names = application_.inputs[input].stream_names();
    return names[shard_number(shard_id) % names.size()];
}

void Runner::fault(const char* what, const std::string& message) {
    ++faults_;
    if ((faults_ & (faults_ - 1)) != 0) return;
    monitoring_.error(std::string("Application.") + what, message);
    base::log_warn("analytics.fault",
                   {{"application", application_.name.arn()},
                    {"step", what},
                    {"count", faults_},
                    {"error", message}});
}

}  // namespace wr::analytics
