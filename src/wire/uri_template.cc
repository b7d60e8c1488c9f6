// Paths are split before they are decoded, so that an encoded slash never becomes a separator.
#include "wire/uri_template.h"

#include "base/encoding.h"

namespace wr::wire {

std::optional<Parameters> parse_query(std::string_view raw_query) {
    Parameters parameters;
    while (!raw_query.empty()) {
        const size_t end = raw_query.find('&');
        const std::string_view pair = raw_query.substr(0, end);
        raw_query = end == std::string_view::npos ? std::string_view() : raw_query.substr(end + 1);
        if (pair.empty()) continue;
        const size_t equals = pair.find('=');
        auto name = base::percent_decode(pair.substr(0, equals));
        auto value = equals == std::string_view::npos
                         ? std::string()
                         : base::percent_decode(pair.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        parameters.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
    for (const auto& [key, value] : parameters) {
        if (key == name) return &value;
    }
    return nullptr;
}

UriTemplate::UriTemplate(std::string_view text) {
    const size_t question = text.find('?');
    if (question != std::string_view::npos) {
        fixed_query_ = parse_query(text.substr(question + 1)).value_or(Parameters{});
        text = text.substr(0, question);
    }
    size_t at = 1;
    while (at < text.size()) {
        const size_t end = std::min(text.find('/', at), text.size());
        std::string_view part = text.substr(at, end - at);
        Segment segment;
        if (part.size() > 2 && part.front() == '{' && part.back() == '}') {
            part = part.substr(1, part.size() - 2);
            segment.is_label = true;
            segment.is_greedy = part.back() == '+';
            if (segment.is_greedy) part.remove_suffix(1);
        }
        segment.text = part;
        segments_.push_back(std::move(segment));
        at = end + 1;
    }
}

size_t UriTemplate::literal_segments() const {
    size_t count = 0;
    for (const auto& segment : segments_) count += !segment.is_label;
    return count;
}

std::optional<Parameters> UriTemplate::match(std::string_view raw_path,
                                             const Parameters& query) const {
    for (const auto& [name, value] : fixed_query_) {
        const std::string* found = find_parameter(query, name);
        if (found == nullptr || (!value.empty() && *found != value)) return std::nullopt;
    }
    Parameters labels;
    if (raw_path.empty() || raw_path.front() != '/') return std::nullopt;
    std::string_view rest = raw_path.substr(1);
    bool at_end = rest.empty();
    for (const auto& segment : segments_) {
        if (at_end) return std::nullopt;
        const size_t slash = segment.is_greedy ? std::string_view::npos : rest.find('/');
        const std::string_view part = rest.substr(0, slash);
        at_end = slash == std::string_view::npos;
        rest = at_end ? std::string_view() : rest.substr(slash + 1);
        // "/bucket/" names the bucket, not an object with an empty key.
        if (!at_end && rest.empty() && &segment == &segments_.back()) at_end = true;
        auto decoded = base::percent_decode(part);
        if (!decoded || decoded->empty()) return std::nullopt;
        if (segment.is_label)
            labels.emplace_back(segment.text, std::move(*decoded));
        else if (*decoded != segment.text)
            return std::nullopt;
    }
    if (!at_end) return std::nullopt;
    return labels;
}

std::string UriTemplate::fill(const Parameters& labels) const {
    std::string path;
    for (const auto& segment : segments_) {
        path += '/';
        const std::string* value =
            segment.is_label ? find_parameter(labels, segment.text) : nullptr;
        path += value != nullptr ? base::percent_encode(*value, segment.is_greedy ? "/" : "")
                                 : segment.text;
    }
    return path.empty() ? "/" : path;
}

}  // namespace wr::wire
