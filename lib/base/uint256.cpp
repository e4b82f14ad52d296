#include <base/checked.hpp>
#include <base/uint256.hpp>

#include <algorithm>
#include <bit>

namespace cairn {

Uint256 Uint256::max() {
    Uint256 out;
    out.limbs.fill(UINT64_MAX);
    return out;
}

Uint256 Uint256::from_little_endian(const ByteArray<32>& bytes) {
    Uint256 out;
    for (std::size_t i = 0; i < 4; ++i) out.limbs[i] = load_le<std::uint64_t>(bytes.data() + 8 * i);
    return out;
}

ByteArray<32> Uint256::to_little_endian() const {
    ByteArray<32> out;
    for (std::size_t i = 0; i < 4; ++i) store_le(out.data() + 8 * i, limbs[i]);
    return out;
}

Uint256 Uint256::from_big_endian(const ByteArray<32>& bytes) {
    ByteArray<32> reversed;
    std::reverse_copy(bytes.begin(), bytes.end(), reversed.begin());
    return from_little_endian(reversed);
}

ByteArray<32> Uint256::to_big_endian() const {
    ByteArray<32> out = to_little_endian();
    std::reverse(out.begin(), out.end());
    return out;
}

unsigned Uint256::bit_length() const {
    for (std::size_t i = 4; i-- > 0;)
        if (limbs[i] != 0) return static_cast<unsigned>(64 * i + std::bit_width(limbs[i]));
    return 0;
}

std::string Uint256::to_decimal() const {
    Uint256 rest = *this;
    std::string digits;
    do {
        Uint128 carry = 0;
        for (std::size_t i = 4; i-- > 0;) {
            const Uint128 part = carry << 64 | rest.limbs[i];
            rest.limbs[i] = static_cast<std::uint64_t>(part / 10);
            carry = part % 10;
        }
        digits.push_back(static_cast<char>('0' + static_cast<int>(carry)));
    } while (!rest.is_zero());
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::string Uint256::to_hex() const {
    static constexpr char digits[] = "0123456789abcdef";
    const ByteArray<32> bytes = to_big_endian();
    std::string out;
    for (const Byte b : bytes) {
        out.push_back(digits[b >> 4]);
        out.push_back(digits[b & 15]);
    }
    const std::size_t first = out.find_first_not_of('0');
    return first == std::string::npos ? "0" : out.substr(first);
}

std::optional<Uint256> Uint256::from_hex(std::string_view text) {
    if (text.empty() || text.size() > 64) return std::nullopt;
    Uint256 out;
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return std::nullopt;
        out = out << 4;
        out.limbs[0] |= static_cast<std::uint64_t>(digit);
    }
    return out;
}

Uint256 operator+(const Uint256& a, const Uint256& b) {
    Uint256 out;
    Uint128 carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        carry += static_cast<Uint128>(a.limbs[i]) + b.limbs[i];
        out.limbs[i] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
    }
    return out;
}

Uint256 operator-(const Uint256& a, const Uint256& b) {
    Uint256 out;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const Uint128 part = static_cast<Uint128>(a.limbs[i]) - b.limbs[i] - borrow;
        out.limbs[i] = static_cast<std::uint64_t>(part);
        borrow = static_cast<std::uint64_t>(part >> 64) & 1;
    }
    return out;
}

Uint256 operator<<(const Uint256& a, unsigned bits) {
    Uint256 out;
    if (bits >= 256) return out;
    const std::size_t whole = bits / 64;
    const unsigned part = bits % 64;
    for (std::size_t i = 4; i-- > whole;) {
        out.limbs[i] = a.limbs[i - whole] << part;
        if (part != 0 && i > whole) out.limbs[i] |= a.limbs[i - whole - 1] >> (64 - part);
    }
    return out;
}

Uint256 operator>>(const Uint256& a, unsigned bits) {
    Uint256 out;
    if (bits >= 256) return out;
    const std::size_t whole = bits / 64;
    const unsigned part = bits % 64;
    for (std::size_t i = 0; i + whole < 4; ++i) {
        out.limbs[i] = a.limbs[i + whole] >> part;
        if (part != 0 && i + whole + 1 < 4) out.limbs[i] |= a.limbs[i + whole + 1] << (64 - part);
    }
    return out;
}

} // namespace cairn
