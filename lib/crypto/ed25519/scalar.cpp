#include <crypto/ed25519/field.hpp> // Wide
#include <crypto/ed25519/scalar.hpp>

#include <bit>
#include <span>

namespace cairn::crypto::ed25519 {
namespace {

using Word = std::uint64_t;

constexpr std::array<Word, 5> order{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000, 0};
/// floor(2^512 / L), for Barrett's reduction.
constexpr std::array<Word, 5> reciprocal{0xed9ce5a30a2c131b, 0x2106215d086329a7, 0xffffffffffffffeb,
                                         0xffffffffffffffff, 0xf};

/// a - b modulo 2^320, and whether it wrapped.
bool subtract(std::array<Word, 5>& a, const std::array<Word, 5>& b) {
    Word borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const Wide difference = Wide{a[i]} - b[i] - borrow;
        a[i] = static_cast<Word>(difference);
        borrow = static_cast<Word>(difference >> 64) & 1;
    }
    return borrow != 0;
}

/// The whole product of two numbers of N words.
template <std::size_t N>
std::array<Word, 2 * N> product(const std::array<Word, N>& a, const std::array<Word, N>& b) {
    std::array<Word, 2 * N> out{};
    for (std::size_t i = 0; i < a.size(); ++i) {
        Word carry = 0;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const Wide sum = Wide{a[i]} * b[j] + out[i + j] + carry; // at most 2^128 - 1
            out[i + j] = static_cast<Word>(sum);
            carry = static_cast<Word>(sum >> 64);
        }
        out[i + b.size()] = carry;
    }
    return out;
}

std::array<Word, 5> five_words(std::span<const Word> from) {
    std::array<Word, 5> out{};
    for (std::size_t i = 0; i < out.size() && i < from.size(); ++i) out[i] = from[i];
    return out;
}

/// `count` ≤ 16 bits from `position` < 256 on; what is above the scalar is zero.
int bits_at(const Scalar& scalar, std::size_t position, unsigned count) {
    const std::size_t word = position / 64;
    Wide bits = scalar.word[word];
    if (word + 1 < scalar.word.size()) bits |= Wide{scalar.word[word + 1]} << 64;
    return static_cast<int>(static_cast<Word>(bits >> (position % 64)) & ((Word{1} << count) - 1));
}

/// Of a number of a few times L.
Scalar below_order(std::array<Word, 5> rest) {
    for (auto less = rest; !subtract(less, order);) rest = less;
    return {{rest[0], rest[1], rest[2], rest[3]}};
}

// Barrett's reduction with b = 2^64, k = 4: Menezes, van Oorschot, Vanstone, "Handbook of Applied
// Cryptography", algorithm 14.42. The quotient is at most 2 too small, so at most two subtractions follow;
// b^5 > 3L, so the remainder may be computed modulo b^5.
Scalar reduced(const std::array<Word, 8>& number) {
    const std::span<const Word> words(number);
    const auto estimate = product(five_words(words.subspan(3)), reciprocal);
    const auto quotient = five_words(std::span<const Word>(estimate).subspan(5));
    auto rest = five_words(words);
    subtract(rest, five_words(product(quotient, order)));
    return below_order(rest);
}

} // namespace

std::optional<Scalar> scalar_from_bytes(ByteView bytes32) {
    Scalar scalar;
    for (std::size_t i = 0; i < scalar.word.size(); ++i)
        scalar.word[i] = load_le<Word>(bytes32.data() + 8 * i);
    auto rest = five_words(scalar.word);
    if (!subtract(rest, order)) return std::nullopt; // nothing was borrowed: L or more
    return scalar;
}

Scalar scalar_from_hash(const ByteArray<64>& hash) {
    std::array<Word, 8> number;
    for (std::size_t i = 0; i < number.size(); ++i) number[i] = load_le<Word>(hash.data() + 8 * i);
    return reduced(number);
}

Scalar operator+(const Scalar& a, const Scalar& b) {
    std::array<Word, 5> sum{}; // below 2L < 2^256
    Word carry = 0;
    for (std::size_t i = 0; i < a.word.size(); ++i) {
        const Wide column = Wide{a.word[i]} + b.word[i] + carry;
        sum[i] = static_cast<Word>(column);
        carry = static_cast<Word>(column >> 64);
    }
    return below_order(sum);
}

Scalar operator-(const Scalar& a) {
    auto rest = order;
    subtract(rest, five_words(a.word));
    return below_order(rest); // L itself, of zero
}

Scalar operator*(const Scalar& a, const Scalar& b) {
    const auto whole = product(a.word, b.word);
    return reduced(whole);
}

unsigned bit_length(const Scalar& scalar) {
    for (std::size_t i = scalar.word.size(); i-- > 0;)
        if (scalar.word[i] != 0) return static_cast<unsigned>(64 * i + std::bit_width(scalar.word[i]));
    return 0;
}

// Möller: "Algorithms for multi-exponentiation", 2001, section 3.2; from the least significant bit up. Where
// the scalar, less what the digits so far stand for, is odd, the next w bits become one digit: as they are,
// or less 2^w with a carry into the bits above.
SignedDigits signed_digits(const Scalar& scalar, unsigned width) {
    SignedDigits digits{};
    int carry = 0;
    for (std::size_t position = 0; position < digits.size();) {
        if (bits_at(scalar, position, 1) ==
            carry) { // even: nothing, or two halves of a carry that go on as one
            ++position;
            continue;
        }
        const int window = bits_at(scalar, position, width) + carry;
        carry = window >= 1 << (width - 1) ? 1 : 0;
        digits[position] = static_cast<std::int8_t>(window - (carry << width));
        position += width;
    }
    return digits;
}

void signed_windows(const Scalar& scalar, unsigned width, std::int16_t* digits, std::size_t count,
                    std::size_t stride) {
    int carry = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t position = i * width;
        const int window = (position < 256 ? bits_at(scalar, position, width) : 0) + carry;
        carry = window > 1 << (width - 1) ? 1 : 0;
        digits[i * stride] = static_cast<std::int16_t>(window - (carry << width));
    }
}

} // namespace cairn::crypto::ed25519
