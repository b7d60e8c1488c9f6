#pragma once
// Alerts as the page asks for them: the list, acknowledging, rules, webhook.

#include <string>
#include <string_view>

#include "base/result.h"
#include "fleet/fleet_watch.h"
#include "gen/console/types.h"

namespace wr::console {

/// @param alerting_after  version of the alerting unicorns that the page has
/// @param subject  whose alerts are wanted wherever they stand; may be empty
api::AlertsAnswer alerts_answer(const fleet::FleetWatch& watch,
                                uint64_t alerting_after,
                                const std::string& subject);

/// How many alerts changed. @error InvalidArgument
base::Result<size_t> acknowledge(fleet::FleetWatch& watch, std::string_view body);
/// @error InvalidArgument, or of the file that keeps them
base::Result<void> set_rules(fleet::FleetWatch& watch, std::string_view body);
base::Result<void> set_webhook(fleet::FleetWatch& watch, std::string_view body);

}  // namespace wr::console
