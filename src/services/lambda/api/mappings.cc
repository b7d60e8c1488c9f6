// Event source mappings.
#include "services/lambda/api/service.h"

namespace wr::lambda::api {

namespace {

constexpr int64_t page_items_max = 100;

/// The stream of a stream's or a stream consumer's ARN.
std::optional<kinesis::StreamName> stream_of(const std::string& arn) {
    constexpr std::string_view start = "arn:aws:kinesis:";
    if (!arn.starts_with(start)) return std::nullopt;
    const size_t region_end = arn.find(':', start.size());
    if (region_end == std::string::npos) return std::nullopt;
    const size_t account_end = arn.find(':', region_end + 1);
    if (account_end == std::string::npos) return std::nullopt;
    const std::string resource = arn.substr(account_end + 1);
    if (!resource.starts_with("stream/")) return std::nullopt;
    return kinesis::StreamName{arn.substr(region_end + 1, account_end - region_end - 1),
                               arn.substr(start.size(), region_end - start.size()),
                               resource.substr(7, resource.find('/', 7) - 7)};
}

model::EventSourceMappingConfiguration configuration_of(const Mapping& mapping,
                                                        base::Timestamp now) {
    model::EventSourceMappingConfiguration output;
    output.uuid = mapping.id;
    switch (mapping.starting_position) {
        case StartingPosition::TrimHorizon:
            output.starting_position = "TRIM_HORIZON";
            break;
        case StartingPosition::Latest:
            output.starting_position = "LATEST";
            break;
        case StartingPosition::AtTimestamp:
            output.starting_position = "AT_TIMESTAMP";
            output.starting_position_timestamp = mapping.starting_timestamp;
            break;
    }
    output.batch_size = mapping.batch_size;
    output.maximum_batching_window_in_seconds = mapping.batching_window_seconds;
    output.parallelization_factor = mapping.parallelization_factor;
    output.event_source_arn = mapping.consumer_arn ? *mapping.consumer_arn : mapping.stream.arn();
    output.function_arn = mapping.function.qualified_arn();
    output.last_modified = mapping.modified;
    output.last_processing_result = mapping.last_result;
    output.state = mapping.state(now);
    output.state_transition_reason = "User action";
    output.destination_config.emplace().on_failure.emplace();
    output.maximum_record_age_in_seconds = mapping.record_age_seconds_max;
    output.bisect_batch_on_function_error = mapping.bisects;
    output.maximum_retry_attempts = mapping.retry_attempts_max;
    output.tumbling_window_in_seconds = 0;
    output.function_response_types.emplace();
    if (mapping.reports_item_failures) {
        output.function_response_types->push_back("ReportBatchItemFailures");
    }
    output.event_source_mapping_arn = "arn:aws:lambda:" + mapping.function.region + ":" +
                                      mapping.function.account +
                                      ":event-source-mapping:" + mapping.id;
    return output;
}

template <typename Input>
std::optional<wire::ApiError> unsupported(const Input& input) {
    if (input.destination_config && input.destination_config->on_failure &&
        !input.destination_config->on_failure->destination.value_or("").empty()) {
        return not_offered("DestinationConfig");
    }
    if (input.filter_criteria && input.filter_criteria->filters &&
        !input.filter_criteria->filters->empty()) {
        return not_offered("FilterCriteria");
    }
    if (input.tumbling_window_in_seconds.value_or(0) > 0) {
        return not_offered("TumblingWindowInSeconds");
    }
    return std::nullopt;
}

template <typename Input>
ApiResult<MappingChanges> changes_of(const Input& input, const CallContext& context) {
    if (auto refused = unsupported(input)) return base::fail(*refused);
    MappingChanges changes;
    if (input.function_name) {
        WR_TRY(changes.function, target(input.function_name, std::nullopt, context));
    }
    changes.batch_size = input.batch_size;
    changes.batching_window_seconds = input.maximum_batching_window_in_seconds;
    changes.parallelization_factor = input.parallelization_factor;
    changes.record_age_seconds_max = input.maximum_record_age_in_seconds;
    if (changes.record_age_seconds_max && *changes.record_age_seconds_max != -1 &&
        *changes.record_age_seconds_max < 60) {
        return base::fail(
            invalid_parameter("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800."));
    }
    changes.retry_attempts_max = input.maximum_retry_attempts;
    changes.bisects = input.bisect_batch_on_function_error;
    if (input.function_response_types) {
        changes.reports_item_failures = !input.function_response_types->empty();
    }
    changes.is_enabled = input.enabled;
    return changes;
}

}  // namespace

ApiResult<model::CreateEventSourceMappingOutput> LambdaService::create_event_source_mapping(
    const model::CreateEventSourceMappingInput& input, CallContext& context) {
    WR_TRY(const MappingChanges settings, changes_of(input, context));
    const std::string arn = input.event_source_arn.value_or("");
    const auto stream = stream_of(arn);
    if (!stream) {
        return base::fail(invalid_parameter("Unrecognized event source, must be kinesis."));
    }
    if (!input.starting_position) {
        return base::fail(invalid_parameter(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
            "constraint: Member must not be null."));
    }
    Mapping mapping;
    mapping.stream = *stream;
    if (arn != stream->arn()) mapping.consumer_arn = arn;
    settings.apply(mapping);
    if (*input.starting_position == "LATEST") {
        mapping.starting_position = StartingPosition::Latest;
    } else if (*input.starting_position == "AT_TIMESTAMP") {
        if (!input.starting_position_timestamp) {
            return base::fail(invalid_parameter(
                "StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP."));
        }
        mapping.starting_position = StartingPosition::AtTimestamp;
        mapping.starting_timestamp = *input.starting_position_timestamp;
    }
    WR_LAMBDA_TRY(const Mapping created, engine_.create_mapping(std::move(mapping)));
    return configuration_of(created, engine_.now());
}

ApiResult<model::GetEventSourceMappingOutput> LambdaService::get_event_source_mapping(
    const model::GetEventSourceMappingInput& input, CallContext& context) {
    WR_LAMBDA_TRY(const Mapping mapping,
                  engine_.mappings().get(context.account, context.region, *input.uuid));
    return configuration_of(mapping, engine_.now());
}

ApiResult<model::ListEventSourceMappingsOutput> LambdaService::list_event_source_mappings(
    const model::ListEventSourceMappingsInput& input, CallContext& context) {
    WR_LAMBDA_TRY(auto all, engine_.mappings().list(context.account, context.region));
    if (input.function_name) {
        WR_TRY(const FunctionName name, target(input.function_name, std::nullopt, context));
        std::erase_if(all, [&](const Mapping& each) { return each.function != name; });
    }
    if (input.event_source_arn) {
        std::erase_if(all, [&](const Mapping& each) {
            return *input.event_source_arn !=
                   (each.consumer_arn ? *each.consumer_arn : each.stream.arn());
        });
    }
    model::ListEventSourceMappingsOutput output;
    output.next_marker = page(all,
                              input.marker,
                              std::min(input.max_items.value_or(page_items_max), page_items_max),
                              [](const Mapping& each) { return each.id; });
    output.event_source_mappings.emplace();
    for (const Mapping& mapping : all) {
        output.event_source_mappings->push_back(configuration_of(mapping, engine_.now()));
    }
    return output;
}

ApiResult<model::UpdateEventSourceMappingOutput> LambdaService::update_event_source_mapping(
    const model::UpdateEventSourceMappingInput& input, CallContext& context) {
    WR_TRY(const MappingChanges changes, changes_of(input, context));
    WR_LAMBDA_TRY(const Mapping mapping,
                  engine_.update_mapping(context.account, context.region, *input.uuid, changes));
    return configuration_of(mapping, engine_.now());
}

ApiResult<model::DeleteEventSourceMappingOutput> LambdaService::delete_event_source_mapping(
    const model::DeleteEventSourceMappingInput& input, CallContext& context) {
    WR_LAMBDA_TRY(const Mapping mapping,
                  engine_.mappings().remove(context.account, context.region, *input.uuid));
    auto output = configuration_of(mapping, engine_.now());
    output.state = "Deleting";
    return output;
}

}  // namespace wr::lambda::api
