#pragma once
// The log: one durable, ordered sequence of checksummed entries for everything that appends.
//
// An entry belongs to a topic (an opaque number: a stream, a rowtime journal, a delivery buffer).
// All topics of a log share segments and one fdatasync, so a thousand of them cost no more than
// one. Rules R1 to R10 of docs/formats/log.md hold: acknowledged means synced; a torn tail is cut,
// anything else that does not check is named and fenced; a failed sync ends writing for good.

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/result.h"
#include "io/file_system.h"

namespace wr::log {

using base::Result;

/// Where an entry starts. Ordered as appended. Opaque to callers, stable for ever, 16 bytes.
struct Position {
    uint64_t segment = 0;
    uint64_t offset = 0;
    auto operator<=>(const Position&) const = default;
};

struct Entry {
    uint64_t topic = 0;
    Position position;
    base::Buffer payload;
};

enum class Durability {
    Always,    ///< fdatasync before append returns
    Interval,  ///< fdatasync at most `sync_interval` later
    Os,        ///< written, never synced by us
};

/// Who writes an entry that is appended without waiting.
enum class Writer {
    LogThread,
    /// The caller, by calling write_waiting() next, holding no lock that a `done` takes.
    Caller,
};

struct LogOptions {
    std::string directory;
    Durability durability = Durability::Always;
    std::chrono::milliseconds sync_interval{100};
    uint64_t segment_bytes = 64ULL * 1024 * 1024;
};

/// @threads  any; appends of one topic are ordered as their calls are serialised by the caller.
class Log {
public:
    /// Recovers, calling `replay` for every intact entry in order (payload valid during the call),
    /// then opens for appending.
    ///
    /// @error Corruption  with file and offset, when damage is not a torn tail. Nothing is cut
    /// then.
    static Result<std::unique_ptr<Log>> open(
        io::FileSystem& fs,
        const LogOptions& options,
        const std::function<void(uint64_t topic, Position position, std::string_view payload)>&
            replay);

    virtual ~Log() = default;

    /// Appends one entry; returns when it is as durable as the options say. Group commit: one sync
    /// for all that wait.
    ///
    /// @error NoSpace      nothing was written; may succeed later
    /// @error Io           outcome unknown; the log refuses every later append
    /// @error Unavailable  stopped, or a sync has failed before
    virtual Result<Position> append(uint64_t topic, std::string_view payload) = 0;

    /// The same without waiting: `done` is called once, from the log's own thread or from one in
    /// write_waiting(), and must not block.
    virtual void append_async(uint64_t topic,
                              std::string payload,
                              std::function<void(Result<Position>)> done,
                              Writer writer = Writer::LogThread) = 0;

    /// With Durability::Os: writes what waits, on this thread, unless another does so now. With the
    /// others the log's own thread writes everything, as it has to wait for the disk.
    virtual void write_waiting() = 0;

    /// Reads and verifies one entry. Corruption names file and offset; NotFound when it was
    /// trimmed.
    virtual Result<Entry> read(Position position) const = 0;

    /// Tells the log that entries of all topics before `position` are no longer needed; whole
    /// segments go.
    virtual Result<void> trim(Position position) = 0;

    /// Copies the log into `directory`, which exists and is empty, as it stands while `at_the_cut`
    /// runs: nothing is appended meanwhile. Appends go on while it copies; nothing is trimmed.
    /// Full segments become second names of the same files where that is possible. Everything is
    /// durable when it returns.
    ///
    /// @error of `at_the_cut`, or of a file, and then the directory is left as it is; Unsupported
    /// by a log without files
    virtual Result<Position> back_up(const std::string& directory,
                                     const std::function<Result<void>()>& /*at_the_cut*/) {
        return base::fail(base::ErrorCode::Unsupported, "no files to copy to " + directory);
    }

    /// First position still held, and the position after the last durable entry.
    virtual Position begin() const = 0;
    virtual Position end() const = 0;

    /// True once a write or sync has failed: nothing can be appended until a restart recovers.
    virtual bool failed() const = 0;

    /// Syncs what was appended and ends the writer. Idempotent.
    virtual void stop() = 0;
};

}  // namespace wr::log
