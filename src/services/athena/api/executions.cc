// Query executions and their results.
#include <algorithm>

#include "services/athena/api/athena_service.h"
#include "services/athena/api/errors.h"

namespace wr::athena::api {
namespace {

const char* to_text(QueryState state) {
    switch (state) {
        case QueryState::Queued:
            return "QUEUED";
        case QueryState::Running:
            return "RUNNING";
        case QueryState::Succeeded:
            return "SUCCEEDED";
        case QueryState::Failed:
            return "FAILED";
        case QueryState::Cancelled:
            return "CANCELLED";
    }
    return "FAILED";
}

const char* to_text(StatementType type) {
    switch (type) {
        case StatementType::Ddl:
            return "DDL";
        case StatementType::Dml:
            return "DML";
        case StatementType::Utility:
            return "UTILITY";
    }
    return "DML";
}

/// The leading keywords: SELECT, CREATE_TABLE, SHOW_TABLES ...
std::string substatement(const QueryExecution& execution) {
    if (execution.statement_type == StatementType::Dml) return "SELECT";
    const auto tokens = tokenize(execution.query);
    if (!tokens || tokens->size() < 2) return "";
    const std::string first = to_upper((*tokens)[0].text);
    std::string second = to_upper((*tokens)[1].text);
    if (first == "DESCRIBE" || first == "DESC") return "DESCRIBE_TABLE";
    if (second == "EXTERNAL") second = "TABLE";
    return first + "_" + second;
}

model::QueryExecution to_model(const QueryExecution& execution) {
    model::QueryExecution item;
    item.query_execution_id = execution.id;
    item.query = execution.query;
    item.statement_type = to_text(execution.statement_type);
    item.substatement_type = substatement(execution);
    item.result_configuration.emplace().output_location = execution.output_location;
    item.query_execution_context.emplace();
    item.query_execution_context->database = execution.database;
    item.query_execution_context->catalog = execution.catalog;
    item.work_group = execution.workgroup;
    item.engine_version.emplace();
    item.engine_version->selected_engine_version = "AUTO";
    item.engine_version->effective_engine_version = "Athena engine version 3";

    model::QueryExecutionStatus& status = item.status.emplace();
    status.state = to_text(execution.state);
    if (!execution.reason.empty()) status.state_change_reason = execution.reason;
    status.submission_date_time = execution.submitted;
    status.completion_date_time = execution.completed;
    if (execution.category != ErrorCategory::None) {
        model::AthenaError& error = status.athena_error.emplace();
        error.error_category = static_cast<int64_t>(execution.category);
        error.error_type = execution.category == ErrorCategory::User ? 1006 : 1;
        error.retryable = false;
        error.error_message = execution.reason;
    }
    model::QueryExecutionStatistics& statistics = item.statistics.emplace();
    statistics.engine_execution_time_in_millis = execution.engine_ms;
    statistics.data_scanned_in_bytes = static_cast<int64_t>(execution.scanned_bytes);
    statistics.query_queue_time_in_millis = execution.queue_ms;
    statistics.total_execution_time_in_millis = execution.queue_ms + execution.engine_ms;
    statistics.service_processing_time_in_millis = 0;
    statistics.result_reuse_information.emplace().reused_previous_result = false;
    return item;
}

model::ColumnInfo to_model(const ResultColumnInfo& column) {
    struct Digits {
        const char* type;
        int64_t precision;
        int64_t scale;
    };
    static constexpr Digits known[] = {{"varchar", 2147483647, 0},
                                       {"bigint", 19, 0},
                                       {"integer", 10, 0},
                                       {"smallint", 5, 0},
                                       {"tinyint", 3, 0},
                                       {"double", 17, 0},
                                       {"float", 17, 0},
                                       {"decimal", 38, 0},
                                       {"timestamp", 3, 0},
                                       {"timestamp with time zone", 3, 0}};
    model::ColumnInfo info;
    info.catalog_name = "hive";
    info.schema_name = "";
    info.table_name = "";
    info.name = column.name;
    info.label = column.name;
    info.type = column.type;
    info.precision = 0;
    info.scale = 0;
    for (const Digits& digits : known)
        if (column.type == digits.type) {
            info.precision = digits.precision;
            info.scale = digits.scale;
        }
    info.nullable = "UNKNOWN";
    info.case_sensitive = column.type == "varchar";
    return info;
}

constexpr int64_t page_rows_max = 1000;
constexpr int64_t page_ids_max = 50;

}  // namespace

ApiResult<model::StartQueryExecutionOutput> AthenaService::start_query_execution(
    const model::StartQueryExecutionInput& input, CallContext& context) {
    StartRequest request;
    request.scope = scope_of(context);
    request.query = input.query_string.value_or("");
    request.token = input.client_request_token.value_or("");
    request.workgroup = input.work_group.value_or("");
    if (input.query_execution_context) {
        request.database = input.query_execution_context->database.value_or("");
        request.catalog = input.query_execution_context->catalog.value_or("");
    }
    if (input.result_configuration)
        request.output_location = input.result_configuration->output_location.value_or("");
    request.authorise = judge_(context);
    auto id = engine_.start(std::move(request));
    if (!id) return base::fail(to_athena(id.error()));
    model::StartQueryExecutionOutput output;
    output.query_execution_id = *std::move(id);
    return output;
}

ApiResult<model::StopQueryExecutionOutput> AthenaService::stop_query_execution(
    const model::StopQueryExecutionInput& input, CallContext& context) {
    auto done = engine_.cancel(scope_of(context), input.query_execution_id.value_or(""));
    if (!done) return base::fail(to_athena(done.error()));
    return model::StopQueryExecutionOutput{};
}

ApiResult<model::GetQueryExecutionOutput> AthenaService::get_query_execution(
    const model::GetQueryExecutionInput& input, CallContext& context) {
    const auto execution = engine_.get(scope_of(context), input.query_execution_id.value_or(""));
    if (!execution) return base::fail(to_athena(execution.error()));
    model::GetQueryExecutionOutput output;
    output.query_execution = to_model(*execution);
    return output;
}

ApiResult<model::BatchGetQueryExecutionOutput> AthenaService::batch_get_query_execution(
    const model::BatchGetQueryExecutionInput& input, CallContext& context) {
    model::BatchGetQueryExecutionOutput output;
    output.query_executions.emplace();
    output.unprocessed_query_execution_ids.emplace();
    for (const auto& id : input.query_execution_ids.value_or(std::vector<std::string>{})) {
        const auto execution = engine_.get(scope_of(context), id);
        if (execution)
            output.query_executions->push_back(to_model(*execution));
        else
            output.unprocessed_query_execution_ids->push_back(
                {id, "INVALID_INPUT", execution.error().message});
    }
    return output;
}

ApiResult<model::ListQueryExecutionsOutput> AthenaService::list_query_executions(
    const model::ListQueryExecutionsInput& input, CallContext& context) {
    const auto count = static_cast<size_t>(input.max_results.value_or(page_ids_max));
    auto ids = engine_.list(
        scope_of(context), input.work_group.value_or(""), input.next_token.value_or(""), count + 1);
    if (!ids) return base::fail(to_athena(ids.error()));
    model::ListQueryExecutionsOutput output;
    if (ids->size() > count) {
        ids->resize(count);
        if (!ids->empty()) output.next_token = ids->back();
    }
    output.query_execution_ids = *std::move(ids);
    return output;
}

ApiResult<model::GetQueryResultsOutput> AthenaService::get_query_results(
    const model::GetQueryResultsInput& input, CallContext& context) {
    const int64_t count = input.max_results.value_or(page_rows_max);
    auto page = engine_.results(scope_of(context),
                                input.query_execution_id.value_or(""),
                                input.next_token.value_or(""),
                                static_cast<size_t>(std::clamp<int64_t>(count, 1, page_rows_max)),
                                judge_(context));
    if (!page) return base::fail(to_athena(page.error()));
    model::GetQueryResultsOutput output;
    output.update_count = 0;
    model::ResultSet& result = output.result_set.emplace();
    result.rows.emplace();
    for (auto& cells : page->rows) {
        auto& data = result.rows->emplace_back().data.emplace();
        for (auto& cell : cells) data.push_back({std::move(cell)});
    }
    auto& columns = result.result_set_metadata.emplace().column_info.emplace();
    for (const ResultColumnInfo& column : page->columns) columns.push_back(to_model(column));
    if (!page->next_token.empty()) output.next_token = page->next_token;
    return output;
}

}  // namespace wr::athena::api
