#pragma once
// Decimal: DynamoDB's number. 38 significant digits, magnitude 1E-130 to 9.99...E+125, exact.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace wr::dynamodb {

enum class DecimalError { NotANumber, TooManyDigits, Overflow, Underflow };

class Decimal {
public:
    static constexpr int digits_max = 38;
    static constexpr int exponent_max = 125;
    static constexpr int exponent_min = -130;

    Decimal() = default;  ///< zero
    /// Sign, digits with an optional point, optional exponent. No white space, no NaN, no infinity.
    static std::variant<Decimal, DecimalError> parse(std::string_view text);
    static Decimal from_integer(long long value);

    /// Plain notation without exponent, without superfluous zeros.
    std::string text() const;
    bool is_zero() const { return digits_.empty(); }
    bool is_negative() const { return negative_; }
    size_t digit_count() const { return digits_.size(); }

    /// Exact, or the error that storing the outcome gives.
    std::variant<Decimal, DecimalError> plus(const Decimal& other) const;
    std::variant<Decimal, DecimalError> minus(const Decimal& other) const;

    /// Appends bytes that sort as the numbers do and know their own end.
    void append_ordered(std::string& out) const;
    /// Takes what append_ordered wrote off the front; empty when malformed.
    static std::optional<Decimal> take_ordered(std::string_view& bytes);

    std::strong_ordering operator<=>(const Decimal& other) const;
    bool operator==(const Decimal&) const = default;

private:
    /// From the digits of an integer times 10^scale.
    static std::variant<Decimal, DecimalError> normalised(bool negative,
                                                          std::string_view digits,
                                                          long long scale);
    static std::strong_ordering compare_magnitude(const Decimal& a, const Decimal& b);

    bool negative_ = false;
    int exponent_ = 0;    ///< of the first digit: d.ddd times 10^exponent
    std::string digits_;  ///< '0'..'9', first and last not zero; empty for zero
};

/// AWS's text for `error`; `text` is what was given.
std::string decimal_error_text(DecimalError error, std::string_view text);

}  // namespace wr::dynamodb
