// Deployment packages from bytes of any kind: refused or read within their limits, never a crash,
// never a path that leaves the package.
#include <cstdlib>
#include <string>

#include "services/lambda/engine/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    wr::lambda::ZipLimits limits;
    limits.files_max = 100;
    limits.unzipped_bytes_max = 1024 * 1024;
    size_t files = 0;
    size_t total = 0;
    const auto result = wr::lambda::read_zip(
        bytes, limits, [&](const wr::lambda::ZipEntry& entry, std::string_view content) {
            ++files;
            total += content.size();
            const std::string path = "/" + entry.path + "/";
            if (path.find("/../") != std::string::npos || path.find("//") != std::string::npos ||
                path.find('\0') != std::string::npos) {
                abort();
            }
            return wr::base::Result<void>();
        });
    if (files > limits.files_max || total > limits.unzipped_bytes_max) abort();
    (void)result.has_value();
    return 0;
}
