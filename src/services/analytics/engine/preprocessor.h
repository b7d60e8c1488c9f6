#pragma once
// Preprocessor: an input's function sees each batch of records before the SQL does.

#include <string>
#include <vector>

#include "services/analytics/engine/application.h"
#include "services/analytics/engine/outputs.h"
#include "services/kinesis/kinesis.h"
#include "services/lambda/lambda.h"

namespace wr::analytics {

struct Prepared {
    kinesis::RecordViews batch;         ///< with the function's data; dropped ones are missing
    std::vector<std::string> failures;  ///< of records that the function could not process
    size_t count_read = 0;              ///< before the function
};

/// A function that fails, or that does not answer for every record, is asked again with the same
/// batch by the caller, for ever: nothing is lost by it. After a crash it is asked again, too, so
/// that rows are the same as before only if its answers are.
/// @threads one
class Preprocessor {
public:
    /// `application` outlives this.
    Preprocessor(const Application& application, lambda::Face* lambda, RoleGate& gate);

    /// @error Unavailable  what the function or its role lacks
    base::Result<Prepared> prepare(const Input& input,
                                   const std::string& shard_id,
                                   kinesis::RecordViews batch);

private:
    base::Result<void> invoke(const Input& input,
                              const std::string& shard_id,
                              const std::vector<kinesis::RecordView>& records,
                              size_t first,
                              size_t end,
                              Prepared& prepared);

    const Application& application_;
    lambda::Face* const lambda_;
    RoleGate& gate_;
};

}  // namespace wr::analytics
