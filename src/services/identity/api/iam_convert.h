#pragma once
// Between IAM's structures and the engine's, and the pages of lists.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "gen/iam/types.h"
#include "services/identity/api/errors.h"
#include "services/identity/engine/iam.h"
#include "services/identity/engine/model.h"

namespace wr::identity::api {

/// WR_TRY for engine outcomes inside IAM operations.
template <typename T>
wire::ApiResult<T> iam_result(Outcome<T> outcome) {
    if (!outcome) return base::fail(iam_error(std::move(outcome).error()));
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        return *std::move(outcome);
    }
}

StringMap to_map(const std::optional<std::vector<gen::iam::Tag>>& tags);
gen::iam::Role to_role(const Entity& entity);
gen::iam::User to_user(const Entity& entity);
gen::iam::Policy to_policy(const ManagedPolicy& policy, int64_t attachment_count);
gen::iam::PolicyVersion to_version(const ManagedPolicy& policy);
/// IAM prints documents percent-encoded.
std::string encode_document(const std::string& document);
std::vector<gen::iam::AttachedPolicy> to_attached(const std::vector<std::string>& arns);
std::vector<std::string> names_of(const StringMap& policies);

/// Cuts `all` to one page and fills in the three members that every list has. The marker is a
/// position, as opaque to clients as AWS's.
template <typename T, typename Input, typename Output>
wire::ApiResult<std::vector<T>> page(std::vector<T> all, const Input& input, Output& output) {
    constexpr size_t items_default = 100;
    size_t start = 0;
    if (input.marker) {
        const auto text = base::base64_decode(*input.marker).value_or("");
        const bool valid = !text.empty() && text.size() < 10 &&
                           text.find_first_not_of("0123456789") == std::string::npos;
        if (!valid) return base::fail(iam_error({Fault::Validation, "Invalid Marker."}));
        start = std::min(all.size(), static_cast<size_t>(std::stoul(text)));
    }
    const auto wanted = static_cast<size_t>(input.max_items.value_or(items_default));
    const size_t end = std::min(all.size(), start + wanted);
    output.is_truncated = end < all.size();
    if (end < all.size()) output.marker = base::base64_encode(std::to_string(end));
    return std::vector<T>(all.begin() + static_cast<std::ptrdiff_t>(start),
                          all.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace wr::identity::api
