#pragma once
// Records of a fleet for the measurements of streaming SQL, and what is measured.

#include <cstdint>
#include <string>
#include <vector>

namespace wr::bench {

/// As the fleet sends them: seven fields, about 190 bytes.
std::vector<std::string> readings(size_t count, size_t unicorns);

struct Script {
    const char* name;
    size_t unicorns;
    size_t records_per_hundred;  ///< of the records that are asked for
    const char* code;
};
const std::vector<Script>& scripts();

struct Measured {
    double records_per_s = 0;  ///< per second of one core
    uint64_t rows = 0;
};

/// Parses four columns and keeps the five aggregates of the Wild Rydes application by name.
Measured measure_bare(const std::vector<std::string>& records);
/// The engine over records in memory; rows become JSON.
Measured measure_engine(const Script& script, const std::vector<std::string>& records);
/// An application over a stream on disk: from the log, rowtime journal on, rows into another
/// stream.
Measured measure_application(const Script& script,
                             const std::vector<std::string>& records,
                             const std::string& folder);

/// CPU of the calling thread.
double thread_seconds();

}  // namespace wr::bench
