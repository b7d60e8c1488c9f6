// Condition operators: a table of names, one comparison per kind, then the quantifiers.
#include "auth/policy_condition.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cmath>

#include "auth/canonical.h"
#include "base/encoding.h"
#include "base/time_format.h"
#include "http/message.h"

namespace wr::auth {
namespace {

struct NamedOperator {
    std::string_view name;
    ConditionKind kind;
    Comparison comparison = Comparison::Equal;
    bool negated = false;
};

using enum Comparison;

constexpr std::array operators = {
    NamedOperator{"StringEquals", ConditionKind::String},
    NamedOperator{"StringNotEquals", ConditionKind::String, Equal, true},
    NamedOperator{"StringEqualsIgnoreCase", ConditionKind::StringIgnoreCase},
    NamedOperator{"StringNotEqualsIgnoreCase", ConditionKind::StringIgnoreCase, Equal, true},
    NamedOperator{"StringLike", ConditionKind::StringLike},
    NamedOperator{"StringNotLike", ConditionKind::StringLike, Equal, true},
    NamedOperator{"NumericEquals", ConditionKind::Numeric},
    NamedOperator{"NumericNotEquals", ConditionKind::Numeric, Equal, true},
    NamedOperator{"NumericLessThan", ConditionKind::Numeric, Less},
    NamedOperator{"NumericLessThanEquals", ConditionKind::Numeric, LessEqual},
    NamedOperator{"NumericGreaterThan", ConditionKind::Numeric, Greater},
    NamedOperator{"NumericGreaterThanEquals", ConditionKind::Numeric, GreaterEqual},
    NamedOperator{"DateEquals", ConditionKind::Date},
    NamedOperator{"DateNotEquals", ConditionKind::Date, Equal, true},
    NamedOperator{"DateLessThan", ConditionKind::Date, Less},
    NamedOperator{"DateLessThanEquals", ConditionKind::Date, LessEqual},
    NamedOperator{"DateGreaterThan", ConditionKind::Date, Greater},
    NamedOperator{"DateGreaterThanEquals", ConditionKind::Date, GreaterEqual},
    NamedOperator{"Bool", ConditionKind::Bool},
    NamedOperator{"BinaryEquals", ConditionKind::Binary},
    NamedOperator{"IpAddress", ConditionKind::IpAddress},
    NamedOperator{"NotIpAddress", ConditionKind::IpAddress, Equal, true},
    NamedOperator{"ArnEquals", ConditionKind::Arn},
    NamedOperator{"ArnLike", ConditionKind::Arn},
    NamedOperator{"ArnNotEquals", ConditionKind::Arn, Equal, true},
    NamedOperator{"ArnNotLike", ConditionKind::Arn, Equal, true},
    NamedOperator{"Null", ConditionKind::Null},
};

Outcome outcome(bool value) {
    return value ? Outcome::Yes : Outcome::No;
}

template <typename T>
Outcome compare(const T& actual, const T& wanted, Comparison comparison) {
    switch (comparison) {
        case Equal:
            return outcome(actual == wanted);
        case Less:
            return outcome(actual < wanted);
        case LessEqual:
            return outcome(actual <= wanted);
        case Greater:
            return outcome(actual > wanted);
        case GreaterEqual:
            return outcome(actual >= wanted);
    }
    return Outcome::Error;
}

std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
        !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// ISO 8601 or seconds since 1970.
std::optional<base::Timestamp> parse_date(std::string_view text) {
    if (const auto time = base::parse_iso8601(text)) return time;
    const auto seconds = parse_number(text);
    constexpr double far_away = 1e12;
    if (!seconds || std::abs(*seconds) > far_away) return std::nullopt;
    return base::Timestamp{
        std::chrono::milliseconds{static_cast<int64_t>(std::llround(*seconds * 1000))}};
}

std::optional<bool> parse_bool(std::string_view text) {
    if (http::equals_ignoring_case(text, "true")) return true;
    if (http::equals_ignoring_case(text, "false")) return false;
    return std::nullopt;
}

struct Address {
    std::array<uint8_t, 16> bytes{};
    unsigned bits = 0;  ///< 32 or 128
};

std::optional<Address> parse_address(const std::string& text) {
    Address address;
    if (::inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
        address.bits = 32;
        return address;
    }
    if (::inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
        address.bits = 128;
        return address;
    }
    return std::nullopt;
}

Outcome in_network(const std::string& actual, const std::string& network) {
    const size_t slash = network.find('/');
    const auto wanted = parse_address(network.substr(0, slash));
    const auto address = parse_address(actual);
    if (!wanted || !address) return Outcome::Error;
    unsigned prefix = wanted->bits;
    if (slash != std::string::npos) {
        const char* begin = network.data() + slash + 1;
        const char* end = network.data() + network.size();
        const auto [rest, error] = std::from_chars(begin, end, prefix);
        if (error != std::errc() || rest != end || prefix > wanted->bits) return Outcome::Error;
    }
    if (address->bits != wanted->bits) return Outcome::No;
    for (unsigned bit = 0; bit < prefix; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if ((address->bytes[bit / 8] & mask) != (wanted->bytes[bit / 8] & mask)) return Outcome::No;
    }
    return Outcome::Yes;
}

template <typename T>
Outcome compare_parsed(const std::optional<T>& actual,
                       const std::optional<T>& wanted,
                       Comparison comparison) {
    if (!actual || !wanted) return Outcome::Error;
    return compare(*actual, *wanted, comparison);
}

}  // namespace

Outcome both(Outcome a, Outcome b) {
    if (a == Outcome::No || b == Outcome::No) return Outcome::No;
    return a == Outcome::Error || b == Outcome::Error ? Outcome::Error : Outcome::Yes;
}

Outcome either(Outcome a, Outcome b) {
    if (a == Outcome::Yes || b == Outcome::Yes) return Outcome::Yes;
    return a == Outcome::Error || b == Outcome::Error ? Outcome::Error : Outcome::No;
}

Outcome negate(Outcome a) {
    if (a == Outcome::Error) return a;
    return a == Outcome::Yes ? Outcome::No : Outcome::Yes;
}

std::optional<ConditionOperator> parse_condition_operator(std::string_view name) {
    ConditionOperator result;
    constexpr std::string_view for_all = "ForAllValues:";
    constexpr std::string_view for_any = "ForAnyValue:";
    constexpr std::string_view if_exists = "IfExists";
    if (name.starts_with(for_all)) {
        result.quantifier = Quantifier::ForAllValues;
        name.remove_prefix(for_all.size());
    } else if (name.starts_with(for_any)) {
        result.quantifier = Quantifier::ForAnyValue;
        name.remove_prefix(for_any.size());
    }
    if (name.ends_with(if_exists)) {
        result.if_exists = true;
        name.remove_suffix(if_exists.size());
    }
    for (const auto& known : operators) {
        if (known.name != name) continue;
        result.kind = known.kind;
        result.comparison = known.comparison;
        result.negated = known.negated;
        const bool plain = result.quantifier == Quantifier::One && !result.if_exists;
        if (known.kind == ConditionKind::Null && !plain) return std::nullopt;
        return result;
    }
    return std::nullopt;
}

std::optional<Condition> Condition::compile(const ConditionOperator& op,
                                            std::string key,
                                            const std::vector<std::string>& values,
                                            bool variables) {
    Condition condition;
    condition.operator_ = op;
    condition.key_ = std::move(key);
    for (const auto& text : values) {
        auto pattern = Pattern::compile(text, op.kind == ConditionKind::StringLike, variables);
        if (!pattern) return std::nullopt;
        Value value{std::move(*pattern), std::nullopt};
        if (op.kind == ConditionKind::Arn) {
            value.arn = ArnPattern::compile(text, variables);
            if (!value.arn) return std::nullopt;
        }
        condition.values_.push_back(std::move(value));
    }
    return condition;
}

Outcome Condition::value_matches(const Value& value,
                                 const std::string& actual,
                                 const ConditionContext& context) const {
    // A variable without a value matches nothing; under negation that must not turn into consent.
    const Outcome unresolved = operator_.negated ? Outcome::Error : Outcome::No;
    if (value.arn) {
        switch (value.arn->matches(actual, context)) {
            case ArnPattern::Match::No:
                return Outcome::No;
            case ArnPattern::Match::Yes:
                return Outcome::Yes;
            case ArnPattern::Match::Unresolved:
                return unresolved;
        }
    }
    const auto glob = value.pattern.expand(context);
    if (!glob) return unresolved;
    switch (operator_.kind) {
        case ConditionKind::String:
        case ConditionKind::StringLike:
            return outcome(glob_matches(*glob, actual));
        case ConditionKind::StringIgnoreCase:
            return outcome(glob_matches(*glob, actual, true));
        case ConditionKind::Numeric:
        case ConditionKind::Date:
        case ConditionKind::Bool:
        case ConditionKind::Binary:
        case ConditionKind::IpAddress:
        case ConditionKind::Null:
        case ConditionKind::Arn:
            break;
    }
    const std::string wanted = value.pattern.expand_text(context).value_or("");
    switch (operator_.kind) {
        case ConditionKind::Numeric:
            return compare_parsed(parse_number(actual), parse_number(wanted), operator_.comparison);
        case ConditionKind::Date:
            return compare_parsed(parse_date(actual), parse_date(wanted), operator_.comparison);
        case ConditionKind::Bool:
            return compare_parsed(parse_bool(actual), parse_bool(wanted), operator_.comparison);
        case ConditionKind::Binary:
            return compare_parsed(
                base::base64_decode(actual), base::base64_decode(wanted), operator_.comparison);
        case ConditionKind::IpAddress:
            return in_network(actual, wanted);
        case ConditionKind::String:
        case ConditionKind::StringIgnoreCase:
        case ConditionKind::StringLike:
        case ConditionKind::Arn:
        case ConditionKind::Null:
            break;
    }
    return Outcome::Error;
}

Outcome Condition::holds_for(const std::string& actual, const ConditionContext& context) const {
    Outcome any = Outcome::No;
    for (const auto& value : values_) any = either(any, value_matches(value, actual, context));
    return operator_.negated ? negate(any) : any;
}

Outcome Condition::evaluate_null(bool absent, const ConditionContext& context) const {
    Outcome any = Outcome::No;
    for (const auto& value : values_) {
        const auto text = value.pattern.expand_text(context);
        const auto wanted = text ? parse_bool(*text) : std::nullopt;
        any = either(any, wanted ? outcome(*wanted == absent) : Outcome::Error);
    }
    return any;
}

Outcome Condition::evaluate(const ConditionContext& context) const {
    const auto* actual = context.find(key_);
    if (operator_.kind == ConditionKind::Null) return evaluate_null(actual == nullptr, context);
    if (actual == nullptr) {
        if (operator_.if_exists) return Outcome::Yes;
        switch (operator_.quantifier) {
            case Quantifier::ForAllValues:
                return Outcome::Yes;
            case Quantifier::ForAnyValue:
                return Outcome::No;
            case Quantifier::One:
                return outcome(operator_.negated);
        }
    }
    // Without a quantifier several values mean: one that matches, or, negated, none that does.
    const bool all = operator_.quantifier == Quantifier::ForAllValues ||
                     (operator_.quantifier == Quantifier::One && operator_.negated);
    Outcome result = all ? Outcome::Yes : Outcome::No;
    for (const auto& value : *actual) {
        const Outcome one = holds_for(value, context);
        result = all ? both(result, one) : either(result, one);
    }
    return result;
}

}  // namespace wr::auth
