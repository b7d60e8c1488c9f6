#pragma once
// Staging: the objects of a table, laid out in a folder for the worker, and SQL that reads them.

#include <string>
#include <vector>

#include "io/file_system.h"
#include "services/athena/engine/catalog.h"
#include "services/athena/engine/query.h"
#include "services/athena/engine/worker.h"
#include "services/s3/s3.h"

namespace wr::athena {

/// Folders as the worker sees them.
constexpr char worker_data_folder[] = "/data";
constexpr char worker_scratch_folder[] = "/scratch";

enum class TableFormat { Json, Csv, Parquet };

struct StagingFailure {
    std::string reason;
    bool is_internal = false;
};
template <typename T>
using StagingResult = base::Result<T, StagingFailure>;

/// Fills `folder`/data and adds to `job` what makes the table readable under its name.
/// Every object is authorised by itself; one that is not fails the query.
///
/// @return bytes of the table's objects
StagingResult<uint64_t> stage_table(const Table& table,
                                    size_t table_index,
                                    s3::Face& s3,
                                    const Authorise& authorise,
                                    io::FileSystem& fs,
                                    const std::string& folder,
                                    WorkerJob& job);

}  // namespace wr::athena
