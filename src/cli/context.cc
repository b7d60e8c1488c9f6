// Finding the server and the keys, and telling errors.
#include "cli/context.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/json.h"
#include "cli/exit_code.h"
#include "io/file_system.h"

namespace wr::cli {
namespace {

constexpr uint64_t small_file_bytes_max = 64 * 1024;
constexpr const char* default_endpoint = "http://127.0.0.1:4566";

std::string first_of(std::initializer_list<std::string> candidates) {
    for (const std::string& candidate : candidates) {
        if (!candidate.empty()) return candidate;
    }
    return {};
}

std::optional<std::string> read_small(const std::string& path) {
    const auto fs = io::make_posix_file_system();
    auto content = io::read_file(*fs, path, small_file_bytes_max);
    if (!content) return std::nullopt;
    return *std::move(content);
}

}  // namespace

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

int fail(int exit_code, const std::string& message) {
    std::cerr << "wildrydes: " << message << "\n";
    return exit_code;
}

int report(const wire::ApiError& error, const std::string& endpoint) {
    if (error.status == 0) {
        return fail(exit_unreachable,
                    "no answer from " + endpoint + " (" + error.message +
                        "); start the server with: wildrydes up");
    }
    return fail(exit_service, error.code + ": " + error.message);
}

Context::Context(const CommonFlags& flags)
    : flags_(flags),
      data_directory_(
          first_of({flags.data_directory, environment("WILDRYDES_DATA"), "wildrydes-data"})) {}

std::string Context::endpoint() const {
    std::string stored = read_small(data_directory_ + "/endpoint").value_or("");
    while (!stored.empty() && (stored.back() == '\n' || stored.back() == ' ')) stored.pop_back();
    // A directory named by hand means the server that runs on it.
    if (!flags_.data_directory.empty() && !stored.empty() && flags_.endpoint_url.empty()) {
        return stored;
    }
    return first_of(
        {flags_.endpoint_url, environment("AWS_ENDPOINT_URL"), stored, default_endpoint});
}

std::optional<Keys> Context::stored_keys() const {
    const auto content = read_small(data_directory_ + "/credentials.json");
    if (!content) return std::nullopt;
    const auto json = base::parse_json(*content);
    if (!json) return std::nullopt;
    Keys keys;
    keys.account = (*json)["accountId"].as_string();
    keys.access_key_id = (*json)["accessKeyId"].as_string();
    keys.secret_access_key = (*json)["secretAccessKey"].as_string();
    keys.region = (*json)["region"].as_string();
    if (keys.access_key_id.empty()) return std::nullopt;
    return keys;
}

std::optional<Keys> Context::keys() const {
    Keys keys;
    keys.access_key_id = environment("AWS_ACCESS_KEY_ID");
    keys.secret_access_key = environment("AWS_SECRET_ACCESS_KEY");
    keys.session_token = environment("AWS_SESSION_TOKEN");
    const bool has_environment = !keys.access_key_id.empty() && !keys.secret_access_key.empty();
    if (has_environment && flags_.data_directory.empty()) return keys;
    if (auto stored = stored_keys()) return stored;
    if (has_environment) return keys;
    return std::nullopt;
}

std::string Context::region() const {
    const auto found = keys();
    return first_of({flags_.region,
                     environment("AWS_REGION"),
                     environment("AWS_DEFAULT_REGION"),
                     found ? found->region : "",
                     "us-east-1"});
}

std::string Context::stored_trust_file() const {
    std::error_code error;
    const std::filesystem::path path =
        std::filesystem::absolute(data_directory_ + "/tls/ca.pem", error);
    return !error && std::filesystem::exists(path, error) ? path.string() : std::string();
}

std::string Context::trust_file() const {
    // A directory named by hand means the server that runs on it.
    if (!flags_.data_directory.empty())
        return first_of({stored_trust_file(), environment("AWS_CA_BUNDLE")});
    return first_of({environment("AWS_CA_BUNDLE"), stored_trust_file()});
}

fleet::Aws* Context::aws() {
    if (aws_) return aws_.get();
    const auto found = keys();
    if (!found) {
        std::cerr
            << "wildrydes: no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
               "name the server's data directory with --data (looked into "
            << data_directory_ << ")\n";
        return nullptr;
    }
    fleet::AwsOptions options;
    options.endpoint = endpoint();
    options.region = region();
    options.credentials = {found->access_key_id, found->secret_access_key, found->session_token};
    options.trust_file = trust_file();
    aws_ = std::make_unique<fleet::Aws>(options, clock_);
    return aws_.get();
}

std::string Context::console_token() const {
    const auto content = read_small(data_directory_ + "/credentials.json");
    const auto json = content ? base::parse_json(*content) : base::parse_json("{}");
    return json ? (*json)["consoleToken"].as_string() : std::string();
}

http::Client& Context::http(std::chrono::milliseconds request_timeout) {
    if (!http_) {
        http::ClientOptions options;
        options.endpoint = endpoint();
        options.trust_file = trust_file();
        options.request_timeout = request_timeout;
        http_ = http::Client::create(options);
    }
    return *http_;
}

}  // namespace wr::cli
