#pragma once
// Both API versions describe inputs and outputs with structures of the same member names; where
// only the first has a role of its own, the conversions look for the member.

#include <algorithm>
#include <string>

#include "services/analytics/api/errors.h"
#include "services/analytics/engine/application.h"

namespace wr::analytics::api {

template <typename T>
std::string role_in(const T& from) {
    if constexpr (requires { from.role_arn; })
        return from.role_arn.value_or("");
    else
        return {};
}

/// The two characters \n stand for a line's end, as the console of the service writes them.
inline std::string delimiter_from(std::string text) {
    if (text == "\\n") return "\n";
    if (text == "\\r\\n") return "\r\n";
    if (text == "\\t") return "\t";
    return text;
}

template <typename Format>
Result<void> read_record_format(const Format& from, SourceFormat& to) {
    to.format = from.record_format_type.value_or("JSON") == "CSV" ? sql::RecordFormat::Csv
                                                                  : sql::RecordFormat::Json;
    if (!from.mapping_parameters) return {};
    if (const auto& json = from.mapping_parameters->json_mapping_parameters)
        to.row_path = json->record_row_path.value_or("$");
    if (const auto& csv = from.mapping_parameters->csv_mapping_parameters) {
        to.row_delimiter = delimiter_from(csv->record_row_delimiter.value_or("\n"));
        to.column_delimiter = delimiter_from(csv->record_column_delimiter.value_or(","));
    }
    return {};
}

template <typename Columns>
std::vector<sql::InputColumn> columns_from(const Columns& from) {
    std::vector<sql::InputColumn> columns;
    for (const auto& column : from)
        columns.push_back(
            {column.name.value_or(""), column.sql_type.value_or(""), column.mapping.value_or("")});
    return columns;
}

template <typename Schema>
Result<SourceFormat> source_from(const Schema& from) {
    SourceFormat source;
    if (from.record_format) WR_TRY_VOID(read_record_format(*from.record_format, source));
    source.encoding = from.record_encoding.value_or("");
    if (!source.encoding.empty() && source.encoding != "UTF-8")
        return fail(ErrorCode::InvalidArgument, "The record encoding must be UTF-8.");
    if (from.record_columns) source.columns = columns_from(*from.record_columns);
    return source;
}

template <typename Configuration>
std::optional<Processor> processor_from(const Configuration& from) {
    if (!from.input_lambda_processor) return std::nullopt;
    const auto& processor = *from.input_lambda_processor;
    return Processor{processor.resource_arn.value_or(""), role_in(processor)};
}

template <typename T>
Result<Input> input_from(const T& from) {
    Input input;
    input.name_prefix = from.name_prefix.value_or("");
    if (from.kinesis_firehose_input.has_value() == from.kinesis_streams_input.has_value())
        return fail(ErrorCode::InvalidArgument,
                    "An input needs exactly one of KinesisStreamsInput and KinesisFirehoseInput.");
    const auto take = [&input](const auto& source) {
        input.stream_arn = source.resource_arn.value_or("");
        input.role_arn = role_in(source);
    };
    if (from.kinesis_streams_input)
        take(*from.kinesis_streams_input);
    else
        take(*from.kinesis_firehose_input);
    if (from.input_processing_configuration)
        input.processor = processor_from(*from.input_processing_configuration);
    if (from.input_parallelism) input.parallelism = from.input_parallelism->count.value_or(1);
    if (from.input_schema) {
        WR_TRY(input.source, source_from(*from.input_schema));
    }
    return input;
}

template <typename T>
Result<Reference> reference_from(const T& from) {
    Reference reference;
    reference.table_name = from.table_name.value_or("");
    if (!from.s3_reference_data_source)
        return fail(ErrorCode::InvalidArgument, "A reference needs an S3ReferenceDataSource.");
    const auto& object = *from.s3_reference_data_source;
    reference.bucket_arn = object.bucket_arn.value_or("");
    reference.key = object.file_key.value_or("");
    if constexpr (requires { object.reference_role_arn; })
        reference.role_arn = object.reference_role_arn.value_or("");
    if (from.reference_schema) {
        WR_TRY(reference.source, source_from(*from.reference_schema));
    }
    return reference;
}

inline void set_destination(Output& output,
                            Destination kind,
                            const std::string& arn,
                            const std::string& role) {
    output.destination = kind;
    output.resource_arn = arn;
    output.role_arn = role;
}

template <typename Schema>
sql::RecordFormat format_from(const Schema& from) {
    return from.record_format_type.value_or("JSON") == "CSV" ? sql::RecordFormat::Csv
                                                             : sql::RecordFormat::Json;
}

template <typename T>
Result<Output> output_from(const T& from) {
    Output output;
    output.stream_name = from.name.value_or("");
    if (from.destination_schema) output.format = format_from(*from.destination_schema);
    int destinations = 0;
    const auto take = [&](const auto& member, Destination kind) {
        if (!member) return;
        ++destinations;
        set_destination(output, kind, member->resource_arn.value_or(""), role_in(*member));
    };
    take(from.kinesis_streams_output, Destination::Kinesis);
    take(from.kinesis_firehose_output, Destination::Firehose);
    take(from.lambda_output, Destination::Lambda);
    if (destinations != 1)
        return fail(ErrorCode::InvalidArgument,
                    "An output needs exactly one of KinesisStreamsOutput, KinesisFirehoseOutput "
                    "and LambdaOutput.");
    return output;
}

template <typename Text>
void take_update(const std::optional<Text>& update, std::string& member) {
    if (update) member = *update;
}

template <typename T>
void update_role(const T& from, std::string& role) {
    if constexpr (requires { from.role_arn_update; }) take_update(from.role_arn_update, role);
}

template <typename T>
Result<void> update_input(const T& update, Application& application) {
    const auto at =
        std::find_if(application.inputs.begin(), application.inputs.end(), [&](const Input& input) {
            return input.id == update.input_id.value_or("");
        });
    if (at == application.inputs.end())
        return fail(
            ErrorCode::InvalidArgument,
            "The application has no input with the id " + update.input_id.value_or("") + ".");
    take_update(update.name_prefix_update, at->name_prefix);
    const auto take_source = [&at](const auto& source) {
        if (!source) return;
        take_update(source->resource_arn_update, at->stream_arn);
        update_role(*source, at->role_arn);
    };
    take_source(update.kinesis_streams_input_update);
    take_source(update.kinesis_firehose_input_update);
    if (const auto& processing = update.input_processing_configuration_update) {
        if (!at->processor) at->processor.emplace();
        if (const auto& function = processing->input_lambda_processor_update) {
            take_update(function->resource_arn_update, at->processor->function_arn);
            update_role(*function, at->processor->role_arn);
        }
    }
    if (const auto& schema = update.input_schema_update) {
        if (schema->record_format_update)
            WR_TRY_VOID(read_record_format(*schema->record_format_update, at->source));
        take_update(schema->record_encoding_update, at->source.encoding);
        if (schema->record_column_updates)
            at->source.columns = columns_from(*schema->record_column_updates);
    }
    if (const auto& parallelism = update.input_parallelism_update)
        at->parallelism = parallelism->count_update.value_or(at->parallelism);
    return {};
}

template <typename T>
Result<void> update_output(const T& update, Application& application) {
    const auto at = std::find_if(
        application.outputs.begin(), application.outputs.end(), [&](const Output& output) {
            return output.id == update.output_id.value_or("");
        });
    if (at == application.outputs.end())
        return fail(
            ErrorCode::InvalidArgument,
            "The application has no output with the id " + update.output_id.value_or("") + ".");
    take_update(update.name_update, at->stream_name);
    if (update.destination_schema_update)
        at->format = format_from(*update.destination_schema_update);
    const auto take = [&](const auto& member, Destination kind) {
        if (!member) return;
        at->destination = kind;
        take_update(member->resource_arn_update, at->resource_arn);
        update_role(*member, at->role_arn);
    };
    take(update.kinesis_streams_output_update, Destination::Kinesis);
    take(update.kinesis_firehose_output_update, Destination::Firehose);
    take(update.lambda_output_update, Destination::Lambda);
    return {};
}

template <typename T>
Result<void> update_reference(const T& update, Application& application) {
    const std::string id = update.reference_id.value_or("");
    const auto at = std::find_if(application.references.begin(),
                                 application.references.end(),
                                 [&](const Reference& reference) { return reference.id == id; });
    if (at == application.references.end())
        return fail(ErrorCode::InvalidArgument,
                    "The application has no reference data source with the id " + id + ".");
    take_update(update.table_name_update, at->table_name);
    if (const auto& object = update.s3_reference_data_source_update) {
        take_update(object->bucket_arn_update, at->bucket_arn);
        take_update(object->file_key_update, at->key);
        if constexpr (requires { object->reference_role_arn_update; })
            take_update(object->reference_role_arn_update, at->role_arn);
    }
    if (update.reference_schema_update) {
        WR_TRY(at->source, source_from(*update.reference_schema_update));
    }
    return {};
}

inline const char* position_name(StartingPosition position) {
    switch (position) {
        case StartingPosition::Now:
            return "NOW";
        case StartingPosition::TrimHorizon:
            return "TRIM_HORIZON";
        case StartingPosition::LastStoppedPoint:
            return "LAST_STOPPED_POINT";
    }
    return "";
}

template <typename T>
StartingPosition position_from(const std::optional<T>& from) {
    const std::string name = from ? from->input_starting_position.value_or("NOW") : "NOW";
    if (name == "TRIM_HORIZON") return StartingPosition::TrimHorizon;
    return name == "NOW" ? StartingPosition::Now : StartingPosition::LastStoppedPoint;
}

template <typename Schema>
Schema schema_of(const SourceFormat& from) {
    Schema schema;
    auto& format = schema.record_format.emplace();
    auto& parameters = format.mapping_parameters.emplace();
    const bool csv = from.format == sql::RecordFormat::Csv;
    format.record_format_type = csv ? "CSV" : "JSON";
    if (csv) {
        auto& mapping = parameters.csv_mapping_parameters.emplace();
        mapping.record_row_delimiter = from.row_delimiter;
        mapping.record_column_delimiter = from.column_delimiter;
    } else {
        parameters.json_mapping_parameters.emplace().record_row_path = from.row_path;
    }
    if (!from.encoding.empty()) schema.record_encoding = from.encoding;
    auto& columns = schema.record_columns.emplace();
    for (const auto& column : from.columns) {
        auto& to = columns.emplace_back();
        to.name = column.name;
        to.sql_type = column.sql_type;
        if (!column.mapping.empty()) to.mapping = column.mapping;
    }
    return schema;
}

template <typename T>
void describe_resource(std::optional<T>& to, const std::string& resource, const std::string& role) {
    to.emplace().resource_arn = resource;
    if (!role.empty()) to->role_arn = role;
}

template <typename Description>
Description describe_input(const Input& from) {
    Description to;
    to.input_id = from.id;
    to.name_prefix = from.name_prefix;
    to.in_app_stream_names = from.stream_names();
    if (from.is_delivery_stream())
        describe_resource(to.kinesis_firehose_input_description, from.stream_arn, from.role_arn);
    else
        describe_resource(to.kinesis_streams_input_description, from.stream_arn, from.role_arn);
    if (from.processor)
        describe_resource(to.input_processing_configuration_description.emplace()
                              .input_lambda_processor_description,
                          from.processor->function_arn,
                          from.processor->role_arn);
    to.input_schema =
        schema_of<typename std::decay_t<decltype(to.input_schema)>::value_type>(from.source);
    to.input_parallelism.emplace().count = from.parallelism;
    auto& start = to.input_starting_position_configuration.emplace();
    if (from.started_at) start.input_starting_position = position_name(*from.started_at);
    return to;
}

template <typename Description>
Description describe_output(const Output& from) {
    Description to;
    to.output_id = from.id;
    to.name = from.stream_name;
    switch (from.destination) {
        case Destination::Kinesis:
            describe_resource(
                to.kinesis_streams_output_description, from.resource_arn, from.role_arn);
            break;
        case Destination::Firehose:
            describe_resource(
                to.kinesis_firehose_output_description, from.resource_arn, from.role_arn);
            break;
        case Destination::Lambda:
            describe_resource(to.lambda_output_description, from.resource_arn, from.role_arn);
            break;
    }
    to.destination_schema.emplace().record_format_type =
        from.format == sql::RecordFormat::Csv ? "CSV" : "JSON";
    return to;
}

template <typename Description>
Description describe_reference(const Reference& from) {
    Description to;
    to.reference_id = from.id;
    to.table_name = from.table_name;
    auto& object = to.s3_reference_data_source_description.emplace();
    object.bucket_arn = from.bucket_arn;
    object.file_key = from.key;
    if (!from.role_arn.empty()) object.reference_role_arn = from.role_arn;
    to.reference_schema =
        schema_of<typename std::decay_t<decltype(to.reference_schema)>::value_type>(from.source);
    return to;
}

template <typename Description>
Description describe_logging(const LoggingOption& from) {
    Description to;
    to.cloud_watch_logging_option_id = from.id;
    to.log_stream_arn = from.log_stream_arn;
    if (!from.role_arn.empty()) to.role_arn = from.role_arn;
    return to;
}

template <typename Description, typename From, typename Describe>
std::vector<Description> describe_all(const std::vector<From>& from, Describe describe) {
    std::vector<Description> to;
    for (const auto& one : from) to.push_back(describe(one));
    return to;
}

template <typename Tags>
void take_tags(const Tags& from, std::map<std::string, std::string>& to) {
    for (const auto& tag : from) to[tag.key.value_or("")] = tag.value.value_or("");
}

template <typename Tag>
std::vector<Tag> tags_of(const std::map<std::string, std::string>& from) {
    std::vector<Tag> tags;
    for (const auto& [key, value] : from) {
        auto& tag = tags.emplace_back();
        tag.key = key;
        tag.value = value;
    }
    return tags;
}

}  // namespace wr::analytics::api
