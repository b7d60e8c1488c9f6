#pragma once
// A function's record: configuration, code and state.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace wr::lambda {

/// What a request calls a function: a name, a partial ARN or an ARN, with or without a qualifier.
struct FunctionName {
    std::string account;
    std::string region;
    std::string name;
    std::string qualifier;  ///< empty: $LATEST

    std::string arn() const {
        return "arn:aws:lambda:" + region + ":" + account + ":function:" + name;
    }
    std::string qualified_arn() const {
        return qualifier.empty() ? arn() : arn() + ":" + qualifier;
    }
    auto operator<=>(const FunctionName&) const = default;
};

/// Account and region fill what the text leaves out. Empty when it is none of the forms.
std::optional<FunctionName> parse_function_name(std::string_view text,
                                                const std::string& account,
                                                const std::string& region);

constexpr std::string_view latest_version = "$LATEST";

struct Function {
    FunctionName name;  ///< without a qualifier
    std::string version{latest_version};
    std::string runtime;
    std::string role;
    std::string handler;
    std::string description;
    std::string architecture = "x86_64";
    int timeout_seconds = 3;
    int memory_mib = 128;
    int storage_mib = 512;
    std::map<std::string, std::string> environment;
    std::map<std::string, std::string> tags;
    std::string code_hash;  ///< SHA-256, hex: the package in the code store
    uint64_t code_bytes = 0;
    base::Timestamp modified{};
    base::Timestamp active_at{};   ///< Pending before
    base::Timestamp updated_at{};  ///< LastUpdateStatus InProgress before
    std::string revision;
    base::Json::Array policy;  ///< statements added by AddPermission

    bool is_active(base::Timestamp now) const { return now >= active_at; }
    bool is_updated(base::Timestamp now) const { return now >= updated_at; }
    std::string code_sha256_base64() const;

    std::string encode() const;
    static base::Result<Function> decode(std::string_view text);
};

}  // namespace wr::lambda
