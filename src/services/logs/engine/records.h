#pragma once
// Keys and values of groups, streams and events in the key-value store.

#include <string>
#include <string_view>

#include "services/logs/engine/engine.h"

namespace wr::logs::records {

/// account, region, group: sorts by name within an account and region.
std::string scope_key(const std::string& account, const std::string& region);
std::string group_key(const GroupName& name);
std::string stream_key(const GroupName& name, const std::string& stream);
std::string event_key(const std::string& stream_key, const Position& position);
Position position_of(std::string_view event_key);

std::string encode(const Group& group);
std::string encode(const Stream& stream);
std::string encode(base::Timestamp ingested, const std::string& message);
base::Result<Group> decode_group(std::string_view value);
base::Result<Stream> decode_stream(std::string_view value);
StoredEvent decode_event(std::string_view key, std::string_view value);

}  // namespace wr::logs::records
