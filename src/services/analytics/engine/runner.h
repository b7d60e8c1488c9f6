#pragma once
// Runner: one running application. Reads its streams, stamps and journals batches, runs the SQL,
// delivers rows.

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kv/store.h"
#include "services/analytics/engine/application.h"
#include "services/analytics/engine/journal.h"
#include "services/analytics/engine/monitoring_log.h"
#include "services/analytics/engine/outputs.h"
#include "services/analytics/engine/preprocessor.h"
#include "services/analytics/engine/references.h"
#include "services/analytics/engine/tap.h"
#include "sql/engine.h"

namespace wr::analytics {

struct RunnerOptions {
    std::chrono::milliseconds bound_interval{250};  ///< between wall-clock bounds of idle streams
    std::chrono::milliseconds checkpoint_interval{10'000};
    uint64_t checkpoint_entries = 2'000;  ///< journal entries after which a checkpoint is due
    size_t read_records_max = 10'000;
    size_t read_bytes_max = 4 * 1024 * 1024;
    JournalKeeps journal = JournalKeeps::SinceCheckpoint;
};

struct RunnerMetrics {
    std::atomic<int64_t> behind_latest_ms{0};
    std::atomic<uint64_t> records{0};
    std::atomic<uint64_t> errors{0};
    std::atomic<uint64_t> state_bytes{0};
    std::atomic<uint64_t> lost_records{0};  ///< gone from the stream before they were read again
};

/// Where each shard of each input starts, and the engine without rows: the checkpoint a run begins
/// with.
/// @param references  what the tables hold
/// @error of the stream's description, of a table's data
Result<Checkpoint> first_checkpoint(const Application& application,
                                    const sql::ProgramPtr& program,
                                    const std::vector<StartingPosition>& positions,
                                    kinesis::Face& kinesis,
                                    base::Timestamp now,
                                    const std::vector<ReferenceData>& references = {});

/// @threads one, but metrics
class Runner {
public:
    Runner(Application application,
           sql::ProgramPtr program,
           const Faces& faces,
           kv::Store& store,
           const base::Clock& clock,
           const RunnerOptions& options);

    /// One round: deliver, replay or read. How long nothing is to do.
    std::chrono::milliseconds step();
    /// For those who watch; after a step.
    void note_windows() {
        if (engine_) tap_.note_windows(*engine_);
    }
    /// Writes a checkpoint if everything is delivered; after the last step.
    void finish();

    const RunnerMetrics& metrics() const { return metrics_; }
    /// Rows and windows as of the last round. @threads any
    TapView tap() const { return tap_.view(); }

private:
    base::Result<void> load();
    base::Result<void> replay_one();
    base::Result<kinesis::RecordViews> read_again(const JournalEntry& entry);
    bool read_round(bool& failed);
    bool read_shard(size_t input, const std::string& shard_id, bool& failed);
    /// Journals `entry`, then does what it says.
    bool journal_and_apply(const JournalEntry& entry, const Prepared& prepared);
    void apply(const JournalEntry& entry, const Prepared& prepared);
    /// What the input's function makes of the records; they themselves when it has none.
    base::Result<Prepared> prepare(size_t input,
                                   const std::string& shard_id,
                                   kinesis::RecordViews batch);
    bool report_loss(const std::string& message);
    bool forget_shard(size_t input, const std::string& shard_id);
    void finish_shard(size_t input,
                      const std::string& shard_id,
                      const std::vector<std::string>& children);
    void push_bound(bool& failed);
    void checkpoint_if_due();
    bool save_checkpoint();
    std::string stream_name_of(size_t input, const std::string& shard_id) const;
    void fault(const char* what, const std::string& message);

    const Application application_;
    const sql::ProgramPtr program_;
    const Faces faces_;
    const base::Clock& clock_;
    const RunnerOptions options_;
    Journal journal_;
    RoleGate gate_;
    MonitoringLog monitoring_;
    Outputs outputs_;
    Preprocessor preprocessor_;
    Tap tap_{outputs_};
    std::unique_ptr<sql::Engine> engine_;
    Positions positions_;
    std::vector<kinesis::StreamName> sources_;  ///< by input
    std::vector<kinesis::Numbered> numbered_;   ///< by input
    uint64_t replay_index_ = 0;  ///< next entry to replay; the journal's end when done
    uint64_t saved_index_ = 0;
    base::MonotonicTime saved_at_{};
    std::chrono::milliseconds backoff_{0};
    uint64_t seen_records_ = 0;
    uint64_t faults_ = 0;
    RunnerMetrics metrics_;
};

}  // namespace wr::analytics
