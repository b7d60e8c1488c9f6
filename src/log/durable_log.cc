// Takes what waits, writes it as one batch, syncs once, answers everybody: on the log's thread, or,
// where nothing is synced, on the thread of a caller.
#include <atomic>
#include <deque>
#include <optional>
#include <thread>

#include "base/limits.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "log/copy.h"
#include "log/log.h"
#include "log/reader.h"
#include "log/recovery.h"
#include "log/writer.h"

namespace wr::log {
namespace {

using Done = std::function<void(Result<Position>)>;

// One write call stays within what the page cache takes without stalling readers.
constexpr size_t write_bytes_max = 4ULL * 1024 * 1024;

struct Request {
    uint64_t topic = 0;
    std::string payload;
    Done done;
    std::optional<base::Error> refusal;
};

struct Answer {
    Done done;
    Result<Position> result;
};

class DurableLog final : public Log {
public:
    DurableLog(io::FileSystem& fs, const LogOptions& options, Tail tail)
        : fs_(fs),
          options_(options),
          reader_(fs, options.directory),
          writer_(fs, options, std::move(tail)) {}
    ~DurableLog() override { stop(); }

    Result<void> start() {
        base::MutexLock writing(writer_mutex_);
        WR_TRY_VOID(writer_.start());
        publish();
        thread_ = std::thread([this] { run(); });
        return {};
    }

    Result<Position> append(uint64_t topic, std::string_view payload) override {
        base::Mutex mutex;
        base::CondVar changed;
        std::optional<Result<Position>> answer;
        const auto note = [&](Result<Position> result) {
            base::MutexLock lock(mutex);
            answer = std::move(result);
            changed.notify_one();
        };
        append_async(topic, std::string(payload), note, Writer::Caller);
        write_waiting();
        base::MutexLock lock(mutex);
        while (!answer) changed.wait(mutex);
        return *std::move(answer);
    }

    void append_async(uint64_t topic, std::string payload, Done done, Writer writer) override {
        Request request{topic, std::move(payload), std::move(done), std::nullopt};
        if (request.payload.size() > limits::log_entry_bytes_max)
            refuse(request, base::ErrorCode::InvalidArgument, "the entry is too large");
        // When stopped, the thread that would answer is gone or going.
        if (!enqueue(request, writer == Writer::Caller && callers_write()))
            request.done(base::fail(base::ErrorCode::Unavailable, "the log is stopped"));
    }

    void write_waiting() override {
        if (!callers_write()) return;
        // Who comes while this thread writes leaves its entries to it: hence the second look.
        while (has_waiting() && writer_mutex_.try_lock()) {
            std::deque<Request> requests = take_all();
            write_and_answer(requests);
            writer_mutex_.unlock();
        }
    }

    Result<Entry> read(Position position) const override {
        {
            base::MutexLock lock(mutex_);
            if (position < begin_)
                return base::fail(base::ErrorCode::NotFound, "the entry was trimmed");
            if (position >= end_)
                return base::fail(base::ErrorCode::InvalidArgument, "no entry there yet");
        }
        return reader_.read(position);
    }

    Result<void> trim(Position position) override {
        Pause writing(*this);
        if (failed_)
            return base::fail(base::ErrorCode::Unavailable, "a write to the log failed before");
        // What a backup copies stays until it has; the next trim comes soon enough.
        if (backups_ > 0) return {};
        auto dropped = writer_.drop_before(position.segment);
        if (!dropped && dropped.error().code == base::ErrorCode::Io) fail(dropped.error());
        publish_begin();
        reader_.forget_before(writer_.first_segment());
        return dropped;
    }

    Result<Position> back_up(const std::string& directory,
                             const std::function<Result<void>()>& at_the_cut) override {
        State state;
        {
            Pause writing(*this);
            if (failed_)
                return base::fail(base::ErrorCode::Unavailable, "a write to the log failed before");
            WR_TRY_VOID(at_the_cut());
            state = writer_.state_at_end();
            ++backups_;
        }
        const auto copied = copy_log(fs_, options_.directory, directory, state);
        Pause writing(*this);
        --backups_;
        if (!copied) return base::fail(copied.error());
        return Position{state.watermark_segment, state.watermark_offset};
    }

