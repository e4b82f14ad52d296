// The field of integers modulo p = 2^255 - 19, in five limbs of 51 bits (Bernstein, Duif, Lange, Schwabe,
// Yang: "High-speed high-security signatures", 2011, section 3). Values; variable time, for public data only.
//
// A limb may hold more than 51 bits, so that sums need no carrying. Two bounds are kept:
//   tight   every limb < 2^51 + 2^15: what products, `from_bytes` and the constants are
//   loose   every limb < 2^54:        what products take
#pragma once

#include <base/bytes.hpp>

#include <optional>

namespace cairn::crypto::ed25519 {

__extension__ using Wide = unsigned __int128;

struct Field {
    std::array<std::uint64_t, 5> limb{};
};

inline constexpr Field zero{};
inline constexpr Field one{{1, 0, 0, 0, 0}};
inline constexpr std::uint64_t limb_mask = (std::uint64_t{1} << 51) - 1;

/// Limb by limb: the bounds of the result are the sums of the bounds.
inline Field operator+(const Field& a, const Field& b) {
    return {{a.limb[0] + b.limb[0], a.limb[1] + b.limb[1], a.limb[2] + b.limb[2], a.limb[3] + b.limb[3],
             a.limb[4] + b.limb[4]}};
}

/// a + 4p - b. Takes a < 2^53 and b ≤ the limbs of 4p, just below 2^53 (a sum of two tight values fits
/// either); gives a loose value.
inline Field operator-(const Field& a, const Field& b) {
    constexpr std::uint64_t low = 4 * (limb_mask - 18);
    constexpr std::uint64_t high = 4 * limb_mask;
    return {{a.limb[0] + low - b.limb[0], a.limb[1] + high - b.limb[1], a.limb[2] + high - b.limb[2],
             a.limb[3] + high - b.limb[3], a.limb[4] + high - b.limb[4]}};
}

/// Brings five column sums of a product back to tight limbs. What leaves the top returns at the bottom times
/// 19, for 2^255 = 19 (mod p). All columns pass their carries up at once, twice over: a chain from the first
/// to the last would be shorter, but each step would wait for the one before. Columns of loose factors are <
/// 77·2^108, the topmost, which has no factor 19, < 5·2^108: so every carry, also 19 times the topmost, is <
/// 2^63.6; those of the second round are < 2^13, and 19 times the topmost < 2^15.
[[gnu::always_inline]] inline Field carried(Wide r0, Wide r1, Wide r2, Wide r3, Wide r4) {
    const auto low = [](Wide column) { return static_cast<std::uint64_t>(column) & limb_mask; };
    const auto carry = [](Wide column) { return static_cast<std::uint64_t>(column >> 51); };
    const std::uint64_t a0 = low(r0) + 19 * carry(r4);
    const std::uint64_t a1 = low(r1) + carry(r0);
    const std::uint64_t a2 = low(r2) + carry(r1);
    const std::uint64_t a3 = low(r3) + carry(r2);
    const std::uint64_t a4 = low(r4) + carry(r3);
    return {{(a0 & limb_mask) + 19 * (a4 >> 51), (a1 & limb_mask) + (a0 >> 51), (a2 & limb_mask) + (a1 >> 51),
             (a3 & limb_mask) + (a2 >> 51), (a4 & limb_mask) + (a3 >> 51)}};
}

/// Schoolbook product; limbs whose weight passes 2^255 come back times 19. Takes loose, gives tight.
/// Inlined by order: measured, calls cost a quarter of a verification.
[[gnu::always_inline]] inline Field operator*(const Field& a, const Field& b) {
    const auto [a0, a1, a2, a3, a4] = a.limb;
    const auto [b0, b1, b2, b3, b4] = b.limb;
    const std::uint64_t c1 = 19 * b1;
    const std::uint64_t c2 = 19 * b2;
    const std::uint64_t c3 = 19 * b3;
    const std::uint64_t c4 = 19 * b4;
    return carried(Wide{a0} * b0 + Wide{a1} * c4 + Wide{a2} * c3 + Wide{a3} * c2 + Wide{a4} * c1,
                   Wide{a0} * b1 + Wide{a1} * b0 + Wide{a2} * c4 + Wide{a3} * c3 + Wide{a4} * c2,
                   Wide{a0} * b2 + Wide{a1} * b1 + Wide{a2} * b0 + Wide{a3} * c4 + Wide{a4} * c3,
                   Wide{a0} * b3 + Wide{a1} * b2 + Wide{a2} * b1 + Wide{a3} * b0 + Wide{a4} * c4,
                   Wide{a0} * b4 + Wide{a1} * b3 + Wide{a2} * b2 + Wide{a3} * b1 + Wide{a4} * b0);
}

/// a·a, with the equal cross products taken once and doubled. Takes loose, gives tight.
[[gnu::always_inline]] inline Field square(const Field& a) {
    const auto [a0, a1, a2, a3, a4] = a.limb;
    const std::uint64_t twice0 = 2 * a0;
    const std::uint64_t twice1 = 2 * a1;
    const std::uint64_t twice2 = 2 * a2;
    const std::uint64_t twice3 = 2 * a3;
    const std::uint64_t c3 = 19 * a3;
    const std::uint64_t c4 = 19 * a4;
    return carried(Wide{a0} * a0 + Wide{twice1} * c4 + Wide{twice2} * c3,
                   Wide{twice0} * a1 + Wide{twice2} * c4 + Wide{a3} * c3,
                   Wide{twice0} * a2 + Wide{a1} * a1 + Wide{twice3} * c4,
                   Wide{twice0} * a3 + Wide{twice1} * a2 + Wide{a4} * c4,
                   Wide{twice0} * a4 + Wide{twice1} * a3 + Wide{a2} * a2);
}

/// -a, of a that a subtraction takes.
inline Field operator-(const Field& a) { return zero - a; }

/// 255 bits, little-endian; the 256th is ignored. nullopt where the number is not below p: not canonical.
std::optional<Field> from_bytes(const ByteArray<32>& bytes);
/// The one number below p, of a loose value.
ByteArray<32> to_bytes(const Field& a);

bool is_zero(const Field& a);
bool equal(const Field& a, const Field& b);
/// RFC 8032, 5.1: a number is negative where it is odd.
bool is_negative(const Field& a);

/// a^(p - 2): 1/a, and 0 of 0.
Field inverse(const Field& a);
/// a^((p - 5) / 8), of which square roots are made (RFC 8032, 5.1.3).
Field root_power(const Field& a);

} // namespace cairn::crypto::ed25519
