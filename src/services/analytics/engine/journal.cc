// Keys: 'j' uid index -> entry, 'c' uid -> checkpoint, 's' uid -> state of the SQL engine, 'd' uid
// -> delivered; 'b' and 'e' as 'c' and 's', at the beginning of a run whose journal is kept.
#include "services/analytics/engine/journal.h"

#include "base/json.h"

namespace wr::analytics {
namespace {

using base::Json;

base::Failure<base::Error> damaged(const char* what) {
    return base::fail(base::ErrorCode::Corruption,
                      std::string("the ") + what + " of an application is damaged");
}

Json to_json(const JournalEntry& entry) {
    Json json{Json::Array{}};
    json.push(int64_t{entry.rowtime.time_since_epoch().count()});
    if (!entry.lost.empty()) json.push(entry.lost);
    if (entry.count == 0) return json;
    json.push(entry.count);
    json.push(static_cast<uint64_t>(entry.input));
    json.push(entry.stream_name);
    json.push(entry.shard_id);
    json.push(entry.first_sequence_number);
    json.push(entry.last_sequence_number);
    return json;
}

base::Result<JournalEntry> entry_from(const Json& json) {
    const auto& parts = json.as_array();
    if (parts.empty() || (parts.size() > 2 && parts.size() != 7)) return damaged("rowtime journal");
    JournalEntry entry;
    entry.rowtime = base::Timestamp{std::chrono::milliseconds{parts[0].as_int()}};
    if (parts.size() == 2) entry.lost = parts[1].as_string();
    if (parts.size() <= 2) return entry;
    entry.count = static_cast<uint64_t>(parts[1].as_int());
    entry.input = static_cast<size_t>(parts[2].as_int());
    entry.stream_name = parts[3].as_string();
    entry.shard_id = parts[4].as_string();
    entry.first_sequence_number = parts[5].as_string();
    entry.last_sequence_number = parts[6].as_string();
    return entry;
}

Json to_json(const Positions& positions) {
    Json json{Json::Array{}};
    for (const auto& [shard, position] : positions) {
        Json one{Json::Array{}};
        one.push(static_cast<uint64_t>(shard.first));
        one.push(shard.second);
        one.push(static_cast<int>(position.next.type));
        one.push(position.next.sequence_number);
        one.push(int64_t{position.next.timestamp.time_since_epoch().count()});
        one.push(position.finished);
        json.push(std::move(one));
    }
    return json;
}

base::Result<Positions> positions_from(const Json& json) {
    Positions positions;
    for (const auto& one : json.as_array()) {
        const auto& parts = one.as_array();
        if (parts.size() != 6) return damaged("checkpoint");
        ShardPosition position;
        position.next.type = static_cast<kinesis::StartType>(parts[2].as_int());
        position.next.sequence_number = parts[3].as_string();
        position.next.timestamp = base::Timestamp{std::chrono::milliseconds{parts[4].as_int()}};
        position.finished = parts[5].as_bool();
        positions[{static_cast<size_t>(parts[0].as_int()), parts[1].as_string()}] =
            std::move(position);
    }
    return positions;
}

std::string delivered_text(const Delivered& delivered) {
    Json json{Json::Object{}};
    for (const auto& [output, ordinal] : delivered) json.set(output, ordinal);
    return json.dump();
}

}  // namespace

Journal::Journal(kv::Store& store, uint64_t application_uid, JournalKeeps keeps)
    : store_(store), uid_(application_uid), keeps_(keeps) {}

std::string Journal::key(char kind) const {
    return kind + kv::encode_u64(uid_);
}
std::string Journal::entry_key(uint64_t index) const {
    return key('j') + kv::encode_u64(index);
}

base::Result<void> Journal::append(const JournalEntry& entry, const Delivered& delivered) {
    if (keeps_ == JournalKeeps::Nothing) return {};
    kv::Batch batch;
    batch.put(entry_key(next_index_), to_json(entry).dump());
    if (!delivered.empty()) batch.put(key('d'), delivered_text(delivered));
    WR_TRY_VOID(store_.commit(batch));
    ++next_index_;
    return {};
}

base::Result<void> Journal::save(const Checkpoint& checkpoint, const Delivered& delivered) {
    Json json;
    json.set("run", checkpoint.run);
    json.set("next_index", checkpoint.next_index);
    json.set("positions", to_json(checkpoint.positions));
    kv::Batch batch;
    batch.put(key('c'), json.dump());
    batch.put(key('s'), checkpoint.engine);
    batch.put(key('d'), delivered_text(delivered));
    const bool keeps_all = keeps_ == JournalKeeps::Everything;
    if (keeps_all && run_ != checkpoint.run) {
        batch.put(key('b'), json.dump());
        batch.put(key('e'), checkpoint.engine);
    }
    for (uint64_t index = first_index_; !keeps_all && index < checkpoint.next_index; ++index)
        batch.remove(entry_key(index));
    WR_TRY_VOID(store_.commit(batch));
    run_ = checkpoint.run;
    first_index_ = checkpoint.next_index;
    next_index_ = std::max(next_index_, checkpoint.next_index);
    return {};
}

base::Result<std::optional<Checkpoint>> Journal::checkpoint_at(char kind, char engine_kind) const {
    WR_TRY(const auto text, store_.get(key(kind)));
    if (!text) return std::optional<Checkpoint>{};
    WR_TRY(const Json json, base::parse_json(*text));
    WR_TRY(auto engine, store_.get(key(engine_kind)));
    if (!engine || !json["next_index"].is_int()) return damaged("checkpoint");
    Checkpoint checkpoint;
    checkpoint.run = static_cast<uint64_t>(json["run"].as_int());
    checkpoint.next_index = static_cast<uint64_t>(json["next_index"].as_int());
    checkpoint.engine = *std::move(engine);
    WR_TRY(checkpoint.positions, positions_from(json["positions"]));
    return std::optional<Checkpoint>(std::move(checkpoint));
}

base::Result<std::optional<Checkpoint>> Journal::load() {
    WR_TRY(auto checkpoint, checkpoint_at('c', 's'));
    if (!checkpoint) return checkpoint;
    run_ = checkpoint->run;
    first_index_ = checkpoint->next_index;
    next_index_ = checkpoint->next_index;
    const std::string prefix = key('j');
    const auto newest = store_.iterate();
    newest->seek_for_prev(entry_key(UINT64_MAX));
    if (newest->valid() && newest->key().starts_with(prefix))
        next_index_ =
            std::max(next_index_, kv::decode_u64(newest->key().substr(prefix.size())) + 1);
    WR_TRY_VOID(newest->status());
    return checkpoint;
}

base::Result<std::optional<Checkpoint>> Journal::beginning() const {
    return checkpoint_at('b', 'e');
}

base::Result<Delivered> Journal::delivered() const {
    Delivered delivered;
    WR_TRY(const auto text, store_.get(key('d')));
    if (!text) return delivered;
    WR_TRY(const Json json, base::parse_json(*text));
    for (const auto& [output, ordinal] : json.as_object())
        delivered[output] = static_cast<uint64_t>(ordinal.as_int());
    return delivered;
}

base::Result<std::optional<JournalEntry>> Journal::read(uint64_t index) const {
    WR_TRY(const auto text, store_.get(entry_key(index)));
    if (!text) return std::optional<JournalEntry>{};
    WR_TRY(const Json json, base::parse_json(*text));
    WR_TRY(JournalEntry entry, entry_from(json));
    return std::optional<JournalEntry>(std::move(entry));
}

base::Result<void> Journal::erase() {
    kv::Batch batch;
    for (const char kind : {'c', 's', 'd', 'b', 'e'}) batch.remove(key(kind));
    WR_TRY_VOID(store_.scan(key('j'), [&batch](std::string_view found, std::string_view) {
        batch.remove(std::string(found));
        return true;
    }));
    return store_.commit(batch);
}

}  // namespace wr::analytics
