// What a tap keeps.
#include "services/analytics/engine/tap.h"

#include <algorithm>

namespace wr::analytics {
namespace {

constexpr size_t rows_kept = 50;
constexpr size_t row_bytes_max = 16 * 1024;

}  // namespace

void Tap::on_rows(const sql::Rows& rows) {
    {
        base::MutexLock lock(mutex_);
        auto stream = std::find_if(streams_.begin(), streams_.end(), [&](const Kept& each) {
            return each.name == rows.stream_name();
        });
        if (stream == streams_.end()) {
            streams_.push_back({std::string(rows.stream_name()), {}, 0});
            stream = streams_.end() - 1;
        }
        stream->total += rows.size();
        for (size_t row = rows.size() - std::min(rows.size(), rows_kept); row < rows.size();
             ++row) {
            TappedRow& kept = stream->rows.emplace_back();
            kept.rowtime = rows.rowtime(row);
            rows.append_json(row, kept.json);
            if (kept.json.ends_with('\n')) kept.json.pop_back();
            if (kept.json.size() > row_bytes_max) kept.json.resize(row_bytes_max);
            if (stream->rows.size() > rows_kept) stream->rows.pop_front();
        }
    }
    next_.on_rows(rows);
}

void Tap::note_windows(const sql::Engine& engine) {
    auto windows = engine.open_windows();
    base::MutexLock lock(mutex_);
    windows_ = std::move(windows);
    rowtime_ = engine.rowtime();
}

TapView Tap::view() const {
    TapView view;
    base::MutexLock lock(mutex_);
    view.rowtime = rowtime_;
    view.windows = windows_;
    for (const Kept& each : streams_)
        view.streams.push_back({each.name, {each.rows.begin(), each.rows.end()}, each.total});
    return view;
}

}  // namespace wr::analytics
