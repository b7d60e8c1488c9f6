// Reads /proc/self at each scrape.
#include "server/process_metrics.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdio>

namespace wr::server {
namespace {

double resident_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "re");
    if (file == nullptr) return 0;
    long total = 0;
    long resident = 0;
    const int fields = std::fscanf(file, "%ld %ld", &total, &resident);
    std::fclose(file);
    return fields == 2
               ? static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE))
               : 0;
}

double open_descriptors() {
    DIR* directory = ::opendir("/proc/self/fd");
    if (directory == nullptr) return 0;
    double count = -3;  // ".", ".." and the directory itself
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count;
}

}  // namespace

void add_process_metrics(Metrics& metrics, const http::Server& server) {
    metrics.add_gauge("process_resident_memory_bytes", "Resident memory.", resident_bytes);
    metrics.add_gauge("process_open_fds", "Open file descriptors.", open_descriptors);
    metrics.add_gauge("wildrydes_http_connections", "Open HTTP connections.", [&server] {
        return static_cast<double>(server.connections());
    });
}

}  // namespace wr::server
