// A token is base64 of: version and kind, CRC-32C over scope and name, name.
#include "services/s3/api/tokens.h"

#include "base/encoding.h"
#include "base/hash.h"
#include "services/s3/api/errors.h"

namespace wr::s3::api {
namespace {

constexpr char key_token = 'K';
constexpr char prefix_token = 'P';

std::string check_text(std::string_view scope, std::string_view name) {
    uint32_t crc = base::crc32c(name, base::crc32c(scope));
    std::string out;
    for (int i = 0; i < 4; ++i, crc >>= 8) out += static_cast<char>(crc & 255);
    return out;
}

}  // namespace

std::string format_token(const PageToken& token, std::string_view scope) {
    return base::base64_encode((token.is_prefix ? prefix_token : key_token) +
                               check_text(scope, token.name) + token.name);
}

wire::ApiResult<PageToken> parse_token(const std::string& text, std::string_view scope) {
    const auto bytes = base::base64_decode(text);
    const bool is_ours = bytes && bytes->size() > 5 &&
                         (bytes->front() == key_token || bytes->front() == prefix_token) &&
                         bytes->substr(1, 4) == check_text(scope, bytes->substr(5));
    if (!is_ours) {
        Problem bad =
            problem(Fault::InvalidArgument, "The continuation token provided is incorrect");
        bad.fields.emplace_back("ArgumentName", "continuation-token");
        bad.fields.emplace_back("ArgumentValue", text);
        return base::fail(to_api_error(std::move(bad)));
    }
    return PageToken{bytes->substr(5), bytes->front() == prefix_token};
}

}  // namespace wr::s3::api
