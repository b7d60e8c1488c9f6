// A small automaton: strings, nesting, and whether a string is a key.
#include "services/athena/engine/json_lines.h"

#include <algorithm>

namespace wr::athena {
namespace {
constexpr size_t depth_max = 1000;
}

void JsonLines::feed(std::string_view bytes, std::string& out) {
    out.reserve(out.size() + bytes.size() + bytes.size() / 64);
    for (const char c : bytes) {
        if (c == '\n')
            end_record(out);
        else if (in_string_)
            inside_string(c);
        else
            outside_string(c, out);
    }
}

void JsonLines::finish(std::string& out) {
    end_record(out);
}

void JsonLines::end_record(std::string& out) {
    const bool is_whole = objects_.empty() && !in_string_ && line_.starts_with('{');
    longest_line_bytes_ = std::max(longest_line_bytes_, line_.size());
    if (!line_.empty()) {
        out += is_whole || !forgives_ ? std::string_view(line_) : std::string_view("{}");
        out += '\n';
    }
    line_.clear();
    objects_.clear();
    in_string_ = escaped_ = in_key_ = expects_key_ = false;
}

void JsonLines::inside_string(char c) {
    if (in_key_ && !escaped_ && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    line_ += c;
    if (escaped_) {
        escaped_ = false;
    } else if (c == '\\') {
        escaped_ = true;
    } else if (c == '"') {
        in_string_ = in_key_ = false;
    }
}

void JsonLines::outside_string(char c, std::string& out) {
    if (line_.empty() && (c == ' ' || c == '\t' || c == '\r' || c == '\0')) return;
    // Garbage before a record must not swallow the record.
    if (c == '{' && objects_.empty() && !line_.empty()) end_record(out);
    line_ += c;
    switch (c) {
        case '"':
            in_string_ = true;
            in_key_ = lower_keys_ && expects_key_;
            expects_key_ = false;
            break;
        case '{':
        case '[':
            if (objects_.size() < depth_max) objects_.push_back(c == '{');
            expects_key_ = c == '{';
            break;
        case '}':
        case ']':
            if (!objects_.empty()) objects_.pop_back();
            expects_key_ = false;
            if (objects_.empty()) end_record(out);
            break;
        case ',':
            expects_key_ = !objects_.empty() && objects_.back();
            break;
        default:
            break;
    }
}

}  // namespace wr::athena
