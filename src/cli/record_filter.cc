// Conditions, formats and starting points of `stream tail`.
#include "cli/record_filter.h"

#include <charconv>

#include "base/time_format.h"

namespace wr::cli {
namespace {

std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// 90s, 5m, 2h, 1d.
std::optional<std::chrono::milliseconds> parse_age(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const auto value = parse_number(text.substr(0, text.size() - 1));
    if (!value || *value < 0) return std::nullopt;
    constexpr std::pair<char, double> units[] = {{'s', 1}, {'m', 60}, {'h', 3'600}, {'d', 86'400}};
    for (const auto& [unit, seconds] : units) {
        if (text.back() != unit) continue;
        return std::chrono::milliseconds{static_cast<int64_t>(*value * seconds * 1000)};
    }
    return std::nullopt;
}

}  // namespace

std::optional<RecordFilter> RecordFilter::parse(std::string_view text) {
    constexpr std::pair<std::string_view, Comparison> operators[] = {
        {"!=", Comparison::NotEqual},
        {"<=", Comparison::LessOrEqual},
        {">=", Comparison::GreaterOrEqual},
        {"=", Comparison::Equal},
        {"<", Comparison::Less},
        {">", Comparison::Greater}};
    const size_t at = text.find_first_of("!=<>");
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    for (const auto& [symbol, comparison] : operators) {
        if (!text.substr(at).starts_with(symbol)) continue;
        RecordFilter filter;
        filter.path_ = trim(text.substr(0, at));
        filter.comparison_ = comparison;
        std::string_view value = trim(text.substr(at + symbol.size()));
        const bool is_quoted = value.size() > 1 && value.front() == value.back() &&
                               (value.front() == '\'' || value.front() == '"');
        if (is_quoted) value = value.substr(1, value.size() - 2);
        if (!is_quoted) filter.number_ = parse_number(value);
        filter.text_ = value;
        return filter;
    }
    return std::nullopt;
}

bool RecordFilter::matches(const base::Json& record) const {
    const base::Json* value = &record;
    for (std::string_view rest = path_; !rest.empty();) {
        const size_t dot = rest.find('.');
        value = &(*value)[rest.substr(0, dot)];
        rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    }
    if (value->is_null()) return false;
    int order = 0;
    if (number_ && value->is_number()) {
        const double found = value->as_double(static_cast<double>(value->as_int()));
        order = found < *number_ ? -1 : (found > *number_ ? 1 : 0);
    } else {
        const std::string found = value->is_string() ? value->as_string() : value->dump();
        order = found.compare(text_);
    }
    switch (comparison_) {
        case Comparison::Equal:
            return order == 0;
        case Comparison::NotEqual:
            return order != 0;
        case Comparison::Less:
            return order < 0;
        case Comparison::LessOrEqual:
            return order <= 0;
        case Comparison::Greater:
            return order > 0;
        case Comparison::GreaterOrEqual:
            return order >= 0;
    }
    return false;
}

std::string format_record(std::string_view format, const ShardRecord& record) {
    std::string out;
    for (size_t i = 0; i < format.size(); ++i) {
        const bool is_escape = (format[i] == '%' || format[i] == '\\') && i + 1 < format.size();
        if (!is_escape) {
            out.push_back(format[i]);
            continue;
        }
        const char kind = format[++i];
        if (format[i - 1] == '\\') {
            out.push_back(kind == 'n' ? '\n' : (kind == 't' ? '\t' : kind));
            continue;
        }
        switch (kind) {
            case 'k':
                out += record.partition_key;
                break;
            case 's':
                out += record.sequence_number;
                break;
            case 'p':
                out += record.shard_id;
                break;
            case 't':
                out += base::format_iso8601_ms(record.arrival);
                break;
            case 'v': {
                std::string_view data = record.data;
                while (data.ends_with('\n')) data.remove_suffix(1);
                out += data;
                break;
            }
            default:
                out.push_back(kind);
        }
    }
    return out;
}

std::optional<ShardStart> parse_start(std::string_view text, base::Timestamp now) {
    ShardStart start;
    if (text == "latest") return start;
    if (text == "horizon") {
        start.type = "TRIM_HORIZON";
        return start;
    }
    if (text.starts_with("seq:")) {
        start.type = "AT_SEQUENCE_NUMBER";
        start.sequence_number = text.substr(4);
        return start;
    }
    if (!text.starts_with('@')) return std::nullopt;
    start.type = "AT_TIMESTAMP";
    if (const auto age = parse_age(text.substr(1))) {
        start.timestamp = now - *age;
    } else {
        start.timestamp = base::parse_iso8601(text.substr(1));
    }
    if (!start.timestamp) return std::nullopt;
    return start;
}

}  // namespace wr::cli
