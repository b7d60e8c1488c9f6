// Workgroups: where results go by default, and whether a request may say otherwise.
#include "gen/athena/errors.h"
#include "services/athena/api/athena_service.h"
#include "services/athena/api/errors.h"
#include "services/athena/api/page.h"

namespace wr::athena::api {
namespace {

model::EngineVersion engine_version() {
    model::EngineVersion version;
    version.selected_engine_version = "AUTO";
    version.effective_engine_version = "Athena engine version 3";
    return version;
}

const char* state_of(const WorkGroup& group) {
    return group.enabled ? "ENABLED" : "DISABLED";
}

model::WorkGroup to_model(const WorkGroup& group) {
    model::WorkGroup item;
    item.name = group.name;
    item.state = state_of(group);
    if (!group.description.empty()) item.description = group.description;
    item.creation_time = group.created;
    model::WorkGroupConfiguration& configuration = item.configuration.emplace();
    model::ResultConfiguration& result = configuration.result_configuration.emplace();
    if (!group.output_location.empty()) result.output_location = group.output_location;
    configuration.enforce_work_group_configuration = group.enforces_configuration;
    configuration.publish_cloud_watch_metrics_enabled = false;
    configuration.requester_pays_enabled = false;
    configuration.engine_version = engine_version();
    return item;
}

}  // namespace

ApiResult<model::CreateWorkGroupOutput> AthenaService::create_work_group(
    const model::CreateWorkGroupInput& input, CallContext& context) {
    WorkGroup group;
    group.name = input.name.value_or("");
    group.description = input.description.value_or("");
    // The default of AWS: clients may not choose another place than the workgroup's.
    group.enforces_configuration = true;
    if (input.configuration) {
        const model::WorkGroupConfiguration& given = *input.configuration;
        group.enforces_configuration = given.enforce_work_group_configuration.value_or(true);
        if (given.result_configuration)
            group.output_location = given.result_configuration->output_location.value_or("");
    }
    auto made = engine_.create_workgroup(scope_of(context), std::move(group));
    if (!made) return base::fail(to_athena(made.error()));
    return model::CreateWorkGroupOutput{};
}

ApiResult<model::UpdateWorkGroupOutput> AthenaService::update_work_group(
    const model::UpdateWorkGroupInput& input, CallContext& context) {
    auto group = engine_.workgroup(scope_of(context), input.work_group.value_or(""));
    if (!group) return base::fail(to_athena(group.error()));
    if (input.description) group->description = *input.description;
    if (input.state) group->enabled = *input.state == "ENABLED";
    if (input.configuration_updates) {
        const model::WorkGroupConfigurationUpdates& updates = *input.configuration_updates;
        if (updates.enforce_work_group_configuration)
            group->enforces_configuration = *updates.enforce_work_group_configuration;
        if (updates.result_configuration_updates) {
            const auto& result = *updates.result_configuration_updates;
            if (result.remove_output_location.value_or(false)) group->output_location.clear();
            if (result.output_location) group->output_location = *result.output_location;
        }
    }
    auto done = engine_.update_workgroup(scope_of(context), *group);
    if (!done) return base::fail(to_athena(done.error()));
    return model::UpdateWorkGroupOutput{};
}

ApiResult<model::GetWorkGroupOutput> AthenaService::get_work_group(
    const model::GetWorkGroupInput& input, CallContext& context) {
    const auto group = engine_.workgroup(scope_of(context), input.work_group.value_or(""));
    if (!group) return base::fail(to_athena(group.error()));
    model::GetWorkGroupOutput output;
    output.work_group = to_model(*group);
    return output;
}

ApiResult<model::ListWorkGroupsOutput> AthenaService::list_work_groups(
    const model::ListWorkGroupsInput& input, CallContext& context) {
    auto groups = engine_.workgroups(scope_of(context));
    if (!groups) return base::fail(to_athena(groups.error()));
    const auto page = page_of(*std::move(groups), input.next_token, input.max_results, 50);
    model::ListWorkGroupsOutput output;
    output.work_groups.emplace();
    for (const WorkGroup& group : page.items) {
        model::WorkGroupSummary& item = output.work_groups->emplace_back();
        item.name = group.name;
        item.state = state_of(group);
        item.description = group.description;
        item.creation_time = group.created;
        item.engine_version = engine_version();
    }
    output.next_token = page.next_token;
    return output;
}

ApiResult<model::DeleteWorkGroupOutput> AthenaService::delete_work_group(
    const model::DeleteWorkGroupInput& input, CallContext& context) {
    const Scope scope = scope_of(context);
    const std::string name = input.work_group.value_or("");
    if (!input.recursive_delete_option.value_or(false)) {
        const auto used = engine_.list(scope, name, "", 1);
        if (used && !used->empty())
            return base::fail(gen::athena::errors::invalid_request_exception("WorkGroup " + name +
                                                                             " is not empty"));
    }
    auto done = engine_.delete_workgroup(scope, name);
    if (!done) return base::fail(to_athena(done.error()));
    return model::DeleteWorkGroupOutput{};
}

}  // namespace wr::athena::api
