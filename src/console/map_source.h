#pragma once
// The map that an operator configured: tiles of another server, or a PMTiles file of this machine.
// Without one the page has the offline map alone.

#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"
#include "io/file_system.h"

namespace wr::console {

struct MapOptions {
    std::string tiles;   ///< address of raster tiles with {z}, {x} and {y}
    std::string credit;  ///< whose map it is, as its owner wants it said
    std::string file;    ///< path of a PMTiles file (version 3)
};

/// @threads any
class MapSource {
public:
    /// @error InvalidArgument  what is wrong with the address or the file, for a person
    static base::Result<MapSource> open(io::FileSystem& files, const MapOptions& options);

    const std::string& tiles() const { return options_.tiles; }
    /// Never empty when there are tiles: then at least their host.
    const std::string& credit() const { return options_.credit; }
    /// "https://host:port" of the tiles: the one other place that the page may ask. Or empty.
    const std::string& tiles_origin() const { return tiles_origin_; }
    bool has_file() const { return file_ != nullptr; }
    uint64_t file_size_bytes() const { return file_size_bytes_; }
    /// Bytes of the file: all of it, or those that `Range: bytes=first-last` asks for.
    http::Response answer(const http::Request& request) const;

private:
    MapOptions options_;
    std::string tiles_origin_;
    std::shared_ptr<const io::File> file_;
    uint64_t file_size_bytes_ = 0;
};

}  // namespace wr::console
