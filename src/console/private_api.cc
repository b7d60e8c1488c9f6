// The private API: a few reads composed from public calls, one query at a time.
#include "console/private_api.h"

#include "console/ready_queries.h"
#include "console/relay.h"
#include "gen/athena/client.h"
#include "gen/athena/types.h"
#include "gen/cognitoidentity/client.h"
#include "gen/cognitoidentity/types.h"
#include "gen/dynamodb/client.h"
#include "gen/dynamodb/types.h"
#include "wire/uri_template.h"

namespace wr::console {
namespace {

constexpr const char* stream_name = "wildrydes";
constexpr const char* pool_name = "wildrydes";
constexpr const char* alerts_table = "UnicornAlerts";
/// Of the workshop's pipeline; the account's number follows.
constexpr const char* results_bucket_prefix = "wildrydes-query-results-";
constexpr int64_t alerts_max = 1'000;

http::Response json_response(int status, const base::Json& body) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Cache-Control", "no-store");
    response.body = body.dump();
    return response;
}

http::Response error_response(const wire::ApiError& error) {
    base::Json body;
    body.set("error", error.code);
    body.set("message", error.message);
    return json_response(error.status >= 400 ? error.status : 502, body);
}

std::string text_of(const std::map<std::string, gen::dynamodb::AttributeValue>& item,
                    const char* key) {
    const auto found = item.find(key);
    if (found == item.end()) return {};
    return found->second.s.value_or(found->second.n.value_or(""));
}

}  // namespace

PrivateApi::PrivateApi(PrivateApiOptions options)
    : options_(std::move(options)),
      http_(http::Client::create({.endpoint = options_.endpoint})),
      client_(*http_, options_.signer) {}

http::Response PrivateApi::handle(const http::Request& request, std::string_view path) {
    const bool is_get = request.method == "GET";
    if (is_get && path == "/config") return config();
    if (is_get && path == "/alerts") return alerts();
    if (is_get && path == "/queries") {
        base::Json queries{base::Json::Array{}};
        for (const auto& query : ready_queries()) {
            base::Json entry;
            entry.set("title", query.title);
            entry.set("sql", query.sql);
            queries.push(std::move(entry));
        }
        return json_response(200, queries);
    }
    if (is_get && path == "/pulse") return json_response(200, options_.pulse());
    if (is_get && path == "/activity") return activity(request);
    if (path.starts_with("/aws/")) return relay(*http_, options_.signer, request, path.substr(5));
    if (request.method == "POST" && path == "/query") return start_query(request);
    if (is_get && path.starts_with("/query/")) return query(std::string(path.substr(7)));
    return error_response({"NotFound", "There is no such page.", 404, {}, {}});
}

http::Response PrivateApi::config() {
    gen::cognitoidentity::ListIdentityPoolsInput input;
    input.max_results = 60;
    const auto pools = gen::cognitoidentity::Client(client_).list_identity_pools(input);
    if (!pools) return error_response(pools.error());
    base::Json body;
    body.set("region", options_.region);
    body.set("accountId", options_.account);
    body.set("identityPoolId", nullptr);
    for (const auto& pool : pools->identity_pools.value_or(
             std::vector<gen::cognitoidentity::IdentityPoolShortDescription>{})) {
        if (pool.identity_pool_name == pool_name)
            body.set("identityPoolId", pool.identity_pool_id.value_or(""));
    }
    body.set("streamName", stream_name);
    body.set("settingUp", options_.is_setting_up());
    // The workshop's fleet starts at the Empire State Building's corner.
    body.set("startPoint", base::Json::Object{{"lat", 40.749167}, {"lon", -73.985184}});
    return json_response(200, body);
}

