#pragma once
// REST routes: matching raw paths against the model's templates, and filling templates for clients.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wr::wire {

using Parameters = std::vector<std::pair<std::string, std::string>>;  ///< decoded, in order

/// Decoded query parameters; empty for a bad escape. "a" and "a=" both give an empty value.
std::optional<Parameters> parse_query(std::string_view raw_query);
const std::string* find_parameter(const Parameters& parameters, std::string_view name);

/// "/{Bucket}/{Key+}?uploads" in parts.
class UriTemplate {
public:
    explicit UriTemplate(std::string_view text);
    /// Labels with decoded values, when the raw path has this form and the query holds the fixed
    /// parameters.
    std::optional<Parameters> match(std::string_view raw_path, const Parameters& query) const;
    /// Fixed query parameters of the template.
    const Parameters& fixed_query() const { return fixed_query_; }
    size_t literal_segments() const;
    std::string fill(const Parameters& labels) const;

private:
    struct Segment {
        std::string text;  ///< a literal, or a label's name
        bool is_label = false;
        bool is_greedy = false;
    };
    std::vector<Segment> segments_;
    Parameters fixed_query_;
};

}  // namespace wr::wire
