#pragma once
// A unicorn's reading as it stands in a stream record, checked.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wr::fleet {

struct Reading {
    std::string_view name;  ///< valid until the parser's next call
    double latitude = 0;
    double longitude = 0;
    double metres_per_second = 0;
    std::optional<double> health_points;
    std::optional<double> magic_points;
};

/// Reuses its memory from record to record. Not thread-safe.
class ReadingParser {
public:
    ReadingParser();
    ~ReadingParser();
    /// Nothing for a record that is no reading: not JSON, no name, or a place that is not on Earth.
    std::optional<Reading> parse(std::string_view record);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace wr::fleet
