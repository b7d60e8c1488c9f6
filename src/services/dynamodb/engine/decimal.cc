// Decimal arithmetic on digit strings: numbers are short, exactness is what counts.
#include "services/dynamodb/engine/decimal.h"

#include <algorithm>
#include <vector>

namespace wr::dynamodb {
namespace {

constexpr char mark_negative = 0x10;
constexpr char mark_zero = 0x20;
constexpr char mark_positive = 0x30;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// a + b for digit strings of equal length.
std::string add_digits(const std::string& a, const std::string& b) {
    std::string sum(a.size() + 1, '0');
    int carry = 0;
    for (size_t i = a.size(); i-- > 0;) {
        const int digit = (a[i] - '0') + (b[i] - '0') + carry;
        carry = digit / 10;
        sum[i + 1] = static_cast<char>('0' + digit % 10);
    }
    sum[0] = static_cast<char>('0' + carry);
    return sum;
}

/// a - b for digit strings of equal length, a >= b.
std::string subtract_digits(const std::string& a, const std::string& b) {
    std::string difference(a.size(), '0');
    int borrow = 0;
    for (size_t i = a.size(); i-- > 0;) {
        int digit = (a[i] - '0') - (b[i] - '0') - borrow;
        borrow = digit < 0 ? 1 : 0;
        if (digit < 0) digit += 10;
        difference[i] = static_cast<char>('0' + digit);
    }
    return difference;
}

}  // namespace

std::variant<Decimal, DecimalError> Decimal::normalised(bool negative,
                                                        std::string_view digits,
                                                        long long scale) {
    while (!digits.empty() && digits.front() == '0') digits.remove_prefix(1);
    while (!digits.empty() && digits.back() == '0') {
        digits.remove_suffix(1);
        ++scale;
    }
    if (digits.empty()) return Decimal{};
    const long long exponent = scale + static_cast<long long>(digits.size()) - 1;
    if (exponent > exponent_max) return DecimalError::Overflow;
    if (exponent < exponent_min) return DecimalError::Underflow;
    if (digits.size() > digits_max) return DecimalError::TooManyDigits;
    Decimal result;
    result.negative_ = negative;
    result.exponent_ = static_cast<int>(exponent);
    result.digits_ = digits;
    return result;
}

std::variant<Decimal, DecimalError> Decimal::parse(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    std::string digits;
    long long scale = 0;
    bool after_point = false;
    size_t at = 0;
    for (; at < text.size(); ++at) {
        if (is_digit(text[at])) {
            digits += text[at];
            if (after_point) --scale;
        } else if (text[at] == '.' && !after_point) {
            after_point = true;
        } else {
            break;
        }
    }
    if (digits.empty()) return DecimalError::NotANumber;
    if (at < text.size()) {
        if (text[at] != 'e' && text[at] != 'E') return DecimalError::NotANumber;
        ++at;
        bool exponent_negative = false;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
            exponent_negative = text[at++] == '-';
        }
        if (at == text.size()) return DecimalError::NotANumber;
        long long exponent = 0;
        for (; at < text.size(); ++at) {
            if (!is_digit(text[at])) return DecimalError::NotANumber;
            // Capped far outside of the range, so that no input overflows the integer.
            exponent = std::min(exponent * 10 + (text[at] - '0'), 1'000'000'000LL);
        }
        scale += exponent_negative ? -exponent : exponent;
    }
    return normalised(negative, digits, scale);
}

Decimal Decimal::from_integer(long long value) {
    return std::get<Decimal>(parse(std::to_string(value)));
}

std::string Decimal::text() const {
    if (is_zero()) return "0";
    std::string out = negative_ ? "-" : "";
    const int size = static_cast<int>(digits_.size());
    if (exponent_ < 0) {
        out += "0." + std::string(static_cast<size_t>(-exponent_ - 1), '0') + digits_;
    } else if (exponent_ >= size - 1) {
        out += digits_ + std::string(static_cast<size_t>(exponent_ - size + 1), '0');
    } else {
        const auto whole = static_cast<size_t>(exponent_ + 1);
        out += digits_.substr(0, whole) + "." + digits_.substr(whole);
    }
    return out;
}

std::strong_ordering Decimal::compare_magnitude(const Decimal& a, const Decimal& b) {
    if (a.is_zero() || b.is_zero()) return !a.is_zero() <=> !b.is_zero();
    if (a.exponent_ != b.exponent_) return a.exponent_ <=> b.exponent_;
    return a.digits_ <=> b.digits_;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
    if (negative_ != other.negative_) {
        return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return negative_ ? compare_magnitude(other, *this) : compare_magnitude(*this, other);
}

std::variant<Decimal, DecimalError> Decimal::plus(const Decimal& other) const {
    if (is_zero()) return other;
    if (other.is_zero()) return *this;
    const auto last_power = [](const Decimal& value) {
        return value.exponent_ - static_cast<int>(value.digits_.size()) + 1;
    };
    const int scale = std::min(last_power(*this), last_power(other));
    const int top = std::max(exponent_, other.exponent_);
    const auto aligned = [&](const Decimal& value) {
        return std::string(static_cast<size_t>(top - value.exponent_), '0') + value.digits_ +
               std::string(static_cast<size_t>(last_power(value) - scale), '0');
    };
    const std::string a = aligned(*this);
    const std::string b = aligned(other);
    if (negative_ == other.negative_) return normalised(negative_, add_digits(a, b), scale);
    if (a >= b) return normalised(negative_, subtract_digits(a, b), scale);
    return normalised(other.negative_, subtract_digits(b, a), scale);
}

std::variant<Decimal, DecimalError> Decimal::minus(const Decimal& other) const {
    Decimal negated = other;
    if (!negated.is_zero()) negated.negative_ = !negated.negative_;
    return plus(negated);
}

void Decimal::append_ordered(std::string& out) const {
    if (is_zero()) {
        out += mark_zero;
        return;
    }
    out += negative_ ? mark_negative : mark_positive;
    // For negative numbers every byte is complemented, so that greater magnitudes sort first.
    const auto put = [&](int byte) {
        out += static_cast<char>(static_cast<uint8_t>(negative_ ? ~byte : byte));
    };
    put(exponent_ - exponent_min);
    for (size_t i = 0; i < digits_.size(); i += 2) {
        const int low = i + 1 < digits_.size() ? digits_[i + 1] - '0' : 0;
        put((digits_[i] - '0') * 10 + low + 1);
    }
    put(0);
}

std::optional<Decimal> Decimal::take_ordered(std::string_view& bytes) {
    if (bytes.empty()) return std::nullopt;
    const char mark = bytes.front();
    bytes.remove_prefix(1);
    if (mark == mark_zero) return Decimal{};
    if (mark != mark_negative && mark != mark_positive) return std::nullopt;
    Decimal result;
    result.negative_ = mark == mark_negative;
    const auto take = [&]() -> int {
        const int byte = static_cast<uint8_t>(bytes.front());
        bytes.remove_prefix(1);
        return result.negative_ ? 255 - byte : byte;
    };
    if (bytes.empty()) return std::nullopt;
    result.exponent_ = take() + exponent_min;
    while (!bytes.empty()) {
        const int pair = take();
        if (pair == 0) {
            if (!result.digits_.empty() && result.digits_.back() == '0') result.digits_.pop_back();
            if (result.digits_.empty() || result.digits_.front() == '0') return std::nullopt;
            return result;
        }
        if (pair > 100 || result.digits_.size() >= digits_max) return std::nullopt;
        result.digits_ += static_cast<char>('0' + (pair - 1) / 10);
        result.digits_ += static_cast<char>('0' + (pair - 1) % 10);
    }
    return std::nullopt;
}

std::string decimal_error_text(DecimalError error, std::string_view text) {
    switch (error) {
        case DecimalError::NotANumber:
            if (text.empty()) return "The parameter cannot be converted to a numeric value";
            return "The parameter cannot be converted to a numeric value: " + std::string(text);
        case DecimalError::TooManyDigits:
            return "Attempting to store more than 38 significant digits in a Number";
        case DecimalError::Overflow:
            return "Number overflow. Attempting to store a number with magnitude larger than "
                   "supported range";
        case DecimalError::Underflow:
            return "Number underflow. Attempting to store a number with magnitude smaller than "
                   "supported range";
    }
    return {};
}

}  // namespace wr::dynamodb