    Position begin() const override {
        base::MutexLock lock(mutex_);
        return begin_;
    }
    Position end() const override {
        base::MutexLock lock(mutex_);
        return end_;
    }
    bool failed() const override { return failed_; }

    void stop() override {
        {
            base::MutexLock lock(mutex_);
            stopping_ = true;
            work_.notify_one();
        }
        base::MutexLock joining(join_mutex_);
        if (thread_.joinable()) thread_.join();
    }

private:
    /// Holds the writers up for something else.
    class SCOPED_CAPABILITY Pause {
    public:
        explicit Pause(DurableLog& log) ACQUIRE(log.writer_mutex_) : log_(log) {
            log_.writer_mutex_.lock();
        }
        ~Pause() RELEASE() {
            log_.writer_mutex_.unlock();
            // Callers that came meanwhile took this thread for one that writes.
            log_.write_waiting();
        }
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;

    private:
        DurableLog& log_;
    };

    static void refuse(Request& request, base::ErrorCode code, const char* why) {
        request.payload.clear();
        request.refusal = base::Error{code, why};
    }

    /// Nothing but memory and the page cache is in a writer's way.
    bool callers_write() const { return options_.durability == Durability::Os; }

    bool has_waiting() const {
        base::MutexLock lock(mutex_);
        return !queue_.empty();
    }

    /// Only by who writes: what was taken before might be written after what came later.
    std::deque<Request> take_all() REQUIRES(writer_mutex_) {
        base::MutexLock lock(mutex_);
        queued_bytes_ = 0;
        return std::exchange(queue_, {});
    }

    bool enqueue(Request& request, bool caller_writes) {
        bool is_first = false;
        {
            base::MutexLock lock(mutex_);
            if (stopping_) return false;
            if (queued_bytes_ + request.payload.size() > limits::log_queue_bytes_max)
                refuse(request, base::ErrorCode::Unavailable, "too much waits to be written");
            queued_bytes_ += request.payload.size();
            is_first = queue_.empty();
            queue_.push_back(std::move(request));
        }
        // Without the lock, or the log's thread would wait for it first.
        if (is_first && !caller_writes) work_.notify_one();
        return true;
    }

    void publish_begin() REQUIRES(writer_mutex_) {
        base::MutexLock lock(mutex_);
        begin_ = {writer_.first_segment(), segment_header_bytes};
    }
    void publish() REQUIRES(writer_mutex_) {
        publish_begin();
        base::MutexLock lock(mutex_);
        end_ = writer_.end();
    }

    /// Until there are requests; in interval mode also until the next sync.
    void wait_for_work() {
        base::MutexLock lock(mutex_);
        while (queue_.empty() && !stopping_) {
            if (!sync_due_) {
                work_.wait(mutex_);
            } else {
                const auto left = *sync_due_ - std::chrono::steady_clock::now();
                if (left <= std::chrono::nanoseconds::zero()) break;
                work_.wait_for(mutex_, left);
            }
        }
    }

    void run() {
        while (true) {
            wait_for_work();
            base::MutexLock writing(writer_mutex_);
            std::deque<Request> requests = take_all();
            const bool last = requests.empty() && is_stopping();
            write_and_answer(requests);
            if (!last) continue;
            finish();
            return;
        }
    }

    bool is_stopping() const {
        base::MutexLock lock(mutex_);
        return stopping_;
    }

    /// Answers with the writer's lock held: entries of a topic are known in the order of the log.
    void write_and_answer(std::deque<Request>& requests) REQUIRES(writer_mutex_) {
        std::vector<Answer> answers;
        write_batch(requests, answers);
        for (Answer& answer : answers) answer.done(std::move(answer.result));
    }

    void write_batch(std::deque<Request>& requests, std::vector<Answer>& answers)
        REQUIRES(writer_mutex_) {
        answers.reserve(requests.size());
        size_t unflushed = 0;  // answers before it are written
        for (Request& request : requests) {
            const bool fits =
                writer_.buffered_bytes() < write_bytes_max && writer_.fits(request.payload.size());
            if (!fits && !failed_) flush(answers, unflushed);
            auto position = add(request);
            answers.push_back({std::move(request.done), std::move(position)});
        }
        if (!failed_) flush(answers, unflushed);
        if (!failed_) sync_if_due();
        if (failed_) {
            // Whatever this batch holds may or may not be on disk.
            for (Answer& answer : answers)
                if (answer.result) answer.result = base::fail(*failure_);
            return;
        }
        publish();
    }

