#pragma once
// Structured log lines on standard error: one JSON object each, never a secret.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace wr::base {

enum class LogLevel { Debug, Info, Warn, Error };

using LogFields = std::initializer_list<std::pair<std::string_view, Json>>;

void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);

/// Thread-safe; a line is written whole. `event` is a short constant text.
void log(LogLevel level, std::string_view event, LogFields fields = {});
inline void log_debug(std::string_view event, LogFields fields = {}) {
    log(LogLevel::Debug, event, fields);
}
inline void log_info(std::string_view event, LogFields fields = {}) {
    log(LogLevel::Info, event, fields);
}
inline void log_warn(std::string_view event, LogFields fields = {}) {
    log(LogLevel::Warn, event, fields);
}
inline void log_error(std::string_view event, LogFields fields = {}) {
    log(LogLevel::Error, event, fields);
}

}  // namespace wr::base
