// The fleet's sending loop.
#include "fleet/runner.h"

#include <algorithm>

#include "fleet/names.h"
#include "gen/kinesis/types.h"

namespace wr::fleet {
namespace {

using std::chrono::milliseconds;

constexpr size_t records_per_request = 500;
/// Small fleets are spread over their second too, so that the map moves smoothly.
constexpr size_t slices_min = 10;
constexpr int attempts_max = 3;

size_t slice_count(size_t unicorns) {
    const size_t needed = (unicorns + records_per_request - 1) / records_per_request;
    return std::max(needed, std::min(slices_min, std::max<size_t>(unicorns, 1)));
}

}  // namespace

FleetRunner::FleetRunner(gen::kinesis::Client& client,
                         const base::Clock& clock,
                         FleetOptions options)
    : client_(client),
      clock_(clock),
      options_(std::move(options)),
      random_(options_.seed),
      next_(clock.monotonic()) {
    unicorns_.reserve(options_.unicorns);
    for (size_t i = 0; i < options_.unicorns; ++i) {
        unicorns_.emplace_back(
            UnicornOptions{unicorn_name(i), options_.movement, options_.incidents_per_minute},
            random_);
    }
    task_ = std::make_unique<base::PeriodicTask>("fleet", [this] { return step(); });
}

FleetRunner::~FleetRunner() {
    stop();
}

void FleetRunner::stop() {
    task_->stop();
}

FleetCounts FleetRunner::counts() const {
    return {sent_.load(), failed_.load(), retried_.load()};
}

std::string FleetRunner::last_error() const {
    const base::MutexLock lock(mutex_);
    return last_error_;
}

milliseconds FleetRunner::step() {
    const size_t slices = slice_count(unicorns_.size());
    const auto period =
        std::chrono::duration_cast<base::MonotonicTime::duration>(std::chrono::duration<double>(
            1 / options_.readings_per_second / static_cast<double>(slices)));
    const size_t begin = unicorns_.size() * slice_ / slices;
    const size_t end = unicorns_.size() * (slice_ + 1) / slices;
    if (begin < end) send(begin, end);
    slice_ = (slice_ + 1) % slices;

    const base::MonotonicTime now = clock_.monotonic();
    next_ += period;
    // Behind by more than a second: the server is too slow, and catching up would make it worse.
    if (now - next_ > std::chrono::seconds{1}) next_ = now;
    return std::max(milliseconds{0}, std::chrono::duration_cast<milliseconds>(next_ - now));
}

void FleetRunner::send(size_t begin, size_t end) {
    gen::kinesis::PutRecordsInput input;
    input.stream_name = options_.stream;
    auto& records = input.records.emplace();
    const base::Timestamp now = clock_.now();
    for (size_t i = begin; i < end; ++i) {
        unicorns_[i].step(1 / options_.readings_per_second);
        gen::kinesis::PutRecordsRequestEntry& record = records.emplace_back();
        record.data = unicorns_[i].reading(now);
        record.partition_key = unicorns_[i].name();
    }
    for (int attempt = 1; !records.empty(); ++attempt) {
        const size_t count = records.size();
        auto output = client_.put_records(input);
        std::vector<gen::kinesis::PutRecordsRequestEntry> rest;
        if (output && output->records) {
            for (size_t i = 0; i < std::min(count, output->records->size()); ++i) {
                if (output->records->held()[i].error_code) rest.push_back(std::move(records[i]));
            }
        } else {
            rest = std::move(records);
            const base::MutexLock lock(mutex_);
            last_error_ = output ? "an answer without records"
                                 : output.error().code + ": " + output.error().message;
        }
        sent_ += count - rest.size();
        records = std::move(rest);
        if (attempt == attempts_max) break;
        retried_ += records.size();
    }
    failed_ += records.size();
}

}  // namespace wr::fleet
