// Checks what the operator configured, and serves the file in ranges.
#include "console/map_source.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace wr::console {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr size_t address_bytes_max = 500;
constexpr std::string_view magic = "PMTiles";
constexpr char version = 3;
constexpr size_t header_bytes = 127;

bool is_of_host(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == ':' ||
           letter == '[' || letter == ']';
}

/// What stands in a header of the answer must not be able to end it, or to add to the policy.
bool is_of_address(char letter) {
    constexpr std::string_view others = "-._~:/?#[]@!$&()*+=%{}";
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || others.find(letter) != std::string_view::npos;
}

/// Scheme and host, or nothing when it is no address of tiles.
std::optional<std::string> origin_of(const std::string& address) {
    const size_t scheme = address.starts_with("https://")  ? 8
                          : address.starts_with("http://") ? 7
                                                           : 0;
    const size_t slash = address.find('/', scheme);
    if (scheme == 0 || slash == std::string::npos || slash == scheme) return std::nullopt;
    if (!std::all_of(address.begin() + static_cast<ptrdiff_t>(scheme),
                     address.begin() + static_cast<ptrdiff_t>(slash),
                     is_of_host))
        return std::nullopt;
    const bool has_all = address.find("{z}") != std::string::npos &&
                         address.find("{x}") != std::string::npos &&
                         address.find("{y}") != std::string::npos;
    const bool is_plain = std::all_of(address.begin(), address.end(), is_of_address);
    if (!has_all || !is_plain || address.size() > address_bytes_max) return std::nullopt;
    return address.substr(0, slash);
}

struct Range {
    uint64_t first = 0;
    uint64_t last = 0;
};

std::optional<uint64_t> number_in(std::string_view text) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// One range with both ends; whoever reads tiles knows where they are.
std::optional<Range> range_in(std::string_view header, uint64_t size_bytes) {
    if (!header.starts_with("bytes=")) return std::nullopt;
    header.remove_prefix(6);
    const size_t dash = header.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto first = number_in(header.substr(0, dash));
    const auto last = number_in(header.substr(dash + 1));
    if (!first || !last || *first > *last || *first >= size_bytes) return std::nullopt;
    return Range{*first, std::min(*last, size_bytes - 1)};
}

}  // namespace

Result<MapSource> MapSource::open(io::FileSystem& files, const MapOptions& options) {
    MapSource source;
    source.options_ = options;
    if (!options.tiles.empty()) {
        const auto origin = origin_of(options.tiles);
        if (!origin)
            return fail(
                ErrorCode::InvalidArgument,
                "--map-tiles: an address such as https://tiles.example.com/{z}/{x}/{y}.png");
        source.tiles_origin_ = *origin;
        if (source.options_.credit.empty())
            source.options_.credit = "Map: " + origin->substr(origin->find("//") + 2);
    }
    if (options.file.empty()) return source;
    auto file = files.open(options.file, io::OpenMode::Read);
    if (!file)
        return fail(ErrorCode::InvalidArgument,
                    "--map-pmtiles: " + options.file + ": " + file.error().message);
    std::array<char, header_bytes> header{};
    const auto read = (*file)->read_at(0, header.data(), header.size());
    const auto size = (*file)->size();
    const bool is_map = read && *read == header.size() && size &&
                        std::string_view(header.data(), magic.size()) == magic &&
                        header[magic.size()] == version;
    if (!is_map)
        return fail(ErrorCode::InvalidArgument,
                    "--map-pmtiles: " + options.file + " is no PMTiles file of version 3");
    source.file_ = *std::move(file);
    source.file_size_bytes_ = *size;
    if (source.options_.credit.empty())
        source.options_.credit = "Map: © OpenStreetMap contributors";
    return source;
}

http::Response MapSource::answer(const http::Request& request) const {
    http::Response response;
    if (file_ == nullptr) {
        response.status = 404;
        return response;
    }
    const std::string size = std::to_string(file_size_bytes_);
    response.headers.set("Content-Type", "application/octet-stream");
    response.headers.set("Accept-Ranges", "bytes");
    // The address that the page is given names the file's size: another file is another address.
    response.headers.set("Cache-Control", "private, max-age=86400");
    const std::string* asked = request.headers.find("Range");
    if (asked == nullptr) {
        response.file_body = http::FileBody{file_, 0, file_size_bytes_};
        return response;
    }
    const auto range = range_in(*asked, file_size_bytes_);
    if (!range) {
        response.status = 416;
        response.headers.set("Content-Range", "bytes */" + size);
        return response;
    }
    response.status = 206;
    response.headers.set(
        "Content-Range",
        "bytes " + std::to_string(range->first) + "-" + std::to_string(range->last) + "/" + size);
    response.file_body = http::FileBody{file_, range->first, range->last - range->first + 1};
    return response;
}

}  // namespace wr::console
