// Consumers, encryption, account settings and rates of calls.
#include <algorithm>

#include "base/json.h"
#include "services/kinesis/engine/engine.h"

namespace wr::kinesis {
namespace {

constexpr uint32_t consumers_per_stream_max = 20;
constexpr uint32_t consumers_of_committed_max = 50;
constexpr int consumers_creating_max = 5;
constexpr size_t key_changes_a_day_max = 25;
constexpr std::string_view key_alias = "alias/aws/kinesis";

std::string account_key(const std::string& account, const std::string& region) {
    std::string key("account/");
    kv::append_key_part(key, account);
    kv::append_key_part(key, region);
    return key;
}

std::optional<base::Timestamp> optional_time(const base::Json& json) {
    if (!json.is_int()) return std::nullopt;
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
}

base::Json optional_millis(const std::optional<base::Timestamp>& time) {
    return time ? base::Json(int64_t{time->time_since_epoch().count()}) : base::Json();
}

Error consumer_not_found(const ConsumerName& name) {
    return {ErrorCode::ResourceNotFound,
            "Consumer " + name.name + ", account " + name.stream.account + " not found."};
}

/// The one key there is, by its alias or the alias's ARN.
Result<void> check_key(const StreamName& name, const std::string& key_id) {
    const std::string prefix = "arn:aws:kms:" + name.region + ":" + name.account + ":";
    if (key_id == key_alias || key_id == prefix + std::string(key_alias)) return {};
    const std::string text = key_id.starts_with("alias/") ? "Alias " + prefix + key_id
                             : key_id.starts_with("arn:")
                                 ? "Key '" + key_id + "'"
                                 : "Key '" + prefix + "key/" + key_id + "'";
    return base::fail(
        Error{ErrorCode::KeyNotFound,
              text + (key_id.starts_with("alias/") ? " is not found." : " does not exist")});
}

}  // namespace

std::string consumer_arn(const StreamName& stream, const ConsumerMeta& consumer) {
    return stream.arn() + "/consumer/" + consumer.name + ":" +
           std::to_string(consumer.created_seconds());
}

Error consumer_not_active(const StreamName& stream, const ConsumerMeta& consumer) {
    return {ErrorCode::ResourceInUse,
            "Consumer " + consumer.name + " with creation timestamp " +
                std::to_string(consumer.created_seconds()) + " under stream " + stream.name +
                " and account " + stream.account + " is not in ACTIVE status."};
}

std::optional<ConsumerName> parse_consumer_arn(std::string_view arn) {
    constexpr std::string_view infix = "/consumer/";
    const size_t at = arn.find(infix);
    if (at == std::string_view::npos) return std::nullopt;
    auto stream = parse_stream_arn(arn.substr(0, at));
    const std::string_view rest = arn.substr(at + infix.size());
    const size_t colon = rest.rfind(':');
    if (!stream || colon == std::string_view::npos) return std::nullopt;
    const auto seconds = parse_uint128(rest.substr(colon + 1));
    if (!seconds || *seconds > INT64_MAX) return std::nullopt;
    return ConsumerName{
        *std::move(stream), std::string(rest.substr(0, colon)), static_cast<int64_t>(*seconds)};
}

std::string Engine::policy_of(const StreamName& name) {
    const auto found = find(name);
    return found ? (*found)->policy() : std::string();
}

uint32_t Engine::consumers_max(const StreamMeta& meta) {
    const bool is_committed =
        meta.is_on_demand &&
        account_settings(meta.name.account, meta.name.region).is_committed(now());
    return is_committed ? consumers_of_committed_max : consumers_per_stream_max;
}

Result<ConsumerMeta> Engine::register_consumer(const StreamName& stream,
                                               const std::string& consumer,
                                               const std::map<std::string, std::string>& tags) {
    ConsumerMeta created;
    created.name = consumer;
    created.created = now();
    created.tags = tags;
    created.begin_change(StreamStatus::Creating, created.created, options_.state_change_delay);
    WR_TRY_VOID(update_stream(stream, true, [&](StreamMeta& meta) -> Result<void> {
        std::erase_if(meta.consumers,
                      [&](const auto& entry) { return entry.second.is_gone(created.created); });
        if (meta.consumers.contains(consumer)) {
            return base::fail(Error{ErrorCode::ResourceInUse,
                                    "Consumer " + consumer + " under stream " + stream.name +
                                        " already exists for account " + stream.account + "."});
        }
        const auto is_creating = [&](const auto& entry) {
            return entry.second.status(created.created) == StreamStatus::Creating;
        };
        const uint32_t limit = consumers_max(meta);
        if (meta.consumers.size() >= limit) {
            return base::fail(Error{ErrorCode::LimitExceeded,
                                    "Stream " + stream.name + " under account " + stream.account +
                                        " cannot have more than " + std::to_string(limit) +
                                        " consumers."});
        }
        if (std::count_if(meta.consumers.begin(), meta.consumers.end(), is_creating) >=
            consumers_creating_max) {
            return base::fail(Error{ErrorCode::LimitExceeded,
                                    "Stream " + stream.name + " under account " + stream.account +
                                        " cannot have more than 5 consumers in CREATING status."});
        }
        meta.consumers[consumer] = created;
        return {};
    }));
    return created;
}

Result<ConsumerMeta> Engine::consumer(const ConsumerName& name) {
    WR_TRY(const StreamMeta meta, stream(name.stream));
    const ConsumerMeta* found = meta.consumer(name.name, now());
    const bool is_meant = found != nullptr && (!name.created_seconds ||
                                               *name.created_seconds == found->created_seconds());
    if (!is_meant) return base::fail(consumer_not_found(name));
    return *found;
}

Result<void> Engine::update_consumer(const ConsumerName& name,
                                     const std::function<Result<void>(ConsumerMeta&)>& change) {
    return update_stream(name.stream, false, [&](StreamMeta& meta) -> Result<void> {
        const ConsumerMeta* found = meta.consumer(name.name, now());
        if (found == nullptr ||
            (name.created_seconds && *name.created_seconds != found->created_seconds())) {
            return base::fail(consumer_not_found(name));
        }
        return change(meta.consumers[name.name]);
    });
}

Result<void> Engine::deregister_consumer(const ConsumerName& name) {
    return update_consumer(name, [&](ConsumerMeta& consumer) -> Result<void> {
        if (consumer.change == StreamStatus::Deleting) return {};
        consumer.begin_change(StreamStatus::Deleting, now(), options_.state_change_delay);
        return {};
    });
}

Result<void> Engine::start_encryption(const StreamName& name, const std::string& key_id) {
    WR_TRY_VOID(stream(name));
    WR_TRY_VOID(check_key(name, key_id));
    if (options_.master_key.empty()) {
        return base::fail(Error{ErrorCode::KeyNotFound, "This server has no key to encrypt with."});
    }
    return update_stream(name, true, [&](StreamMeta& meta) -> Result<void> {
        if (!meta.kms_key_id.empty()) return {};
        if (options_.has_aws_limits &&
            !meta.count_change("StartStreamEncryption", key_changes_a_day_max, now())) {
            return base::fail(Error{ErrorCode::LimitExceeded,
                                    "Encryption of stream " + name.name + " under account " +
                                        name.account +
                                        " cannot be changed more than 25 times in a rolling "
                                        "24-hour period."});
        }
        if (meta.keys.empty()) {
            meta.keys.push_back(
                make_wrapped_key(options_.master_key, meta.incarnation, 1, random_));
        }
        meta.kms_key_id = key_id;
        meta.begin_change(StreamStatus::Updating, now(), options_.state_change_delay);
        return {};
    });
}

Result<void> Engine::stop_encryption(const StreamName& name, const std::string& key_id) {
    WR_TRY_VOID(stream(name));
    WR_TRY_VOID(check_key(name, key_id));
    return update_stream(name, true, [&](StreamMeta& meta) -> Result<void> {
        if (meta.kms_key_id.empty()) return {};
        meta.kms_key_id.clear();  // the key stays: older records need it
        meta.begin_change(StreamStatus::Updating, now(), options_.state_change_delay);
        return {};
    });
}

AccountSettings Engine::account_settings(const std::string& account, const std::string& region) {
    AccountSettings settings;
    const auto stored = store_.get(account_key(account, region));
    if (!stored || !*stored) return settings;
    const auto json = base::parse_json(**stored);
    if (!json) return settings;
    settings.started = optional_time((*json)["commitmentStarted"]);
    settings.ended = optional_time((*json)["commitmentEnded"]);
    return settings;
}

Result<AccountSettings> Engine::set_commitment(const std::string& account,
                                               const std::string& region,
                                               bool is_wanted) {
    const base::MutexLock control(control_mutex_);
    AccountSettings settings = account_settings(account, region);
    const base::Timestamp time = now();
    if (is_wanted && !settings.is_committed(time)) {
        settings = {.started = time, .ended = {}};
    } else if (is_wanted) {
        settings.ended.reset();
    } else if (settings.is_committed(time) && !settings.ended) {
        settings.ended = std::max(time, settings.earliest_end());
    }
    base::Json json;
    json.set("commitmentStarted", optional_millis(settings.started));
    json.set("commitmentEnded", optional_millis(settings.ended));
    if (!store_.put(account_key(account, region), json.dump())) {
        return base::fail(internal_failure());
    }
    return settings;
}

bool Engine::admit_call(std::string_view operation,
                        const std::string& account,
                        const std::string& region,
                        const std::string& resource) {
    if (!options_.has_aws_limits) return true;
    const std::string scope = is_counted_by_resource(operation) ? resource : account + "/" + region;
    return calls_.admit(operation, scope, environment_.clock.monotonic());
}

}  // namespace wr::kinesis
