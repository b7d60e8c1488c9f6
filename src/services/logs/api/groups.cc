// Groups and streams: made, listed, forgotten; who may.
#include <algorithm>

#include "gen/logs/errors.h"
#include "services/logs/api/service.h"

namespace wr::logs::api {

namespace errors = model::errors;

namespace {

constexpr int64_t page_items_max = 50;

/// CloudWatch keeps events for these numbers of days and no others.
constexpr int64_t retention_days[] = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                      365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

template <typename T>
std::optional<std::string> page(std::vector<T>& all,
                                const std::optional<std::string>& token,
                                int64_t count_max) {
    if (token) {
        const auto last = std::find_if(
            all.begin(), all.end(), [&](const T& each) { return each.name == *token; });
        all.erase(all.begin(), last == all.end() ? last : last + 1);
    }
    if (all.size() <= static_cast<size_t>(count_max)) return std::nullopt;
    all.resize(static_cast<size_t>(count_max));
    return all.back().name;
}

ApiResult<void> told(const Result<void>& outcome) {
    if (!outcome) return base::fail(to_api_error(outcome.error()));
    return {};
}

}  // namespace

wire::ApiError to_api_error(const Error& error) {
    switch (error.code) {
        case ErrorCode::ResourceNotFound:
            return errors::resource_not_found_exception(error.message);
        case ErrorCode::ResourceAlreadyExists:
            return errors::resource_already_exists_exception(error.message);
        case ErrorCode::InvalidParameter:
            return errors::invalid_parameter_exception(error.message);
        case ErrorCode::Unavailable:
            return errors::service_unavailable_exception(error.message);
    }
    return wire::internal_failure();
}

wire::ApiError invalid_parameter(std::string message) {
    return errors::invalid_parameter_exception(std::move(message));
}

ApiResult<GroupName> target(const std::optional<std::string>& name,
                            const std::optional<std::string>& identifier,
                            const CallContext& context) {
    if (name.has_value() == identifier.has_value()) {
        return base::fail(invalid_parameter(
            "Exactly one of logGroupName and logGroupIdentifier must be specified."));
    }
    std::string text = name ? *name : *identifier;
    const std::string prefix =
        "arn:aws:logs:" + context.region + ":" + context.account + ":log-group:";
    if (identifier && text.starts_with("arn:")) {
        if (!text.starts_with(prefix)) {
            return base::fail(
                errors::resource_not_found_exception("The specified log group does not exist."));
        }
        text = text.substr(prefix.size());
        if (text.ends_with(":*")) text.resize(text.size() - 2);
    }
    return GroupName{context.account, context.region, text};
}

std::vector<wire::AccessRequest> LogsService::access(std::string_view operation,
                                                     const wire::InputView& input,
                                                     const CallContext& context) {
    std::string group = input.string("logGroupName");
    if (group.empty()) group = input.string("logGroupIdentifier");
    const std::string prefix =
        "arn:aws:logs:" + context.region + ":" + context.account + ":log-group:";
    std::string resource = group.starts_with("arn:") ? group : prefix + group;
    const std::string stream = input.string("logStreamName");
    if (!stream.empty()) {
        resource += ":log-stream:" + stream;
    } else if (!resource.ends_with(":*")) {
        // Policies on groups are written with the star that the service prints.
        resource += group.empty() ? "" : ":*";
    }
    if (operation == "DescribeLogGroups") resource = prefix + "*";
    return {{"logs:" + std::string(operation), resource, {}}};
}

ApiResult<model::CreateLogGroupOutput> LogsService::create_log_group(
    const model::CreateLogGroupInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, std::nullopt, context));
    WR_TRY_VOID(told(engine_.create_group(name)));
    return model::CreateLogGroupOutput{};
}

ApiResult<model::DeleteLogGroupOutput> LogsService::delete_log_group(
    const model::DeleteLogGroupInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, std::nullopt, context));
    WR_TRY_VOID(told(engine_.delete_group(name)));
    return model::DeleteLogGroupOutput{};
}

