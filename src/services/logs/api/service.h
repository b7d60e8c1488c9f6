#pragma once
// CloudWatch Logs on the wire: decoded input to the engine, its answer to decoded output.

#include <string>
#include <string_view>
#include <vector>

#include "gen/logs/service.h"
#include "services/logs/engine/engine.h"

namespace wr::logs::api {

namespace model = wr::gen::logs;
using wire::ApiResult;
using wire::CallContext;

/// @threads any
class LogsService final : public model::Service {
public:
    LogsService(Engine& engine, const base::Clock& clock) : engine_(engine), clock_(clock) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;

    // groups.cc
    ApiResult<model::CreateLogGroupOutput> create_log_group(const model::CreateLogGroupInput& input,
                                                            CallContext& context) override;
    ApiResult<model::DeleteLogGroupOutput> delete_log_group(const model::DeleteLogGroupInput& input,
                                                            CallContext& context) override;
    ApiResult<model::DescribeLogGroupsOutput> describe_log_groups(
        const model::DescribeLogGroupsInput& input, CallContext& context) override;
    ApiResult<model::PutRetentionPolicyOutput> put_retention_policy(
        const model::PutRetentionPolicyInput& input, CallContext& context) override;
    ApiResult<model::DeleteRetentionPolicyOutput> delete_retention_policy(
        const model::DeleteRetentionPolicyInput& input, CallContext& context) override;
    ApiResult<model::CreateLogStreamOutput> create_log_stream(
        const model::CreateLogStreamInput& input, CallContext& context) override;
    ApiResult<model::DeleteLogStreamOutput> delete_log_stream(
        const model::DeleteLogStreamInput& input, CallContext& context) override;
    ApiResult<model::DescribeLogStreamsOutput> describe_log_streams(
        const model::DescribeLogStreamsInput& input, CallContext& context) override;

    // events.cc
    ApiResult<model::PutLogEventsOutput> put_log_events(const model::PutLogEventsInput& input,
                                                        CallContext& context) override;
    ApiResult<model::GetLogEventsOutput> get_log_events(const model::GetLogEventsInput& input,
                                                        CallContext& context) override;
    ApiResult<model::FilterLogEventsOutput> filter_log_events(
        const model::FilterLogEventsInput& input, CallContext& context) override;

private:
    Engine& engine_;
    const base::Clock& clock_;
};

wire::ApiError to_api_error(const Error& error);
wire::ApiError invalid_parameter(std::string message);

/// The group that a request names, by name or by ARN.
ApiResult<GroupName> target(const std::optional<std::string>& name,
                            const std::optional<std::string>& identifier,
                            const CallContext& context);

inline int64_t milliseconds(base::Timestamp time) {
    return time.time_since_epoch().count();
}
inline base::Timestamp timestamp(int64_t ms) {
    return base::Timestamp{std::chrono::milliseconds{ms}};
}

/// WR_TRY for the engine's errors.
#define WR_LOGS_TRY(declaration, expression) \
    WR_LOGS_TRY_IMPL(WR_CONCAT(wr_result_, __COUNTER__), declaration, expression)
#define WR_LOGS_TRY_IMPL(result, declaration, expression)                                \
    auto result = (expression);                                                          \
    if (!result) return ::wr::base::fail(::wr::logs::api::to_api_error(result.error())); \
    declaration = *std::move(result)

}  // namespace wr::logs::api
