// Unsigned 256-bit numbers: targets and sums of work. Fixed width, no allocation.
#pragma once

#include <base/bytes.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace cairn {

struct Uint256 {
    std::array<std::uint64_t, 4> limbs{}; // least significant first

    constexpr Uint256() = default;
    constexpr explicit Uint256(std::uint64_t low) : limbs{low, 0, 0, 0} {}

    static Uint256 max();
    static Uint256 from_big_endian(const ByteArray<32>& bytes);
    ByteArray<32> to_big_endian() const;
    /// Little-endian, as the store keeps it.
    static Uint256 from_little_endian(const ByteArray<32>& bytes);
    ByteArray<32> to_little_endian() const;

    /// Bits needed to write the value; 0 for zero.
    unsigned bit_length() const;
    bool is_zero() const { return bit_length() == 0; }
    std::string to_decimal() const;
    std::string to_hex() const; // without leading zeros, at least one digit
    static std::optional<Uint256> from_hex(std::string_view text);

    friend bool operator==(const Uint256&, const Uint256&) = default;
    friend std::strong_ordering operator<=>(const Uint256& a, const Uint256& b) {
        for (std::size_t i = 4; i-- > 0;)
            if (a.limbs[i] != b.limbs[i]) return a.limbs[i] <=> b.limbs[i];
        return std::strong_ordering::equal;
    }
};

/// Sum and difference modulo 2^256.
Uint256 operator+(const Uint256& a, const Uint256& b);
Uint256 operator-(const Uint256& a, const Uint256& b);
Uint256 operator<<(const Uint256& a, unsigned bits);
Uint256 operator>>(const Uint256& a, unsigned bits);

} // namespace cairn
