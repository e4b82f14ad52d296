#include <consensus/target.hpp>

#include <algorithm>
#include <stdexcept>

namespace cairn::consensus {
namespace {

/// 320 bits, least significant limb first: a target times a factor.
using Wide = std::array<std::uint64_t, 5>;

Wide multiply(const Uint256& a, std::uint64_t factor) {
    Wide out{};
    Uint128 carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        carry += static_cast<Uint128>(a.limbs[i]) * factor;
        out[i] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
    }
    out[4] = static_cast<std::uint64_t>(carry);
    return out;
}

unsigned bit_length(const Wide& value) {
    const unsigned high = Uint256(value[4]).bit_length();
    if (high != 0) return 256 + high;
    Uint256 low;
    std::copy_n(value.begin(), 4, low.limbs.begin());
    return low.bit_length();
}

/// floor(value / 2^bits), which the caller knows to be below 2^256.
Uint256 shift_down(const Wide& value, unsigned bits) {
    Uint256 low;
    std::copy_n(value.begin(), 4, low.limbs.begin());
    const Uint256 high(value[4]);
    low = low >> bits;
    return low + (bits <= 256 ? high << (256 - bits) : high >> (bits - 256));
}

/// floor(a / b), b ≥ 1, by long division in base 2: as many steps as the quotient has bits.
Uint256 divide(Uint256 a, const Uint256& b) {
    Uint256 quotient;
    if (a < b) return quotient;
    for (unsigned shift = a.bit_length() - b.bit_length() + 1; shift-- > 0;) {
        const Uint256 part = b << shift;
        if (a < part) continue;
        a = a - part;
        quotient.limbs[shift / 64] |= std::uint64_t{1} << (shift % 64);
    }
    return quotient;
}

Uint256 expand_known(CompactTarget compact) {
    const auto target = expand(compact);
    if (!target) throw std::logic_error("a network's target that is not minimal");
    return *target;
}

} // namespace

std::optional<Uint256> expand(CompactTarget compact) {
    const unsigned size = compact.bits >> 24;
    const std::uint32_t mantissa = compact.bits & 0xffffffU;
    if (size == 0 || size > 32) return std::nullopt;
    const bool top_byte_first = mantissa >> 16 != 0; // of the value, when it has `size` bytes
    if (!top_byte_first) return std::nullopt;
    if (size >= 3) return Uint256(mantissa) << (8 * (size - 3));
    const unsigned dropped = 8 * (3 - size);
    if ((mantissa & ((1U << dropped) - 1)) != 0) return std::nullopt;
    return Uint256(mantissa >> dropped);
}

CompactTarget compact(const Uint256& target) {
    if (target.is_zero()) throw std::logic_error("a target of zero");
    const unsigned size = (target.bit_length() + 7) / 8;
    const Uint256 mantissa = size >= 3 ? target >> (8 * (size - 3)) : target << (8 * (3 - size));
    return CompactTarget{size << 24 | static_cast<std::uint32_t>(mantissa.limbs[0])};
}

Uint256 work_of(const Uint256& target) {
    const Uint256 one(1);
    if (target == Uint256::max()) return one;
    // 2^256 itself does not fit: floor(2^256 / d) = floor((2^256 − d) / d) + 1, and 2^256 − d = max − target.
    return divide(Uint256::max() - target, target + one) + one;
}

std::uint64_t counted_time(const Parameters& parameters, std::uint64_t parent_counted_ms, Time parent,
                           Time block) {
    return parent_counted_ms + std::min(block.unix_ms - parent.unix_ms, parameters.half_life_ms);
}

Uint256 next_target_exact(const Parameters& parameters, Height parent, std::uint64_t parent_counted_ms) {
    const Uint256 anchor = expand_known(parameters.initial_target);
    if (parameters.half_life_ms == 0) return anchor;
    const Uint256 limit = expand_known(parameters.limit);
    const Uint256 one(1);

    const Int128 schedule = static_cast<Int128>(parameters.interval_ms) * parent.value;
    const Int128 e = (static_cast<Int128>(parent_counted_ms) - schedule) * 65536 /
                     static_cast<Int128>(parameters.half_life_ms);
    const Int128 whole = e >> 16;
    if (whole >= 256) return limit;
    if (whole <= -257) return one;
    const auto f = static_cast<std::uint64_t>(e - whole * 65536); // 0 … 65535
    // 65536 · 2^(f / 65536) by a cubic, off by less than 0.02 %: the sum stays below 2^64.
    const std::uint64_t factor =
        65536 +
        ((195'766'423'245'049 * f + 971'821'376 * f * f + 5'127 * f * f * f + (std::uint64_t{1} << 47)) >>
         48);

    const Wide product = multiply(anchor, factor);
    const int shift = static_cast<int>(whole) - 16;
    if (static_cast<int>(bit_length(product)) + shift > 256) return limit;
    Uint256 target;
    if (shift >= 0) {
        std::copy_n(product.begin(), 4, target.limbs.begin());
        target = target << static_cast<unsigned>(shift);
    } else {
        target = shift_down(product, static_cast<unsigned>(-shift));
    }
    return std::clamp(target, one, limit);
}

CompactTarget next_target(const Parameters& parameters, Height parent, std::uint64_t parent_counted_ms) {
    return compact(next_target_exact(parameters, parent, parent_counted_ms));
}

} // namespace cairn::consensus
