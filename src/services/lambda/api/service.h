#pragma once
// Lambda on the wire: decoded input to the engine, its answer to decoded output.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gen/lambda/service.h"
#include "services/lambda/engine/engine.h"

namespace wr::lambda::api {

namespace model = wr::gen::lambda;
using wire::ApiResult;
using wire::CallContext;

/// @threads any
class LambdaService final : public model::Service {
public:
    explicit LambdaService(Engine& engine) : engine_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;
    std::string resource_policy(const std::string& resource_arn,
                                const CallContext& context) override;

    // functions.cc
    ApiResult<model::CreateFunctionOutput> create_function(const model::CreateFunctionInput& input,
                                                           CallContext& context) override;
    ApiResult<model::GetFunctionOutput> get_function(const model::GetFunctionInput& input,
                                                     CallContext& context) override;
    ApiResult<model::GetFunctionConfigurationOutput> get_function_configuration(
        const model::GetFunctionConfigurationInput& input, CallContext& context) override;
    ApiResult<model::ListFunctionsOutput> list_functions(const model::ListFunctionsInput& input,
                                                         CallContext& context) override;
    ApiResult<model::ListVersionsByFunctionOutput> list_versions_by_function(
        const model::ListVersionsByFunctionInput& input, CallContext& context) override;
    ApiResult<model::PublishVersionOutput> publish_version(const model::PublishVersionInput& input,
                                                           CallContext& context) override;
    ApiResult<model::UpdateFunctionCodeOutput> update_function_code(
        const model::UpdateFunctionCodeInput& input, CallContext& context) override;
    ApiResult<model::UpdateFunctionConfigurationOutput> update_function_configuration(
        const model::UpdateFunctionConfigurationInput& input, CallContext& context) override;
    ApiResult<model::DeleteFunctionOutput> delete_function(const model::DeleteFunctionInput& input,
                                                           CallContext& context) override;
    ApiResult<model::InvokeOutput> invoke(const model::InvokeInput& input,
                                          CallContext& context) override;

    // settings.cc
    ApiResult<model::AddPermissionOutput> add_permission(const model::AddPermissionInput& input,
                                                         CallContext& context) override;
    ApiResult<model::RemovePermissionOutput> remove_permission(
        const model::RemovePermissionInput& input, CallContext& context) override;
    ApiResult<model::GetPolicyOutput> get_policy(const model::GetPolicyInput& input,
                                                 CallContext& context) override;
    ApiResult<model::ListTagsOutput> list_tags(const model::ListTagsInput& input,
                                               CallContext& context) override;
    ApiResult<model::TagResourceOutput> tag_resource(const model::TagResourceInput& input,
                                                     CallContext& context) override;
    ApiResult<model::UntagResourceOutput> untag_resource(const model::UntagResourceInput& input,
                                                         CallContext& context) override;
    ApiResult<model::GetAccountSettingsOutput> get_account_settings(
        const model::GetAccountSettingsInput& input, CallContext& context) override;

    // mappings.cc
    ApiResult<model::CreateEventSourceMappingOutput> create_event_source_mapping(
        const model::CreateEventSourceMappingInput& input, CallContext& context) override;
    ApiResult<model::GetEventSourceMappingOutput> get_event_source_mapping(
        const model::GetEventSourceMappingInput& input, CallContext& context) override;
    ApiResult<model::ListEventSourceMappingsOutput> list_event_source_mappings(
        const model::ListEventSourceMappingsInput& input, CallContext& context) override;
    ApiResult<model::UpdateEventSourceMappingOutput> update_event_source_mapping(
        const model::UpdateEventSourceMappingInput& input, CallContext& context) override;
    ApiResult<model::DeleteEventSourceMappingOutput> delete_event_source_mapping(
        const model::DeleteEventSourceMappingInput& input, CallContext& context) override;

private:
    Engine& engine_;
};

wire::ApiError to_api_error(const EngineError& error);
wire::ApiError invalid_parameter(std::string message);
wire::ApiError not_offered(const std::string& feature);

/// The function that a request means, in its own region.
ApiResult<FunctionName> target(const std::optional<std::string>& name,
                               const std::optional<std::string>& qualifier,
                               const CallContext& context);

/// WR_TRY for the engine's errors.
#define WR_LAMBDA_TRY(declaration, expression) \
    WR_LAMBDA_TRY_IMPL(WR_CONCAT(wr_result_, __COUNTER__), declaration, expression)
#define WR_LAMBDA_TRY_IMPL(result, declaration, expression)                                \
    auto result = (expression);                                                            \
    if (!result) return ::wr::base::fail(::wr::lambda::api::to_api_error(result.error())); \
    declaration = *std::move(result)

/// One page of `all`, after the item whose `name_of` is the marker; the next marker, if any.
template <typename T, typename NameOf>
std::optional<std::string> page(std::vector<T>& all,
                                const std::optional<std::string>& marker,
                                int64_t count_max,
                                const NameOf& name_of) {
    if (marker) std::erase_if(all, [&](const T& each) { return name_of(each) <= *marker; });
    if (all.size() <= static_cast<size_t>(count_max)) return std::nullopt;
    all.resize(static_cast<size_t>(count_max));
    return name_of(all.back());
}

}  // namespace wr::lambda::api
