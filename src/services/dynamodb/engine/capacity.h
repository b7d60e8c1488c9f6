#pragma once
// Capacity units as AWS counts them.

#include <cstddef>
#include <map>
#include <string>

namespace wr::dynamodb {

struct Capacity {
    double table = 0;
    std::map<std::string, double> local_indexes;
    std::map<std::string, double> global_indexes;

    double total() const {
        double sum = table;
        for (const auto& [name, units] : local_indexes) sum += units;
        for (const auto& [name, units] : global_indexes) sum += units;
        return sum;
    }
};

constexpr size_t write_unit_bytes = 1024;
constexpr size_t read_unit_bytes = 4096;

inline double write_units(size_t bytes) {
    return static_cast<double>(bytes == 0 ? 1 : (bytes + write_unit_bytes - 1) / write_unit_bytes);
}
inline double read_units(size_t bytes, bool consistent) {
    const size_t units = bytes == 0 ? 1 : (bytes + read_unit_bytes - 1) / read_unit_bytes;
    return static_cast<double>(units) * (consistent ? 1.0 : 0.5);
}

}  // namespace wr::dynamodb
