// The last words of a broken invariant.
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace wr::base {

void assertion_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr,
                 "{\"level\":\"fatal\",\"event\":\"assertion failed\",\"condition\":\"%s\","
                 "\"at\":\"%s:%d\"}\n",
                 condition,
                 file,
                 line);
    std::abort();
}

}  // namespace wr::base
