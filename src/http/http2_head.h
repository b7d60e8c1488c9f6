#pragma once
// Heads in HTTP/2: fields gathered into a request, a response as fields.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"
#include "http/parser.h"

namespace wr::http {

/// Gathers a request's fields, within the limits of base/limits.h.
class Http2Head {
public:
    void add(std::string_view name, std::string_view value);
    /// The request without its body: Host is the authority, cookies are one field.
    ///
    /// @error the answer to a head that is refused
    base::Result<std::shared_ptr<Request>, HeadProblem> finish();
    std::optional<uint64_t> content_length() const { return content_length_; }
    bool expects_continue() const { return expects_continue_; }

private:
    std::optional<HeadProblem> check() const;

    std::string method_;
    std::string target_;
    std::string authority_;
    Headers headers_;
    std::string cookies_;
    size_t bytes_ = 0;
    std::optional<uint64_t> content_length_;
    bool expects_continue_ = false;
};

using Http2Fields = std::vector<std::pair<std::string, std::string>>;

/// Names in lower case, `:status` first, with the fields that the connection adds.
Http2Fields http_2_fields(const Response& response, std::string_view date, bool is_answer_to_head);

}  // namespace wr::http
