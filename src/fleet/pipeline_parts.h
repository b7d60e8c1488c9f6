#pragma once
// The steps of each module, and what they share.

#include <string>
#include <string_view>
#include <vector>

#include "fleet/pipeline.h"

namespace wr::fleet {

/// Files of functions/, embedded at build time.
std::string_view function_source(std::string_view name);

std::string role_arn(const std::string& account, const char* role);
std::string stream_arn(const Aws& aws, const std::string& account, const char* stream);

/// A describe call as a question: "not found" in any service's words is no error but a no.
template <typename T>
wire::ApiResult<bool> found(const wire::ApiResult<T>& result) {
    if (result) return true;
    const auto& code = result.error().code;
    if (code.find("NotFound") != std::string::npos || code.find("NoSuch") != std::string::npos ||
        result.error().status == 404)
        return false;
    return base::fail(result.error());
}

template <typename T>
wire::ApiResult<void> done(const wire::ApiResult<T>& result) {
    if (!result) return base::fail(result.error());
    return {};
}

void add_role_step(std::vector<Step>& steps,
                   Aws& aws,
                   int module,
                   const std::string& account,
                   const char* role,
                   const std::string& trusted,
                   const std::string& policy);
void add_stream_step(std::vector<Step>& steps, Aws& aws, int module, const char* stream);
void add_table_step(std::vector<Step>& steps,
                    Aws& aws,
                    int module,
                    const char* table,
                    const char* hash_key,
                    const char* range_key);

std::vector<Step> module_streams(Aws& aws, const std::string& account);
std::vector<Step> module_aggregation(Aws& aws, const std::string& account);
std::vector<Step> module_processing(Aws& aws, const std::string& account);
std::vector<Step> module_archive(Aws& aws, const std::string& account);
std::vector<Step> module_vitals(Aws& aws, const std::string& account);

/// One JSON application over the fleet's stream: schema, code, one output stream.
void add_application_steps(std::vector<Step>& steps,
                           Aws& aws,
                           int module,
                           const std::string& account,
                           const char* application,
                           const std::string& code,
                           const char* output_stream);
/// A function with its code, role and trigger.
struct FunctionSpec {
    const char* name;
    const char* role;
    const char* handler;
    const char* file;  ///< inside the zip
    std::string source;
    const char* table;
    const char* stream;  ///< that triggers it
};
void add_function_steps(std::vector<Step>& steps,
                        Aws& aws,
                        int module,
                        const std::string& account,
                        const FunctionSpec& spec);

}  // namespace wr::fleet
