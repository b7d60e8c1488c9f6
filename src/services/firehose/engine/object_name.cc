// Prefix expressions by the rules of the Firehose guide's page on custom prefixes.
#include "services/firehose/engine/object_name.h"

#include <functional>

#include "base/time_format.h"

namespace wr::firehose {
namespace {

constexpr std::string_view timestamp_space = "timestamp:";
constexpr std::string_view firehose_space = "firehose:";
constexpr std::string_view random_string = "firehose:random-string";
constexpr std::string_view error_output_type = "firehose:error-output-type";

/// Calls for each literal and each expression, in order. False when an expression is not closed.
bool each_piece(std::string_view prefix,
                const std::function<void(std::string_view literal)>& literal,
                const std::function<void(std::string_view expression)>& expression) {
    while (!prefix.empty()) {
        const size_t open = prefix.find("!{");
        literal(prefix.substr(0, open));
        if (open == std::string_view::npos) return true;
        const size_t close = prefix.find('}', open);
        if (close == std::string_view::npos) return false;
        expression(prefix.substr(open + 2, close - open - 2));
        prefix.remove_prefix(close + 1);
    }
    return true;
}

/// One run of a pattern letter; strftime knows the rest.
std::optional<std::string> format_letter(char letter, size_t count, base::Timestamp time) {
    const auto as = [&](const char* format) { return base::format_time(time, format); };
    const auto trimmed = [&](const char* format) {
        std::string text = as(format);
        while (text.size() > 1 && text.front() == '0') text.erase(0, 1);
        return text;
    };
    const auto number = [&](const char* format) {
        return count == 1 ? trimmed(format) : as(format);
    };
    switch (letter) {
        case 'y':
        case 'u':
            return count == 2 ? as("%y") : as("%Y");
        case 'M':
        case 'L':
            if (count == 3) return as("%b");
            if (count == 4) return as("%B");
            return count <= 2 ? std::optional(number("%m")) : std::nullopt;
        case 'd':
            return count <= 2 ? std::optional(number("%d")) : std::nullopt;
        case 'D':
            return count == 3 ? as("%j") : trimmed("%j");
        case 'E':
            return count <= 3 ? as("%a") : as("%A");
        case 'H':
            return count <= 2 ? std::optional(number("%H")) : std::nullopt;
        case 'h':
            return count <= 2 ? std::optional(number("%I")) : std::nullopt;
        case 'm':
            return count <= 2 ? std::optional(number("%M")) : std::nullopt;
        case 's':
            return count <= 2 ? std::optional(number("%S")) : std::nullopt;
        case 'a':
            return as("%p");
        case 'S': {
            const auto ms = std::chrono::floor<std::chrono::milliseconds>(time) -
                            std::chrono::floor<std::chrono::seconds>(time);
            std::string digits = std::to_string(1000 + ms.count()).substr(1);
            digits.resize(count, '0');
            return digits;
        }
        default:
            return std::nullopt;
    }
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::optional<std::string> format_java(std::string_view pattern, base::Timestamp time) {
    std::string out;
    for (size_t i = 0; i < pattern.size();) {
        const char c = pattern[i];
        if (c == '\'') {
            const size_t close = pattern.find('\'', i + 1);
            if (close == std::string_view::npos) return std::nullopt;
            out += close == i + 1 ? "'" : std::string(pattern.substr(i + 1, close - i - 1));
            i = close + 1;
            continue;
        }
        if (!is_letter(c)) {
            out += c;
            ++i;
            continue;
        }
        size_t count = 1;
        while (i + count < pattern.size() && pattern[i + count] == c) ++count;
        const auto text = format_letter(c, count, time);
        if (!text) return std::nullopt;
        out += *text;
        i += count;
    }
    return out;
}

std::optional<std::string> check_prefixes(std::string_view prefix, std::string_view error_prefix) {
    bool has_expression = false;
    bool names_error_type = false;
    std::string problem;
    const auto check = [&](std::string_view text, bool is_error_prefix) {
        const auto expression = [&](std::string_view body) {
            if (body == error_output_type) {
                if (is_error_prefix) {
                    names_error_type = true;
                } else {
                    problem = "Prefix cannot contain the expression !{firehose:error-output-type}";
                }
            } else if (body.starts_with(timestamp_space)) {
                if (!format_java(body.substr(timestamp_space.size()), base::Timestamp{}))
                    problem =
                        "Invalid timestamp pattern in expression !{" + std::string(body) + "}";
            } else if (body.starts_with("partitionKey")) {
                problem = "Dynamic partitioning namespaces need DynamicPartitioningConfiguration";
            } else if (body != random_string) {
                problem = "Invalid expression !{" + std::string(body) +
                          "}. Expressions must be of the form !{namespace:value}, with namespace " +
                          std::string(timestamp_space.substr(0, 9)) + " or " +
                          std::string(firehose_space.substr(0, 8));
            }
            if (!is_error_prefix) has_expression = true;
        };
        if (!each_piece(
                text, [](std::string_view) {}, expression))
            problem = "An expression of the prefix is not closed";
    };
    check(prefix, false);
    check(error_prefix, true);
    if (!problem.empty()) return problem;
    if (has_expression && error_prefix.empty())
        return "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions";
    if (!error_prefix.empty() && error_prefix.find("!{") != std::string_view::npos &&
        !names_error_type)
        return "ErrorOutputPrefix with expressions must contain !{firehose:error-output-type}";
    return std::nullopt;
}

std::string evaluate_prefix(std::string_view prefix, base::Timestamp time, base::Random& random) {
    std::string out;
    bool has_timestamp = false;
    each_piece(
        prefix,
        [&](std::string_view literal) { out += literal; },
        [&](std::string_view expression) {
            if (expression.starts_with(timestamp_space)) {
                has_timestamp = true;
                out += format_java(expression.substr(timestamp_space.size()), time).value_or("");
            } else if (expression == random_string) {
                out += random.text(
                    11, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
            }
        });
    // Any expression switches AWS's own folders off only when it says a time.
    if (!has_timestamp) out += base::format_time(time, "%Y/%m/%d/%H/");
    return out;
}

std::string object_name(std::string_view prefix,
                        std::string_view stream,
                        uint64_t version,
                        std::string_view extension,
                        base::Timestamp time,
                        base::Random& random) {
    return evaluate_prefix(prefix, time, random) + std::string(stream) + "-" +
           std::to_string(version) + base::format_time(time, "-%Y-%m-%d-%H-%M-%S-") +
           random.uuid() + std::string(extension);
}

}  // namespace wr::firehose
