// Functions: created, changed, published, listed, deleted; their policies.
#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/logging.h"
#include "base/time_format.h"
#include "services/lambda/engine/engine.h"

namespace wr::lambda {

namespace {

constexpr size_t environment_bytes_max = 4096;
constexpr size_t policy_bytes_max = 20 * 1024;

std::string prefix_of(const std::string& account, const std::string& region) {
    std::string key;
    kv::append_key_part(key, account);
    kv::append_key_part(key, region);
    return key;
}

std::string prefix_of(const FunctionName& name) {
    std::string key = prefix_of(name.account, name.region);
    kv::append_key_part(key, name.name);
    return key;
}

FunctionName unqualified(FunctionName name) {
    name.qualifier.clear();
    return name;
}

/// AWS keeps these names for itself.
const std::vector<std::string> reserved_variables = {
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
};

}  // namespace

std::string Engine::key_of(const FunctionName& name, const std::string& version) {
    return prefix_of(name) + version;
}

EngineResult<Function> Engine::load(const FunctionName& name) const {
    const std::string version =
        name.qualifier.empty() ? std::string(latest_version) : name.qualifier;
    const auto stored = functions_->get(key_of(name, version));
    if (!stored) return service_failure(stored.error());
    if (!*stored) {
        return refuse(Failure::ResourceNotFound, "Function not found: " + name.qualified_arn());
    }
    auto function = Function::decode(**stored);
    if (!function) return service_failure(function.error());
    return *std::move(function);
}

EngineResult<Function> Engine::get_function(const FunctionName& name) const {
    base::MutexLock lock(mutex_);
    return load(name);
}

EngineResult<void> Engine::save(const Function& function) {
    const auto stored = functions_->put(key_of(function.name, function.version), function.encode());
    if (!stored) return service_failure(stored.error());
    return {};
}

EngineResult<std::string> Engine::get_code(const Function& function) const {
    auto zip = code_.read(function.code_hash);
    if (!zip) return service_failure(zip.error());
    return *std::move(zip);
}

EngineResult<std::string> Engine::read_s3(const CodeSource& code) const {
    auto reader = faces_.s3->get_object(code.s3_bucket, code.s3_key);
    const std::string prefix = "Error occurred while GetObject. S3 Error Code: ";
    if (!reader) {
        const bool is_bucket = reader.error().code == s3::ErrorCode::NoSuchBucket;
        if (is_bucket || reader.error().code == s3::ErrorCode::NoSuchKey) {
            return refuse(Failure::InvalidParameter,
                          prefix + (is_bucket ? "NoSuchBucket. S3 Error Message: The specified "
                                                "bucket does not exist"
                                              : "NoSuchKey. S3 Error Message: The specified key "
                                                "does not exist."));
        }
        return refuse(Failure::Service, reader.error().message);
    }
    if (reader->info.size_bytes > limits::function_unzipped_bytes_max) {
        return refuse(Failure::InvalidParameter,
                      "Unzipped size must be smaller than 262144000 bytes");
    }
    if (!reader->file) return std::move(reader->bytes);
    std::string bytes(reader->info.size_bytes, '\0');
    const auto count = reader->file->read_at(0, bytes.data(), bytes.size());
    if (!count) return service_failure(count.error());
    bytes.resize(*count);
    return bytes;
}

EngineResult<void> Engine::take_code(Function& function, const CodeSource& code) {
    std::string from_s3;
    if (!code.zip) {
        WR_TRY(from_s3, read_s3(code));
    }
    const std::string& zip = code.zip ? *code.zip : from_s3;
    if (zip.size() > limits::function_zip_bytes_max) {
        return refuse(Failure::RequestTooLarge,
                      "Request must be smaller than 70167211 bytes for the CreateFunction "
                      "operation");
    }
    auto hash = code_.put(zip);
    if (!hash) {
        if (hash.error().code != base::ErrorCode::InvalidArgument) {
            return service_failure(hash.error());
        }
        base::log_info("lambda_package_refused", {{"reason", hash.error().message}});
        return refuse(Failure::InvalidParameter,
                      hash.error().message == "unzipped size too large"
                          ? "Unzipped size must be smaller than 262144000 bytes"
                          : "Could not unzip uploaded file. Please check your file, then try to "
                            "upload again.");
    }
    function.code_hash = *std::move(hash);
    function.code_bytes = zip.size();
    return {};
}

EngineResult<void> Engine::check_configuration(const Function& function) const {
    if (function.runtime.empty() || function.handler.empty()) {
        return refuse(Failure::InvalidParameter,
                      "Runtime and Handler are mandatory parameters for functions created with "
                      "deployment packages.");
    }
    if (auto supported = sandbox_.supports(function.runtime); !supported) {
        return refuse(Failure::InvalidParameter, supported.error().message);
    }
    size_t bytes = 0;
    std::string reserved;
    for (const auto& [name, value] : function.environment) {
        bytes += name.size() + value.size();
        if (std::find(reserved_variables.begin(), reserved_variables.end(), name) !=
            reserved_variables.end()) {
            reserved += (reserved.empty() ? "" : ", ") + name;
        }
    }
    const std::string unable =
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided ";
    if (!reserved.empty()) {
        return refuse(Failure::InvalidParameter,
                      unable +
                          "contains reserved keys that are currently not supported for "
                          "modification. Reserved keys used in this request: " +
                          reserved);
    }
    if (bytes > environment_bytes_max) {
        return refuse(Failure::InvalidParameter, unable + "exceeded the 4KB limit.");
    }
    if (!faces_.identity->can_be_assumed_by(function.role, "lambda.amazonaws.com")) {
        return refuse(Failure::InvalidParameter,
                      "The role defined for the function cannot be assumed by Lambda.");
    }
    return {};
}

EngineResult<void> Engine::check_changeable(const Function& function,
                                            const std::string& revision) const {
    if (!revision.empty() && revision != function.revision) {
        return refuse(Failure::PreconditionFailed,
                      "The Revision Id provided does not match the latest Revision Id. Call the "
                      "GetFunction/GetAlias API to retrieve the latest Revision Id");
    }
    const auto now = clock_.now();
    if (!function.is_active(now)) {
        return refuse(Failure::ResourceConflict,
                      "The operation cannot be performed at this time. The function is currently "
                      "in the following state: Pending");
    }
    if (!function.is_updated(now)) {
        return refuse(Failure::ResourceConflict,
                      "The operation cannot be performed at this time. An update is in progress "
                      "for resource: " +
                          function.name.arn());
    }
    return {};
}

void Engine::touch(Function& function) {
    function.modified = clock_.now();
    function.updated_at = function.modified + options_.state_delay;
    function.revision = random_.uuid();
}

EngineResult<Function> Engine::create_function(Function function,
                                               const CodeSource& code,
                                               bool is_published) {
    const auto exists = get_function(function.name);
    if (exists) {
        return refuse(Failure::ResourceConflict, "Function already exist: " + function.name.name);
    }
    if (exists.error().failure != Failure::ResourceNotFound) {
        return base::fail(exists.error());
    }
    WR_TRY_VOID(check_configuration(function));
    WR_TRY_VOID(take_code(function, code));
    base::MutexLock lock(mutex_);
    if (load(function.name)) {
        return refuse(Failure::ResourceConflict, "Function already exist: " + function.name.name);
    }
    function.version = latest_version;
    touch(function);
    function.active_at = function.updated_at;
    function.updated_at = function.modified;
    WR_TRY_VOID(save(function));
    if (is_published) return publish(function, function.description);
    return function;
}

/// The next version, with `function` as it is.
EngineResult<Function> Engine::publish(Function function, const std::string& description) {
    int highest = 0;
    std::optional<Function> last;
    const auto scanned =
        functions_->scan(prefix_of(function.name), [&](std::string_view, std::string_view value) {
            auto each = Function::decode(value);
            if (!each || each->version == latest_version) return true;
            if (const int number = atoi(each->version.c_str()); number > highest) {
                highest = number;
                last = *std::move(each);
            }
            return true;
        });
    if (!scanned) return service_failure(scanned.error());
    // Nothing changed since the last version: that one is the answer.
    if (last && last->modified >= function.modified && last->code_hash == function.code_hash) {
        return *std::move(last);
    }
    function.version = std::to_string(highest + 1);
    function.description = description;
    function.revision = random_.uuid();
    function.policy.clear();
    WR_TRY_VOID(save(function));
    return function;
}

EngineResult<Function> Engine::publish_version(const FunctionName& name,
                                               const std::string& description,
                                               const std::string& code_sha256,
                                               const std::string& revision) {
    base::MutexLock lock(mutex_);
    WR_TRY(const Function function, load(unqualified(name)));
    WR_TRY_VOID(check_changeable(function, revision));
    if (!code_sha256.empty() && code_sha256 != function.code_sha256_base64()) {
        return refuse(Failure::InvalidParameter,
                      "CodeSHA256 (" + code_sha256 +
                          ") is different from current CodeSHA256 in $LATEST (" +
                          function.code_sha256_base64() + "). Please try again with the " +
                          "CodeSHA256 in $LATEST.");
    }
    return publish(function, description.empty() ? function.description : description);
}

EngineResult<std::vector<Function>> Engine::list_functions(const std::string& account,
                                                           const std::string& region) const {
    std::vector<Function> all;
    const auto scanned =
        functions_->scan(prefix_of(account, region), [&](std::string_view, std::string_view value) {
            auto each = Function::decode(value);
            if (each && each->version == latest_version) {
                all.push_back(*std::move(each));
            }
            return true;
        });
    if (!scanned) return service_failure(scanned.error());
    return all;
}

EngineResult<std::vector<Function>> Engine::list_versions(const FunctionName& name) const {
    WR_TRY_VOID(get_function(unqualified(name)));
    std::vector<Function> all;
    const auto scanned =
        functions_->scan(prefix_of(name), [&](std::string_view, std::string_view value) {
            if (auto each = Function::decode(value)) all.push_back(*std::move(each));
            return true;
        });
    if (!scanned) return service_failure(scanned.error());
    std::sort(all.begin(), all.end(), [](const Function& a, const Function& b) {
        return atoi(a.version.c_str()) < atoi(b.version.c_str());
    });
    return all;
}

EngineResult<Function> Engine::update_code(const FunctionName& name,
                                           const CodeSource& code,
                                           const std::string& revision,
                                           bool is_dry_run,
                                           bool is_published) {
    WR_TRY(Function unpacked, get_function(unqualified(name)));
    WR_TRY_VOID(check_changeable(unpacked, revision));
    WR_TRY_VOID(take_code(unpacked, code));
    if (is_dry_run) return unpacked;
    base::MutexLock lock(mutex_);
    WR_TRY(Function function, load(unqualified(name)));
    WR_TRY_VOID(check_changeable(function, revision));
    function.code_hash = unpacked.code_hash;
    function.code_bytes = unpacked.code_bytes;
    touch(function);
    WR_TRY_VOID(save(function));
    if (pool_) pool_->retire(function.name);
    if (is_published) return publish(function, function.description);
    return function;
}

EngineResult<Function> Engine::update_configuration(const FunctionName& name,
                                                    const ConfigurationChanges& changes) {
    base::MutexLock lock(mutex_);
    WR_TRY(Function function, load(unqualified(name)));
    WR_TRY_VOID(check_changeable(function, changes.revision.value_or("")));
    if (changes.runtime) function.runtime = *changes.runtime;
    if (changes.role) function.role = *changes.role;
    if (changes.handler) function.handler = *changes.handler;
    if (changes.description) function.description = *changes.description;
    if (changes.timeout_seconds) {
        function.timeout_seconds = static_cast<int>(*changes.timeout_seconds);
    }
    if (changes.memory_mib) function.memory_mib = static_cast<int>(*changes.memory_mib);
    if (changes.storage_mib) function.storage_mib = static_cast<int>(*changes.storage_mib);
    if (changes.environment) function.environment = *changes.environment;
    WR_TRY_VOID(check_configuration(function));
    touch(function);
    WR_TRY_VOID(save(function));
    if (pool_) pool_->retire(function.name);
    return function;
}

EngineResult<void> Engine::delete_function(const FunctionName& name) {
    base::MutexLock lock(mutex_);
    WR_TRY(const Function function, load(name));
    kv::Batch batch;
    if (name.qualifier.empty()) {
        const auto scanned =
            functions_->scan(prefix_of(name), [&](std::string_view key, std::string_view) {
                batch.remove(std::string(key));
                return true;
            });
        if (!scanned) return service_failure(scanned.error());
    } else if (name.qualifier == latest_version) {
        return refuse(Failure::InvalidParameter,
                      "$LATEST version cannot be deleted without deleting the function.");
    } else {
        batch.remove(key_of(name, name.qualifier));
    }
    if (auto gone = functions_->commit(batch); !gone) return service_failure(gone.error());
    if (pool_) pool_->retire(function.name);
    if (name.qualifier.empty()) talks_.forget(name.arn());
    return {};
}

void Engine::forget_unused_code() {
    std::vector<std::string> used;
    const auto scanned = functions_->scan("", [&](std::string_view, std::string_view value) {
        const auto function = Function::decode(value);
        if (function) used.push_back(function->code_hash);
        return function.has_value();
    });
    if (scanned) code_.keep_only(used);
}

EngineResult<Function> Engine::set_tags(const FunctionName& name,
                                        const std::map<std::string, std::string>& added,
                                        const std::vector<std::string>& removed) {
    base::MutexLock lock(mutex_);
    WR_TRY(Function function, load(unqualified(name)));
    for (const auto& [key, value] : added) function.tags[key] = value;
    for (const std::string& key : removed) function.tags.erase(key);
    WR_TRY_VOID(save(function));
    return function;
}

EngineResult<base::Json> Engine::add_permission(const FunctionName& name,
                                                const std::string& statement_id,
                                                base::Json statement,
                                                const std::string& revision) {
    base::MutexLock lock(mutex_);
    WR_TRY(Function function, load(name));
    if (!revision.empty()) WR_TRY_VOID(check_changeable(function, revision));
    size_t bytes = statement.dump().size();
    for (const base::Json& each : function.policy) {
        bytes += each.dump().size();
        if (each["Sid"].as_string() != statement_id) continue;
        return refuse(Failure::ResourceConflict,
                      "The statement id (" + statement_id +
                          ") provided already exists. Please provide a new statement id, or "
                          "remove the existing statement.");
    }
    if (bytes > policy_bytes_max) {
        return refuse(Failure::InvalidParameter,
                      "The final policy size (" + std::to_string(bytes) +
                          ") is bigger than the limit (20480).");
    }
    function.policy.push_back(statement);
    WR_TRY_VOID(save(function));
    return statement;
}

EngineResult<void> Engine::remove_permission(const FunctionName& name,
                                             const std::string& statement_id,
                                             const std::string& revision) {
    base::MutexLock lock(mutex_);
    WR_TRY(Function function, load(name));
    if (!revision.empty()) WR_TRY_VOID(check_changeable(function, revision));
    const size_t removed = std::erase_if(function.policy, [&](const base::Json& each) {
        return each["Sid"].as_string() == statement_id;
    });
    if (removed == 0) {
        return refuse(Failure::ResourceNotFound,
                      "Statement " + statement_id + " is not found in resource policy.");
    }
    return save(function);
}

std::string Engine::policy_of(const FunctionName& name) const {
    const auto function = get_function(name);
    if (!function || function->policy.empty()) return {};
    base::Json document{base::Json::Object{}};
    document.set("Version", "2012-10-17");
    document.set("Id", "default");
    document.set("Statement", function->policy);
    return document.dump();
}

}  // namespace wr::lambda
