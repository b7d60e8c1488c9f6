#pragma once
// Messages of application/vnd.amazon.eventstream.
//
// Source: Smithy specification, "Amazon Event Stream Specification".

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wr::wire {

using EventHeaders = std::vector<std::pair<std::string_view, std::string_view>>;

/// One message: prelude, headers of type string, payload, and a CRC-32 of each part.
std::string encode_event_message(const EventHeaders& headers, std::string_view payload);

/// A message of type event.
std::string encode_event(std::string_view event_type,
                         std::string_view content_type,
                         std::string_view payload);
/// A message of type exception, after which a stream ends.
std::string encode_exception(std::string_view exception_type, std::string_view message);

/// CRC-32 of IEEE 802.3, as zlib computes it.
uint32_t crc32_ieee(std::string_view bytes);

}  // namespace wr::wire
