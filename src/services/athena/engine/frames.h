#pragma once
// What a worker tells the server through a file: tag, length (4 bytes, little-endian), payload.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/file_system.h"

namespace wr::athena {

enum class FrameTag : char {
    Columns = 'C',  ///< JSON: [["name","type"], ...]
    Rows = 'R',     ///< CSV lines as they stand in the result object
    Done = 'D',     ///< nothing follows
    Error = 'E',    ///< text
};

constexpr size_t frame_bytes_max = 64ULL * 1024 * 1024;

/// @error Io when the reader is gone
base::Result<void> write_frame(int descriptor, FrameTag tag, std::string_view payload);

/// Calls `each` for every frame in the file.
///
/// @error Corruption  a frame that breaks the format
base::Result<void> read_frames(const io::File& file,
                               const std::function<void(FrameTag, std::string_view)>& each);

/// One CSV field, quoted as Athena quotes all of them.
void append_csv_field(std::string& out, std::string_view value);

/// Java's text of a double or float, as Presto prints them: 5.0, 1.0E7.
std::string java_number(double value);
std::string java_number(float value);

}  // namespace wr::athena
