// Settings of an account: the commitment to a minimum of throughput.
#include "services/kinesis/api/service.h"

namespace wr::kinesis::api {
namespace {

model::MinimumThroughputBillingCommitmentOutput to_commitment(const AccountSettings& settings,
                                                              base::Timestamp now) {
    model::MinimumThroughputBillingCommitmentOutput out;
    out.status = "DISABLED";
    if (settings.is_committed(now)) {
        out.status = settings.ended ? "ENABLED_UNTIL_EARLIEST_ALLOWED_END" : "ENABLED";
        out.earliest_allowed_end_at = settings.earliest_end();
    } else if (settings.ended) {
        out.ended_at = settings.ended;
    }
    out.started_at = settings.started;
    return out;
}

}  // namespace

ApiResult<model::DescribeAccountSettingsOutput> KinesisService::describe_account_settings(
    const model::DescribeAccountSettingsInput&, CallContext& context) {
    WR_TRY_VOID(admit("DescribeAccountSettings", context));
    const AccountSettings settings = engine_.account_settings(context.account, context.region);
    return model::DescribeAccountSettingsOutput{to_commitment(settings, engine_.now())};
}

ApiResult<model::UpdateAccountSettingsOutput> KinesisService::update_account_settings(
    const model::UpdateAccountSettingsInput& input, CallContext& context) {
    WR_TRY_VOID(admit("UpdateAccountSettings", context));
    const bool is_wanted = input.minimum_throughput_billing_commitment->status == "ENABLED";
    WR_KINESIS_TRY(const AccountSettings settings,
                   engine_.set_commitment(context.account, context.region, is_wanted));
    return model::UpdateAccountSettingsOutput{to_commitment(settings, engine_.now())};
}

}  // namespace wr::kinesis::api
