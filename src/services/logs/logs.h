#pragma once
// The face of CloudWatch Logs: services write the lines of their work.

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace wr::logs {

struct Event {
    base::Timestamp time;
    std::string message;
};

struct StreamName {
    std::string account;
    std::string region;
    std::string group;
    std::string stream;
};

/// @threads any
class Face {
public:
    virtual ~Face() = default;
    /// Creates group and stream when they are missing. In the operating system's hands when it
    /// returns; lines that the store cannot take are dropped and counted, never waited for.
    virtual void append(const StreamName& name, const std::vector<Event>& events) = 0;
};

}  // namespace wr::logs
