#pragma once
// WR_ASSERT: always on, for invariants that user input cannot reach. A failed one aborts.

namespace wr::base {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}

#define WR_ASSERT(condition) \
    ((condition) ? (void)0 : ::wr::base::assertion_failed(#condition, __FILE__, __LINE__))
