// botocore signs random requests; all of them verify, and no changed one does.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/random.h"
#include "base/time_format.h"

namespace wr::auth {
namespace {

constexpr int request_count = 2'000;

class FixedKey final : public CredentialSource {
public:
    FixedKey(std::string secret, std::string token)
        : secret_(std::move(secret)), token_(std::move(token)) {}
    base::Result<Credential, CredentialProblem> find(std::string_view access_key_id,
                                                     std::string_view session_token,
                                                     base::Timestamp) override {
        if (access_key_id != "AKIDEXAMPLE") return base::fail(CredentialProblem::UnknownKey);
        if (session_token != token_) return base::fail(CredentialProblem::InvalidToken);
        return Credential{secret_, {}};
    }

private:
    std::string secret_;
    std::string token_;
};

std::vector<base::Json> run_oracle(const std::string& command) {
    std::vector<base::Json> requests;
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return requests;
    std::string output;
    std::array<char, 65536> buffer{};
    for (size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        output.append(buffer.data(), count);
    ::pclose(pipe);
    for (const auto line : split(output, '\n')) {
        if (line.empty()) continue;
        auto json = base::parse_json(line);
        if (json) requests.push_back(*std::move(json));
    }
    return requests;
}

Family family_of(const std::string& service) {
    if (service == "s3") return Family::S3;
    if (service == "lambda") return Family::RestJson;
    return service == "sts" || service == "iam" ? Family::Query : Family::Json;
}

struct Sample {
    http::Request request;
    std::string body;
    VerifyContext context;
    std::string secret;
    std::string token;
    bool presigned = false;
};

Sample to_sample(const base::Json& json) {
    Sample sample;
    sample.request.method = json["method"].as_string();
    sample.request.target = json["target"].as_string();
    for (const auto& pair : json["headers"].as_array())
        sample.request.headers.add(pair.as_array()[0].as_string(), pair.as_array()[1].as_string());
    sample.request.peer_address = "127.0.0.1";
    sample.body = base::base64_decode(json["body"].as_string()).value_or("");
    const auto& service = json["service"].as_string();
    sample.context = {family_of(service),
                      service,
                      {json["region"].as_string()},
                      *base::parse_basic("20261122T120010Z")};
    sample.secret = json["secret"].as_string();
    sample.token = json["token"].as_string();
    sample.presigned = json["presigned"].as_bool();
    return sample;
}

/// Each changes what was signed, in one place.
bool mutate(Sample& sample, size_t kind, base::Random& random) {
    auto& request = sample.request;
    switch (kind) {
        case 0:
            request.method = request.method == "GET" ? "DELETE" : "GET";
            return true;
        case 1:
            request.target.insert(1, "x");
            return true;
        case 2:
            request.target +=
                request.query().empty() && !request.target.ends_with('?') ? "?z=1" : "&z=1";
            return true;
        case 3:
            if (sample.body.empty() || (sample.presigned && sample.context.service == "s3"))
                return false;
            sample.body[random.below(sample.body.size())] ^= 1;
            return true;
        case 4:
            request.headers.set("Host", "elsewhere");
            return true;
        case 5:
            request.headers.add("X-Amz-Added", "1");
            return true;
        case 6:
            sample.secret += 'x';
            return true;
        case 7:
            sample.context.regions = {"us-gov-west-1"};
            return true;
        case 8:
            sample.context.service += 'x';
            return true;
        case 9:
            sample.context.now += std::chrono::hours{1};
            return true;
        case 10: {
            auto* where = &request.target;
            std::string header(request.headers.get("authorization"));
            if (!sample.presigned) where = &header;
            const size_t at = where->rfind("ignature=") + 9 + random.below(64);
            (*where)[at] = (*where)[at] == '0' ? '1' : '0';
            if (!sample.presigned) request.headers.set("Authorization", header);
            return true;
        }
        default:
            return false;
    }
}
constexpr size_t mutation_kinds = 11;

TEST(SigV4Oracle, what_botocore_signs_verifies_and_no_change_of_it_does) {
    const auto requests = run_oracle("python3 tests/compat/sigv4_oracle.py " +
                                     std::to_string(request_count) + " 1 2>/dev/null");
    ASSERT_EQ(requests.size(), size_t{request_count})
        << "needs a python3 with botocore: tools/setup test, and build/venv/bin in PATH";
    base::SeededRandom random(1);
    for (const auto& json : requests) {
        Sample sample = to_sample(json);
        sample.request.body = sample.body;
        FixedKey key(sample.secret, sample.token);
        const auto result = verify(sample.request, sample.context, key);
        ASSERT_TRUE(result) << result.error().message << '\n' << json.dump();
        for (size_t kind = 0; kind < mutation_kinds; ++kind) {
            Sample changed = to_sample(json);
            if (!mutate(changed, kind, random)) continue;
            changed.request.body = changed.body;
            FixedKey changed_key(changed.secret, changed.token);
            ASSERT_FALSE(verify(changed.request, changed.context, changed_key))
                << "mutation " << kind << ' ' << json.dump();
        }
        FixedKey no_token(sample.secret, sample.token.empty() ? "token" : "");
        ASSERT_FALSE(verify(sample.request, sample.context, no_token));
    }
}

}  // namespace
}  // namespace wr::auth
