#pragma once
// A backup while the server runs: everything as of one moment, in a directory to start on.

#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "kv/store.h"
#include "log/log.h"
#include "server/data_directory.h"
#include "services/s3/engine/engine.h"

namespace wr::server {

struct BackupSource {
    io::FileSystem& fs;
    const DataDirectory& directory;
    kv::Store& store;
    log::Log& log;
    s3::Engine& objects;
    const base::Clock& clock;
};

/// Makes the directory `to`, which must not exist; until it is complete and durable it is called
/// `to`.partial. The moment is that of the tables: the log stands still while they are
/// captured, so that the copy is what a power cut then would have left. Immutable files become
/// second names where `to` is on the same file system.
///
/// @return what the mark in it says: when, and how much
/// @error AlreadyExists, InvalidArgument (not outside the data directory), NoSpace, Io
base::Result<base::Json> back_up(const BackupSource& source, const std::string& to);

}  // namespace wr::server