ApiResult<model::DescribeLogGroupsOutput> LogsService::describe_log_groups(
    const model::DescribeLogGroupsInput& input, CallContext& context) {
    if (input.log_group_name_prefix && input.log_group_name_pattern) {
        return base::fail(invalid_parameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
    }
    WR_LOGS_TRY(
        auto all,
        engine_.groups(context.account, context.region, input.log_group_name_prefix.value_or("")));
    if (input.log_group_name_pattern) {
        std::erase_if(all, [&](const Group& group) {
            return group.name.find(*input.log_group_name_pattern) == std::string::npos;
        });
    }
    model::DescribeLogGroupsOutput output;
    output.next_token = page(all, input.next_token, input.limit.value_or(page_items_max));
    output.log_groups.emplace();
    for (const Group& group : all) {
        model::LogGroup& entry = output.log_groups->emplace_back();
        const GroupName name{context.account, context.region, group.name};
        entry.log_group_name = group.name;
        entry.creation_time = milliseconds(group.created);
        entry.retention_in_days = group.retention_days;
        entry.metric_filter_count = 0;
        entry.arn = name.arn() + ":*";
        entry.log_group_arn = name.arn();
        entry.stored_bytes = static_cast<int64_t>(group.bytes);
        entry.log_group_class = "STANDARD";
    }
    return output;
}

ApiResult<model::PutRetentionPolicyOutput> LogsService::put_retention_policy(
    const model::PutRetentionPolicyInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, std::nullopt, context));
    if (std::find(std::begin(retention_days), std::end(retention_days), *input.retention_in_days) ==
        std::end(retention_days)) {
        return base::fail(invalid_parameter("The specified retention is not valid."));
    }
    WR_TRY_VOID(told(engine_.set_retention(name, input.retention_in_days)));
    return model::PutRetentionPolicyOutput{};
}

ApiResult<model::DeleteRetentionPolicyOutput> LogsService::delete_retention_policy(
    const model::DeleteRetentionPolicyInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, std::nullopt, context));
    WR_TRY_VOID(told(engine_.set_retention(name, std::nullopt)));
    return model::DeleteRetentionPolicyOutput{};
}

ApiResult<model::CreateLogStreamOutput> LogsService::create_log_stream(
    const model::CreateLogStreamInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, std::nullopt, context));
    WR_TRY_VOID(told(engine_.create_stream(name, *input.log_stream_name)));
    return model::CreateLogStreamOutput{};
}

ApiResult<model::DeleteLogStreamOutput> LogsService::delete_log_stream(
    const model::DeleteLogStreamInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, std::nullopt, context));
    WR_TRY_VOID(told(engine_.delete_stream(name, *input.log_stream_name)));
    return model::DeleteLogStreamOutput{};
}

ApiResult<model::DescribeLogStreamsOutput> LogsService::describe_log_streams(
    const model::DescribeLogStreamsInput& input, CallContext& context) {
    WR_TRY(const GroupName name, target(input.log_group_name, input.log_group_identifier, context));
    const bool by_time = input.order_by == "LastEventTime";
    if (by_time && input.log_stream_name_prefix) {
        return base::fail(
            invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    WR_LOGS_TRY(auto all, engine_.streams(name, input.log_stream_name_prefix.value_or("")));
    if (by_time) {
        std::stable_sort(all.begin(), all.end(), [](const Stream& a, const Stream& b) {
            return a.last_event.value_or(a.created) < b.last_event.value_or(b.created);
        });
    }
    if (input.descending.value_or(false)) std::reverse(all.begin(), all.end());
    model::DescribeLogStreamsOutput output;
    output.next_token = page(all, input.next_token, input.limit.value_or(page_items_max));
    output.log_streams.emplace();
    for (const Stream& stream : all) {
        model::LogStream& entry = output.log_streams->emplace_back();
        entry.log_stream_name = stream.name;
        entry.creation_time = milliseconds(stream.created);
        if (stream.first_event) entry.first_event_timestamp = milliseconds(*stream.first_event);
        if (stream.last_event) {
            entry.last_event_timestamp = milliseconds(*stream.last_event);
            entry.last_ingestion_time = milliseconds(stream.ingested);
        }
        entry.arn = name.arn() + ":log-stream:" + stream.name;
        entry.stored_bytes = 0;
    }
    return output;
}

}  // namespace wr::logs::api