http::Response PrivateApi::alerts() {
    gen::dynamodb::ScanInput input;
    input.table_name = alerts_table;
    input.limit = alerts_max;
    const auto page = gen::dynamodb::Client(client_).scan(input);
    base::Json rows{base::Json::Array{}};
    if (!page && page.error().code != "ResourceNotFoundException")
        return error_response(page.error());
    if (page && page->items) {
        for (const auto& item : *page->items) {
            base::Json row;
            const std::string unicorn = text_of(item, "Name");
            const std::string metric = text_of(item, "Metric");
            row.set("id", unicorn + "/" + metric);
            row.set("unicorn", unicorn);
            row.set("metric", metric);
            row.set("value", std::strtod(text_of(item, "Value").c_str(), nullptr));
            row.set("time", text_of(item, "StatusTime"));
            row.set("state", text_of(item, "State"));
            rows.push(std::move(row));
        }
    }
    base::Json body;
    body.set("alerts", std::move(rows));
    return json_response(200, body);
}

http::Response PrivateApi::activity(const http::Request& request) const {
    const auto query = wire::parse_query(request.query());
    const std::string* after = query ? wire::find_parameter(*query, "after") : nullptr;
    return json_response(
        200, options_.activity(after != nullptr ? std::strtoull(after->c_str(), nullptr, 10) : 0));
}

http::Response PrivateApi::start_query(const http::Request& request) {
    const auto body = base::parse_json(request.body);
    if (!body || (*body)["sql"].as_string().empty())
        return error_response(
            {"InvalidRequest", "The body is {\"sql\": \"SELECT ...\"}.", 400, {}, {}});
    gen::athena::StartQueryExecutionInput input;
    input.query_string = (*body)["sql"].as_string();
    input.query_execution_context.emplace().database = "default";
    input.result_configuration.emplace().output_location =
        std::string("s3://") + results_bucket_prefix + options_.account + "/";
    const auto started = gen::athena::Client(client_).start_query_execution(input);
    if (!started) return error_response(started.error());
    base::Json answer;
    answer.set("queryExecutionId", started->query_execution_id.value_or(""));
    return json_response(200, answer);
}

http::Response PrivateApi::query(const std::string& id) {
    gen::athena::Client athena(client_);
    gen::athena::GetQueryExecutionInput input;
    input.query_execution_id = id;
    const auto execution = athena.get_query_execution(input);
    if (!execution) return error_response(execution.error());
    base::Json body;
    const auto& found = execution->query_execution;
    const std::string state = found && found->status ? found->status->state.value_or("") : "";
    body.set("state", state);
    if (found && found->status && found->status->state_change_reason)
        body.set("error", *found->status->state_change_reason);
    if (found && found->statistics) {
        body.set("scannedBytes", found->statistics->data_scanned_in_bytes.value_or(0));
        body.set("millis", found->statistics->total_execution_time_in_millis.value_or(0));
    }
    if (state != "SUCCEEDED") return json_response(200, body);

    gen::athena::GetQueryResultsInput page;
    page.query_execution_id = id;
    page.max_results = 1'000;
    const auto results = athena.get_query_results(page);
    if (!results) return error_response(results.error());
    base::Json columns{base::Json::Array{}};
    base::Json rows{base::Json::Array{}};
    if (results->result_set && results->result_set->result_set_metadata) {
        for (const auto& column : results->result_set->result_set_metadata->column_info.value_or(
                 std::vector<gen::athena::ColumnInfo>{}))
            columns.push(column.name.value_or(""));
    }
    if (results->result_set && results->result_set->rows) {
        for (const auto& row : *results->result_set->rows) {
            base::Json values{base::Json::Array{}};
            for (const auto& datum : row.data.value_or(std::vector<gen::athena::Datum>{}))
                values.push(datum.var_char_value ? base::Json(*datum.var_char_value)
                                                 : base::Json());
            rows.push(std::move(values));
        }
    }
    // The first row of a SELECT repeats the column names.
    if (!rows.as_array().empty() && rows.as_array()[0] == columns)
        rows.array().erase(rows.array().begin());
    body.set("columns", std::move(columns));
    body.set("rows", std::move(rows));
    return json_response(200, body);
}

}  // namespace wr::console
