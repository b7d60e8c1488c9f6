// The private API: a few reads composed from public calls, one query at a time.
#include "console/private_api.h"

#include <algorithm>

#include "console/alerts_api.h"
#include "console/program_name.h"
#include "console/ready_queries.h"
#include "console/relay.h"
#include "gen/athena/client.h"
#include "gen/athena/types.h"
#include "gen/cognitoidentity/client.h"
#include "gen/cognitoidentity/types.h"
#include "gen/console/types.h"
#include "wire/uri_template.h"

namespace wr::console {
namespace {

constexpr const char* pool_name = "wildrydes";
/// Of the workshop's pipeline; the account's number follows.
constexpr const char* results_bucket_prefix = "wildrydes-query-results-";
constexpr size_t rows_max = 1'000;  ///< that the page is given; the rest is in the bucket

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

http::Response bad_request(const base::Error& error) {
    return error_response({"InvalidRequest", error.message, 400, {}, {}});
}

std::string text_in_query(const http::Request& request, std::string_view name) {
    const auto query = wire::parse_query(request.query());
    const std::string* text = query ? wire::find_parameter(*query, name) : nullptr;
    return text != nullptr ? *text : "";
}

uint64_t number_in_query(const http::Request& request, std::string_view name) {
    return std::strtoull(text_in_query(request, name).c_str(), nullptr, 10);
}

void append_rows(const gen::athena::ResultSet& from, api::QueryState& to) {
    auto& columns = to.columns ? *to.columns : to.columns.emplace();
    auto& rows = to.rows ? *to.rows : to.rows.emplace();
    const bool is_first = rows.empty();
    if (columns.empty() && from.result_set_metadata) {
        for (const auto& column :
             from.result_set_metadata->column_info.value_or(std::vector<gen::athena::ColumnInfo>{}))
            columns.push_back(column.name.value_or(""));
    }
    for (const auto& row : from.rows.value_or(std::vector<gen::athena::Row>{})) {
        auto& values = rows.emplace_back();
        for (const auto& datum : row.data.value_or(std::vector<gen::athena::Datum>{}))
            values.push_back(datum.var_char_value);
    }
    // The first row of a SELECT repeats the column names.
    if (is_first && !rows.empty() &&
        std::equal(rows[0].begin(), rows[0].end(), columns.begin(), columns.end()))
        rows.erase(rows.begin());
}

/// The first rows_max rows; a page of Athena's holds one less, for the names of the columns.
wire::ApiResult<void> read_rows(gen::athena::Client& athena,
                                const std::string& id,
                                api::QueryState& answer) {
    gen::athena::GetQueryResultsInput page;
    page.query_execution_id = id;
    size_t wanted = rows_max;
    while (wanted > 0) {
        page.max_results = static_cast<int64_t>(wanted);
        const auto results = athena.get_query_results(page);
        if (!results) return base::fail(results.error());
        if (results->result_set) append_rows(*results->result_set, answer);
        page.next_token = results->next_token;
        answer.has_more = page.next_token.has_value();
        if (!answer.has_more) break;
        wanted = rows_max - std::min(rows_max, answer.rows ? answer.rows->size() : 0);
    }
    answer.next_token = page.next_token;
    return {};
}

}  // namespace

PrivateApi::PrivateApi(PrivateApiOptions options)
    : options_(std::move(options)),
      program_(own_program_name()),
      http_(http::Client::create({.endpoint = options_.endpoint})),
      client_(*http_, options_.signer) {}

http::Response PrivateApi::handle(const http::Request& request, std::string_view path) {
    const bool is_get = request.method == "GET";
    if (is_get && path == "/config") return config();
    if (is_get && path == "/alerts") return alerts(request);
    if (path.starts_with("/alerts/")) return change_alerts(request, path.substr(8));
    if (is_get && path == "/queries") {
        base::Json queries{base::Json::Array{}};
        for (const auto& query : ready_queries())
            queries.push(
                to_json(api::ReadyQuery{std::string(query.title), std::string(query.sql)}));
        return json_response(200, queries);
    }
    if (is_get && path == "/pulse") return json_response(200, options_.pulse());
    if (is_get && path == "/activity") return activity(request);
    if (is_get && path == "/tap")
        return json_response(200, to_json(options_.tap(text_in_query(request, "application"))));
    if (path.starts_with("/aws/")) return relay(*http_, options_.signer, request, path.substr(5));
    if (is_get && path == "/function-code") return function_code(request);
    if (is_get && path == "/invocation") return invocation(request);
    if (request.method == "POST" && path == "/backup") return back_up(request);
    if (is_get && path == "/map.pmtiles") return options_.map.answer(request);
    if (request.method == "PUT" && path == "/fleet") return set_fleet(request);
    if (request.method == "POST" && path == "/query") return start_query(request);
    if (is_get && path.starts_with("/query/")) return query(std::string(path.substr(7)));
    return error_response({"NotFound", "There is no such page.", 404, {}, {}});
}

http::Response PrivateApi::function_code(const http::Request& request) const {
    auto zip = options_.function_code(text_in_query(request, "name"));
    if (!zip) {
        const bool is_missing = zip.error().code == base::ErrorCode::NotFound;
        return error_response({is_missing ? "ResourceNotFoundException" : "ServiceException",
                               zip.error().message,
                               is_missing ? 404 : 500,
                               {},
                               {}});
    }
    http::Response response;
    response.status = 200;
    response.headers.set("Content-Type", "application/zip");
    response.headers.set("Content-Disposition", "attachment");
    response.headers.set("Cache-Control", "no-store");
    response.body = *std::move(zip);
    return response;
}

http::Response PrivateApi::invocation(const http::Request& request) const {
    const auto talk =
        options_.invocation(text_in_query(request, "function"), text_in_query(request, "request"));
    return json_response(200, talk ? to_json(*talk) : base::Json());
}

http::Response PrivateApi::back_up(const http::Request& request) const {
    const auto body = base::parse_json(request.body);
    const std::string to = body ? (*body)["directory"].as_string() : "";
    if (!to.starts_with('/'))
        return error_response({"BadRequest", "directory: an absolute path", 400, {}, {}});
    const auto made = options_.back_up(to);
    if (!made) return error_response({"BackupFailed", made.error().message, 500, {}, {}});
    return json_response(200, *made);
}

http::Response PrivateApi::set_fleet(const http::Request& request) const {
    const auto body = base::parse_json(request.body);
    if (!body) return bad_request(body.error());
    const auto wanted = api::parse_fleet_request(*body);
    if (!wanted) return bad_request(wanted.error());
    if (const auto done = options_.set_fleet(*wanted); !done) return bad_request(done.error());
    return json_response(200, to_json(options_.fleet()));
}

http::Response PrivateApi::config() {
    gen::cognitoidentity::ListIdentityPoolsInput input;
    input.max_results = 60;
    const auto pools = gen::cognitoidentity::Client(client_).list_identity_pools(input);
    if (!pools) return error_response(pools.error());
    api::ConsoleConfig config;
    config.region = options_.region;
    config.account_id = options_.account;
    for (const auto& pool : pools->identity_pools.value_or(
             std::vector<gen::cognitoidentity::IdentityPoolShortDescription>{})) {
        if (pool.identity_pool_name == pool_name) config.identity_pool_id = pool.identity_pool_id;
    }
    config.stream_name = fleet_stream_name;
    config.setting_up = options_.is_setting_up();
    const MapSource& map = options_.map;
    if (!map.tiles().empty()) config.map_tiles = map.tiles();
    if (map.has_file())
        config.map_file = "/_/api/map.pmtiles?bytes=" + std::to_string(map.file_size_bytes());
    config.map_credit = map.credit();
    config.program = program_;
    config.fleet = options_.fleet();
    // The workshop's fleet starts at the Empire State Building's corner.
    config.start_point = {40.749167, -73.985184};
    return json_response(200, to_json(config));
}

http::Response PrivateApi::alerts(const http::Request& request) const {
    const uint64_t after = number_in_query(request, "alerting");
    const std::string subject = text_in_query(request, "subject");
    return json_response(200, to_json(alerts_answer(*options_.watch, after, subject)));
}

http::Response PrivateApi::change_alerts(const http::Request& request,
                                         std::string_view what) const {
    fleet::FleetWatch& watch = *options_.watch;
    base::Json answer{base::Json::Object{}};
    if (request.method == "POST" && what == "acknowledge") {
        const auto changed = acknowledge(watch, request.body);
        if (!changed) return bad_request(changed.error());
        answer.set("changed", *changed);
        return json_response(200, answer);
    }
    base::Result<void> done;
    if (request.method == "PUT" && what == "rules") {
        done = set_rules(watch, request.body);
    } else if (request.method == "PUT" && what == "webhook") {
        done = set_webhook(watch, request.body);
    } else if (request.method == "POST" && what == "webhook/trial") {
        done = watch.try_webhook();
    } else {
        return error_response({"NotFound", "There is no such page.", 404, {}, {}});
    }
    if (!done) return bad_request(done.error());
    return json_response(200, answer);
}

http::Response PrivateApi::activity(const http::Request& request) const {
    return json_response(200, options_.activity(number_in_query(request, "after")));
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
    api::QueryState answer;
    const auto& found = execution->query_execution;
    if (found && found->status) {
        answer.state = found->status->state.value_or("");
        answer.error = found->status->state_change_reason;
    }
    if (found && found->statistics) {
        answer.scanned_bytes = found->statistics->data_scanned_in_bytes.value_or(0);
        answer.millis = found->statistics->total_execution_time_in_millis.value_or(0);
    }
    if (answer.state != "SUCCEEDED") return json_response(200, to_json(answer));

    if (found && found->result_configuration)
        answer.output = found->result_configuration->output_location;
    if (const auto read = read_rows(athena, id, answer); !read) return error_response(read.error());
    return json_response(200, to_json(answer));
}

}  // namespace wr::console
