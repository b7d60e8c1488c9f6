#pragma once
// Status lines and header fields as text.

#include <string>
#include <string_view>

#include "http/message.h"

namespace wr::http {

std::string_view reason_phrase(int status);

/// Fields of a response that its connection writes itself, or that only HTTP/1.1 has.
bool is_own_field(std::string_view name);

/// Control characters, which would let a value end the head, become blanks.
void append_clean(std::string& out, std::string_view text);

/// Name and value, clean, with their CR LF.
void append_field(std::string& out, std::string_view name, std::string_view value);

struct ResponseHeadOptions {
    std::string_view date;
    bool keep_alive = true;
    bool is_http_1_0 = false;
    bool is_answer_to_head = false;
};

/// The whole head of `response`, appended to `out`.
void append_response_head(std::string& out,
                          const Response& response,
                          const ResponseHeadOptions& options);

/// Whether a response of this status never has a body.
bool is_bodiless(int status);

}  // namespace wr::http
