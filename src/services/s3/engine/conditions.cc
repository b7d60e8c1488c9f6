// RFC 9110's order of conditions with S3's answers, and single byte ranges.
#include "services/s3/engine/conditions.h"

#include <charconv>

namespace wr::s3 {
namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string_view without_quotes(std::string_view etag) {
    etag = trim(etag);
    if (etag.starts_with("W/")) etag.remove_prefix(2);
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
        etag = etag.substr(1, etag.size() - 2);
    return etag;
}

/// "*", one ETag with or without quotes, or a list of them.
bool matches(std::string_view list, const std::string& etag) {
    while (!list.empty()) {
        const size_t end = std::min(list.find(','), list.size());
        const std::string_view one = without_quotes(list.substr(0, end));
        if (one == "*" || one == etag) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

Problem precondition_failed(std::string condition) {
    Problem failed = problem(Fault::PreconditionFailed);
    failed.fields.emplace_back("Condition", std::move(condition));
    return failed;
}

Problem invalid_range(std::string_view header, uint64_t size_bytes) {
    Problem invalid = problem(Fault::InvalidRange);
    invalid.fields.emplace_back("RangeRequested", std::string(header));
    invalid.fields.emplace_back("ActualObjectSize", std::to_string(size_bytes));
    return invalid;
}

std::optional<uint64_t> parse_number(std::string_view text) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace

Outcome<void> check_read(const ReadConditions& conditions, const Object& object, bool is_copy) {
    const auto name = [&](const char* header) {
        return (is_copy ? "x-amz-copy-source-" : "") + std::string(header);
    };
    // HTTP dates have whole seconds.
    const auto modified = std::chrono::floor<std::chrono::seconds>(object.modified);
    const auto not_modified = [&](std::string condition) {
        if (is_copy) return precondition_failed(std::move(condition));
        Problem same = problem(Fault::NotModified);
        same.etag = object.etag;
        return same;
    };
    if (!conditions.if_match.empty()) {
        if (!matches(conditions.if_match, object.etag))
            return base::fail(precondition_failed(name("If-Match")));
    } else if (conditions.if_unmodified_since && modified > *conditions.if_unmodified_since) {
        return base::fail(precondition_failed(name("If-Unmodified-Since")));
    }
    if (!conditions.if_none_match.empty()) {
        if (matches(conditions.if_none_match, object.etag))
            return base::fail(not_modified(name("If-None-Match")));
    } else if (conditions.if_modified_since && modified <= *conditions.if_modified_since) {
        return base::fail(not_modified(name("If-Modified-Since")));
    }
    return {};
}

Outcome<void> check_write(const WriteConditions& conditions, const Object* current) {
    if (!conditions.if_none_match.empty()) {
        if (trim(conditions.if_none_match) != "*")
            return base::fail(problem(Fault::NotImplemented));
        if (current != nullptr) return base::fail(precondition_failed("If-None-Match"));
    }
    if (!conditions.if_match.empty()) {
        if (current == nullptr) return base::fail(problem(Fault::NoSuchKey));
        if (!matches(conditions.if_match, current->etag))
            return base::fail(precondition_failed("If-Match"));
    }
    return {};
}

Outcome<std::optional<ByteRange>> parse_range(std::string_view header, uint64_t size_bytes) {
    const std::string_view whole = header;
    const std::optional<ByteRange> everything;
    if (!header.starts_with("bytes=")) return everything;
    header.remove_prefix(6);
    if (header.find(',') != std::string_view::npos) return everything;
    const size_t dash = header.find('-');
    if (dash == std::string_view::npos) return everything;
    const std::string_view first_text = trim(header.substr(0, dash));
    const std::string_view last_text = trim(header.substr(dash + 1));
    const auto first = parse_number(first_text);
    const auto last = parse_number(last_text);
    if ((!first && !first_text.empty()) || (!last && !last_text.empty())) return everything;
    if (!first && !last) return everything;
    if (!first) {
        if (*last == 0 || size_bytes == 0) return base::fail(invalid_range(whole, size_bytes));
        const uint64_t size = std::min(*last, size_bytes);
        return std::optional(ByteRange{size_bytes - size, size});
    }
    if (last && *last < *first) return everything;
    if (*first >= size_bytes) return base::fail(invalid_range(whole, size_bytes));
    const uint64_t end = last ? std::min(*last, size_bytes - 1) : size_bytes - 1;
    return std::optional(ByteRange{*first, end - *first + 1});
}

Outcome<ByteRange> parse_copy_range(std::string_view header, uint64_t size_bytes) {
    const size_t dash = header.find('-');
    const auto malformed = [] {
        return problem(Fault::InvalidArgument,
                       "The x-amz-copy-source-range value must be of the form bytes=first-last "
                       "where first and last are the zero-based offsets of the first and last "
                       "bytes to copy");
    };
    if (!header.starts_with("bytes=") || dash == std::string_view::npos)
        return base::fail(malformed());
    const auto first = parse_number(header.substr(6, dash - 6));
    const auto last = parse_number(header.substr(dash + 1));
    if (!first || !last || *last < *first) return base::fail(malformed());
    if (*last >= size_bytes)
        return base::fail(problem(Fault::InvalidArgument,
                                  "Range specified is not valid for source object of size: " +
                                      std::to_string(size_bytes)));
    return ByteRange{*first, *last - *first + 1};
}

}  // namespace wr::s3
