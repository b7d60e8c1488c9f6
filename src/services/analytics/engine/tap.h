#pragma once
// Tap: the newest rows of every in-application stream and the open windows, for those who watch.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "sql/engine.h"

namespace wr::analytics {

struct TappedRow {
    base::Timestamp rowtime{};
    std::string json;  ///< cut when it is very long
};

struct TappedStream {
    std::string name;
    std::vector<TappedRow> rows;  ///< the newest, oldest first
    uint64_t total = 0;           ///< since the application was started or the server was
};

struct TapView {
    base::Timestamp rowtime{};
    std::vector<TappedStream> streams;  ///< in the order in which they first had rows
    std::vector<sql::OpenWindow> windows;
};

/// Hands everything on to the outputs. Bounded: so many rows of each stream.
/// @threads on_rows and note_windows by the application's own, view by any
class Tap final : public sql::Sink {
public:
    explicit Tap(sql::Sink& next) : next_(next) {}

    void on_rows(const sql::Rows& rows) override;
    void note_windows(const sql::Engine& engine);
    TapView view() const;

private:
    struct Kept {
        std::string name;
        std::deque<TappedRow> rows;
        uint64_t total = 0;
    };

    sql::Sink& next_;
    mutable base::Mutex mutex_;
    std::vector<Kept> streams_ GUARDED_BY(mutex_);
    std::vector<sql::OpenWindow> windows_ GUARDED_BY(mutex_);
    base::Timestamp rowtime_ GUARDED_BY(mutex_){};
};

}  // namespace wr::analytics
