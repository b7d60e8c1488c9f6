#pragma once
// The face of Data Firehose: direct puts, and where records come from.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wr::firehose {

enum class ErrorCode { ResourceNotFound, InvalidArgument, ServiceUnavailable };
struct Error {
    ErrorCode code;
    std::string message;
};

/// @threads any
class Face {
public:
    virtual ~Face() = default;
    /// Durable when it returns; delivered at least once.
    virtual base::Result<void, Error> put_records(const std::string& delivery_stream_arn,
                                                  const std::vector<std::string_view>& records) = 0;
    /// ARN of the Kinesis stream that a delivery stream reads.
    /// @error ResourceNotFound | InvalidArgument: its records are put directly
    virtual base::Result<std::string, Error> source_stream(
        const std::string& delivery_stream_arn) = 0;
};

}  // namespace wr::firehose
