// Hostile requests against signature verification: never accepted, never a crash.
//
// Input: method, target and headers, a line each; an empty line; the body.
#include <cstdlib>
#include <string>

#include "auth/sigv4.h"
#include "base/time_format.h"

namespace {

using namespace wr;

/// Knows one key, whose secret no input contains.
class Keys final : public auth::CredentialSource {
public:
    base::Result<auth::Credential, auth::CredentialProblem> find(std::string_view id,
                                                                 std::string_view token,
                                                                 base::Timestamp) override {
        if (id != "AKIDEXAMPLE") return base::fail(auth::CredentialProblem::UnknownKey);
        if (token == "old") return base::fail(auth::CredentialProblem::ExpiredToken);
        return auth::Credential{"f0e1d2c3b4a5-not-in-the-corpus", {}};
    }
};

http::Request parse(std::string_view text) {
    http::Request request;
    const auto take_line = [&] {
        const size_t end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        return line;
    };
    request.method = take_line();
    request.target = take_line();
    for (auto line = take_line(); !line.empty(); line = take_line()) {
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        request.headers.add(std::string(line.substr(0, colon)),
                            std::string(line.substr(colon + 1)));
    }
    request.body = text;
    request.peer_address = "127.0.0.1";
    return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto request = parse({reinterpret_cast<const char*>(data), size});
    Keys keys;
    const auto now = *base::parse_basic("20261122T120000Z");
    for (const auto family : {auth::Family::Json, auth::Family::Query, auth::Family::S3}) {
        const char* service = family == auth::Family::S3 ? "s3" : "kinesis";
        const auto result = auth::verify(request, {family, service, {}, now}, keys);
        if (result && result->principal.kind != wire::PrincipalKind::Anonymous) std::abort();
        if (result && !result->principal.access_key_id.empty()) std::abort();
    }
    auth::unverified_claims(request);
    return 0;
}
