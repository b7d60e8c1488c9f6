#pragma once
// Chance is an interface, so that a failing test replays from its seed.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "base/mutex.h"

namespace wr::base {

/// Thread-safe in every implementation.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(void* bytes, size_t size) = 0;

    uint64_t next();
    /// Uniform in [0, bound); bound > 0.
    uint64_t below(uint64_t bound);
    /// Uniform in [0, 1).
    double unit();
    /// `length` characters drawn from `alphabet`.
    std::string text(size_t length, std::string_view alphabet);
    /// Version 4, lower case, with dashes.
    std::string uuid();
};

/// The operating system's generator: fit for secrets.
class SystemRandom final : public Random {
public:
    void fill(void* bytes, size_t size) override;
};

/// Not for secrets.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(uint64_t seed) : engine_(seed) {}
    void fill(void* bytes, size_t size) override;

private:
    Mutex mutex_;
    std::mt19937_64 engine_ GUARDED_BY(mutex_);
};

}  // namespace wr::base
