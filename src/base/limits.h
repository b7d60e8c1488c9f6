#pragma once
// Every limit of the program that is not one of AWS's quotas, by name.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace wr::limits {

using namespace std::chrono_literals;

constexpr int json_depth_max = 64;

// http
constexpr size_t http_request_line_bytes_max = 8 * 1024;
constexpr size_t http_header_bytes_max = 16 * 1024;
constexpr size_t http_headers_max = 100;
constexpr size_t http_body_in_memory_bytes_max = 16 * 1024 * 1024;  ///< larger bodies go to a file
constexpr uint64_t http_body_bytes_max = 5ULL * 1024 * 1024 * 1024;
constexpr auto http_header_timeout = 10s;
constexpr auto http_idle_timeout = 60s;
constexpr size_t http_body_rate_min = 1024;  ///< bytes per second, after http_body_grace
constexpr auto http_body_grace = 10s;
constexpr size_t http_connections_max = 10'000;
constexpr size_t http_connections_per_address_max = 1'000;
constexpr uint32_t http2_streams_max = 100;  ///< of one connection, open or still being answered
constexpr uint32_t http2_stream_window_bytes = 1024 * 1024;  ///< sent before we allow more
constexpr uint32_t http2_connection_window_bytes = 8 * 1024 * 1024;
constexpr size_t http2_continuations_max = 5;
/// Of one connection in http2_budget_period; more ends it.
constexpr uint32_t http2_resets_max = 200;    ///< streams broken off, by either side
constexpr uint32_t http2_controls_max = 500;  ///< PING, SETTINGS, PRIORITY, empty DATA
constexpr auto http2_budget_period = 10s;

// server
constexpr size_t request_threads = 64;
constexpr size_t request_queue_max = 4'096;
constexpr auto drain_timeout = 8s;

// log
constexpr size_t log_entry_bytes_max = 64 * 1024 * 1024;
constexpr size_t log_segment_bytes = 64 * 1024 * 1024;
constexpr size_t log_queue_bytes_max = 256 * 1024 * 1024;

// disk
constexpr uint64_t disk_free_bytes_min = 256ULL * 1024 * 1024;  ///< below this, writes are refused

// functions
constexpr size_t functions_concurrent_max = 64;
constexpr size_t function_zip_bytes_max = 50 * 1024 * 1024;
constexpr size_t function_unzipped_bytes_max = 250 * 1024 * 1024;
constexpr size_t function_files_max = 10'000;
constexpr size_t function_payload_bytes_max = 6 * 1024 * 1024;

// metrics
constexpr size_t metric_series_max = 10'000;  ///< the one without news for longest goes first
constexpr auto metric_history = 3h;           ///< one point a minute

// queries
constexpr size_t queries_concurrent_max = 2;
constexpr uint64_t query_memory_bytes_max = 1ULL * 1024 * 1024 * 1024;
constexpr auto query_timeout = 30min;

// streaming SQL
constexpr size_t sql_code_bytes_max = 102'400;
constexpr size_t sql_expression_depth_max = 200;
constexpr size_t sql_application_memory_bytes_max = 4ULL * 1024 * 1024 * 1024;

}  // namespace wr::limits
