#pragma once
// Result<T, E>: a value or an error, as std::expected, which g++ 12 does not have.

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace wr::base {

/// Failures below the services: files, log, key-value store, parsing. Services have their own
/// enums.
enum class ErrorCode {
    NotFound,
    AlreadyExists,
    InvalidArgument,
    Corruption,   ///< bytes on disk are not what was written; the message names file and offset
    NoSpace,      ///< nothing was written; may succeed once space returns
    Io,           ///< the outcome of the operation is unknown
    Unavailable,  ///< shutting down, fenced or overloaded
    TimedOut,
    Unsupported,
};

struct Error {
    ErrorCode code = ErrorCode::Io;
    std::string message;
};

template <typename E>
struct Failure {
    E error;
};

/// `return fail(x);` makes a Result of any value type from an error.
template <typename E>
Failure<std::decay_t<E>> fail(E&& error) {
    return {std::forward<E>(error)};
}

inline Failure<Error> fail(ErrorCode code, std::string message) {
    return {Error{code, std::move(message)}};
}

template <typename T, typename E = Error>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT
    template <typename F>
    Result(Failure<F> failure)
        : state_(std::in_place_index<1>, std::move(failure.error)) {}  // NOLINT

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & {
        WR_ASSERT(has_value());
        return std::get<0>(state_);
    }
    const T& value() const& {
        WR_ASSERT(has_value());
        return std::get<0>(state_);
    }
    T&& value() && {
        WR_ASSERT(has_value());
        return std::get<0>(std::move(state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    E& error() & {
        WR_ASSERT(!has_value());
        return std::get<1>(state_);
    }
    const E& error() const& {
        WR_ASSERT(!has_value());
        return std::get<1>(state_);
    }
    E&& error() && {
        WR_ASSERT(!has_value());
        return std::get<1>(std::move(state_));
    }

private:
    std::variant<T, E> state_;
};

template <typename E>
class [[nodiscard]] Result<void, E> {
public:
    Result() = default;
    template <typename F>
    Result(Failure<F> failure) : error_(std::move(failure.error)) {}  // NOLINT

    bool has_value() const { return !error_; }
    explicit operator bool() const { return has_value(); }
    E& error() & {
        WR_ASSERT(error_);
        return *error_;
    }
    const E& error() const& {
        WR_ASSERT(error_);
        return *error_;
    }
    E&& error() && {
        WR_ASSERT(error_);
        return *std::move(error_);
    }

private:
    std::optional<E> error_;
};

}  // namespace wr::base

#define WR_CONCAT_INNER(a, b) a##b
#define WR_CONCAT(a, b) WR_CONCAT_INNER(a, b)

/// WR_TRY(auto x, f()); declares x from f()'s value or returns f()'s error.
#define WR_TRY(declaration, expression) \
    WR_TRY_IMPL(WR_CONCAT(wr_result_, __COUNTER__), declaration, expression)
#define WR_TRY_IMPL(result, declaration, expression)                 \
    auto result = (expression);                                      \
    if (!result) return ::wr::base::fail(std::move(result).error()); \
    declaration = *std::move(result)

/// WR_TRY_VOID(f()); returns f()'s error, if any.
#define WR_TRY_VOID(expression)                                     \
    do {                                                            \
        if (auto wr_result_ = (expression); !wr_result_)            \
            return ::wr::base::fail(std::move(wr_result_).error()); \
    } while (false)
