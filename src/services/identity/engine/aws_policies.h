#pragma once
// The policies that AWS manages and every account has: those of the services in this program.
//
// Source: AWS Managed Policy Reference Guide (documents, versions and dates).

#include <optional>
#include <string_view>
#include <vector>

#include "services/identity/engine/model.h"

namespace wr::identity {

const std::vector<ManagedPolicy>& aws_managed_policies();
/// Null when there is none of that ARN.
const ManagedPolicy* find_aws_managed_policy(std::string_view arn);

}  // namespace wr::identity
