// Log lines: formatted here, written with one write(2) so that lines never mix.
#include "base/logging.h"

#include <unistd.h>

#include <atomic>

#include "base/clock.h"
#include "base/time_format.h"

namespace wr::base {
namespace {

std::atomic<LogLevel> level_min{LogLevel::Info};  // NOLINT: one process, one log

const char* name_of(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return "debug";
        case LogLevel::Info:
            return "info";
        case LogLevel::Warn:
            return "warn";
        case LogLevel::Error:
            return "error";
    }
    return "error";
}

}  // namespace

void set_log_level(LogLevel level) {
    level_min = level;
}
bool log_enabled(LogLevel level) {
    return level >= level_min;
}

void log(LogLevel level, std::string_view event, LogFields fields) {
    if (!log_enabled(level)) return;
    Json line{Json::Object{}};
    line.object().emplace_back("time", format_iso8601_ms(SystemClock().now()));
    line.object().emplace_back("level", name_of(level));
    line.object().emplace_back("event", event);
    for (const auto& [key, value] : fields) line.object().emplace_back(std::string(key), value);
    std::string text = line.dump();
    text += '\n';
    // Nothing useful can be done when standard error is gone.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace wr::base
