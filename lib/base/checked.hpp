// Checked integer arithmetic: nullopt instead of a wrapped value.
#pragma once

#include <concepts>
#include <optional>

namespace cairn {

template <std::integral T> constexpr std::optional<T> checked_add(T a, T b) {
    T out{};
    if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
    return out;
}

template <std::integral T> constexpr std::optional<T> checked_sub(T a, T b) {
    T out{};
    if (__builtin_sub_overflow(a, b, &out)) return std::nullopt;
    return out;
}

template <std::integral T> constexpr std::optional<T> checked_mul(T a, T b) {
    T out{};
    if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
    return out;
}

/// 128-bit unsigned, for sums of up to 2^64 amounts.
__extension__ using Uint128 = unsigned __int128;
__extension__ using Int128 = __int128;

} // namespace cairn
