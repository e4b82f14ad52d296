// Integers modulo L = 2^252 + 27742317777372353535851937790883648493, the order of the base point (RFC
// 8032, 5.1), in four words of 64 bits. Values; variable time, for public data only.
#pragma once

#include <base/bytes.hpp>

#include <optional>

namespace cairn::crypto::ed25519 {

/// Below L; the least significant word first.
struct Scalar {
    std::array<std::uint64_t, 4> word{};
    friend bool operator==(const Scalar&, const Scalar&) = default;
};

/// 256 bits, little-endian. nullopt where the number is not below L: a signature with such an S could be
/// changed to S + L without its owner.
std::optional<Scalar> scalar_from_bytes(ByteView bytes32);
/// 512 bits, little-endian, modulo L.
Scalar scalar_from_hash(const ByteArray<64>& hash);

/// Modulo L.
Scalar operator+(const Scalar& a, const Scalar& b);
Scalar operator-(const Scalar& a);
Scalar operator*(const Scalar& a, const Scalar& b);

/// The number of bits up to the highest that is set; 0 of 0.
unsigned bit_length(const Scalar& scalar);

/// Digits d[i] with Σ d[i]·2^i the scalar, each zero or odd with |d[i]| < 2^(w-1), and of any w in a row at
/// most one other than zero: the width-w non-adjacent form.
using SignedDigits = std::array<std::int8_t, 256>;

/// 2 ≤ width ≤ 8.
SignedDigits signed_digits(const Scalar& scalar, unsigned width);

/// How many digits `signed_windows` makes of a scalar of so many bits: one more than its bits fill, for the
/// last carry.
constexpr std::size_t window_count(unsigned bits, unsigned width) { return bits / width + 1; }

/// Digits d[i] with Σ d[i]·2^(width·i) the scalar, -2^(width-1) ≤ d[i] ≤ 2^(width-1): radix 2^width with
/// signs, so that half as many values occur. d[i] is written to digits[i·stride], for all i < `count`, which
/// is at least window_count of the scalar's bits. 2 ≤ width ≤ 15.
void signed_windows(const Scalar& scalar, unsigned width, std::int16_t* digits, std::size_t count,
                    std::size_t stride);

} // namespace cairn::crypto::ed25519