    Result<Position> add(Request& request) REQUIRES(writer_mutex_) {
        if (request.refusal) return base::fail(*std::move(request.refusal));
        if (failed_)
            return base::fail(base::ErrorCode::Unavailable, "a write to the log failed before");
        auto position = writer_.add(request.topic, request.payload);
        if (!position && position.error().code == base::ErrorCode::Io) fail(position.error());
        return position;
    }

    /// Entries that a full disk kept out of the log are answered with NoSpace.
    void flush(std::vector<Answer>& answers, size_t& unflushed) REQUIRES(writer_mutex_) {
        const Position start = writer_.end();
        auto flushed = writer_.flush();
        if (!flushed && flushed.error().code != base::ErrorCode::NoSpace) fail(flushed.error());
        if (!flushed)
            for (size_t i = unflushed; i < answers.size(); ++i)
                if (answers[i].result && *answers[i].result >= start)
                    answers[i].result = base::fail(flushed.error());
        unflushed = answers.size();
    }

    void sync_if_due() REQUIRES(writer_mutex_) {
        if (!writer_.needs_sync() || options_.durability == Durability::Os) return;
        const auto now = std::chrono::steady_clock::now();
        if (options_.durability == Durability::Interval) {
            if (!sync_due_) sync_due_ = now + options_.sync_interval;
            if (now < *sync_due_) return;
            sync_due_.reset();
        }
        if (auto synced = writer_.sync(); !synced) fail(synced.error());
    }

    void finish() REQUIRES(writer_mutex_) {
        if (failed_) return;
        auto synced = writer_.sync();
        if (synced) synced = writer_.save_watermark();
        if (!synced) fail(synced.error());
    }

    void fail(const base::Error& error) REQUIRES(writer_mutex_) {
        failure_ = error;
        failed_ = true;
        base::log_error("log.write_failed",
                        {{"directory", options_.directory}, {"cause", error.message}});
    }

    io::FileSystem& fs_;
    const LogOptions options_;
    mutable EntryReader reader_;
    base::Mutex writer_mutex_;  ///< taken before mutex_
    SegmentWriter writer_ GUARDED_BY(writer_mutex_);
    int backups_ GUARDED_BY(writer_mutex_) = 0;  ///< being copied
    std::optional<base::Error> failure_ GUARDED_BY(writer_mutex_);
    std::atomic<bool> failed_{false};
    std::optional<std::chrono::steady_clock::time_point> sync_due_;  // the log's thread only

    mutable base::Mutex mutex_;
    base::CondVar work_;
    std::deque<Request> queue_ GUARDED_BY(mutex_);
    size_t queued_bytes_ GUARDED_BY(mutex_) = 0;
    bool stopping_ GUARDED_BY(mutex_) = false;
    Position begin_ GUARDED_BY(mutex_);
    Position end_ GUARDED_BY(mutex_);
    base::Mutex join_mutex_;
    std::thread thread_;
};

std::string parent_of(const std::string& directory) {
    const size_t slash = directory.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : directory.substr(0, slash);
}

}  // namespace

Result<std::unique_ptr<Log>> Log::open(
    io::FileSystem& fs,
    const LogOptions& options,
    const std::function<void(uint64_t topic, Position position, std::string_view payload)>&
        replay) {
    WR_TRY(const bool exists, fs.exists(options.directory));
    if (!exists) {
        WR_TRY_VOID(fs.make_directories(options.directory));
        WR_TRY_VOID(fs.sync_directory(parent_of(options.directory)));
    }
    WR_TRY(Tail tail, recover(fs, options.directory, replay));
    auto log = std::make_unique<DurableLog>(fs, options, std::move(tail));
    WR_TRY_VOID(log->start());
    return std::unique_ptr<Log>(std::move(log));
}

}  // namespace wr::log
