#pragma once
// Checks every object against the digest it was stored with, while no server runs.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file_system.h"
#include "kv/store.h"

namespace wr::s3 {

struct ObjectsReport {
    uint64_t objects = 0;  ///< and uploaded parts
    uint64_t bytes = 0;
    std::vector<std::string> damages;  ///< each names the object, and its file where it has one
};

/// @param store  S3's own part of it
/// @param directory  of the data files
/// @error Io, Corruption of the store itself
base::Result<ObjectsReport> verify_objects(io::FileSystem& fs,
                                           const kv::Store& store,
                                           const std::string& directory);

}  // namespace wr::s3
