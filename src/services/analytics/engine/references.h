#pragma once
// Reference data: objects in S3 that an application joins as tables. Read when a run begins.

#include <string>
#include <vector>

#include "services/analytics/engine/application.h"
#include "services/analytics/engine/outputs.h"
#include "sql/engine.h"

namespace wr::analytics {

struct ReferenceData {
    std::string table;
    std::string bytes;
};

constexpr uint64_t reference_bytes_max = 256ULL * 1024 * 1024;

/// The name in arn:aws:s3:::NAME; empty when it is no ARN of a bucket.
std::string bucket_of(const std::string& arn);

/// One object as the role may read it. Errors name the object.
Result<std::string> read_object(const Faces& faces,
                                RoleGate& gate,
                                const std::string& role,
                                const std::string& bucket_arn,
                                const std::string& key);

/// The objects of all reference tables.
Result<std::vector<ReferenceData>> load_references(const Application& application,
                                                   const Faces& faces,
                                                   const base::Clock& clock);

/// An engine that holds the tables and has seen nothing else, as a snapshot.
/// @error InvalidApplicationConfiguration  an object is not what its schema says
Result<std::string> engine_with_tables(const sql::ProgramPtr& program,
                                       const std::vector<ReferenceData>& references,
                                       base::Timestamp now);

}  // namespace wr::analytics
