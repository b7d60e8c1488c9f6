#pragma once
// Policy documents of the pipeline's roles, as text.

#include <string>
#include <vector>

namespace wr::fleet {

struct Allowed {
    std::vector<std::string> actions;
    std::vector<std::string> resources;
};

/// A policy that allows each of these and nothing else.
std::string allow(const std::vector<Allowed>& statements);
/// A trust policy for a service's principal.
std::string trust_service(const std::string& service);
/// A trust policy for the guests of an identity pool.
std::string trust_guests(const std::string& pool_id);

}  // namespace wr::fleet
