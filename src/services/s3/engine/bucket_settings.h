#pragma once
// What can be set on a bucket beside its objects: policy, CORS, public access block, tags.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/s3/engine/names.h"
#include "services/s3/engine/problem.h"

namespace wr::s3 {

constexpr size_t policy_bytes_max = 20 * 1024;
constexpr size_t cors_rules_max = 100;

/// Everything is blocked on a new bucket.
struct PublicAccessBlock {
    bool block_public_acls = true;
    bool ignore_public_acls = true;
    bool block_public_policy = true;
    bool restrict_public_buckets = true;
    bool operator==(const PublicAccessBlock&) const = default;
};

struct CorsRule {
    std::string id;
    std::vector<std::string> allowed_methods;
    std::vector<std::string> allowed_origins;
    std::vector<std::string> allowed_headers;
    std::vector<std::string> expose_headers;
    std::optional<int64_t> max_age_seconds;
    bool operator==(const CorsRule&) const = default;
};

std::string encode(const PublicAccessBlock& block);
PublicAccessBlock decode_public_access_block(std::string_view text);
std::string encode(const std::vector<CorsRule>& rules);
std::vector<CorsRule> decode_cors_rules(std::string_view text);
std::string encode(const std::vector<Tag>& tags);
std::vector<Tag> decode_tags(std::string_view text);

/// @error InvalidRequest | MalformedXml
Outcome<void> check_cors_rules(const std::vector<CorsRule>& rules);
/// The parts of a policy that can be judged without IAM: JSON, size, statements, resources of this
/// bucket.
/// @error MalformedPolicy
Outcome<void> check_policy(std::string_view bucket, std::string_view policy);
/// Whether a statement allows everybody without a condition.
bool is_public_policy(std::string_view policy);
/// The policy without its public statements.
std::string without_public_statements(std::string_view policy);

}  // namespace wr::s3
