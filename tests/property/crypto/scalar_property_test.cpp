#include "catch.hpp"
#include "vectors/crypto/reference.hpp"
#include <base/random.hpp>
#include <crypto/ed25519/scalar.hpp>

#include <cstdlib>

using namespace cairn;
using namespace cairn::crypto::ed25519;
using cairn::crypto::reference::bytes_of;
using cairn::crypto::reference::Number;
using cairn::crypto::reference::number_of;
using cairn::crypto::reference::order;

namespace {

Number value_of(const Scalar& scalar) {
    Number value = 0;
    for (std::size_t i = scalar.word.size(); i-- > 0;) value = (value << 64) + scalar.word[i];
    return value;
}

/// Bit by bit from the top: double, add, subtract once where needed.
Number slowly_reduced(const Number& value) {
    Number rest = 0;
    for (unsigned bit = 512; bit-- > 0;) {
        rest = 2 * rest + ((value >> bit) & 1);
        if (rest >= order) rest -= order;
    }
    return rest;
}

} // namespace

TEST_CASE("scalar: a 512-bit hash is reduced modulo L", "[crypto]") {
    const Number top = Number(1) << 512;
    std::vector<Number> all{0,      1, order - 1, order, order + 1, 2 * order - 1, 2 * order, 3 * order - 1,
                            top - 1};
    for (unsigned bits = 0; bits < 512; bits += 4) { // multiples of L, and their neighbours, of every size
        const Number multiple = ((Number(1) << bits) / order) * order;
        for (const Number& value :
             {Number(multiple - 1), multiple, Number(multiple + 1), Number(Number(1) << bits)})
            if (value >= 0) all.push_back(value);
    }
    for (Number multiple = (top / order) * order; multiple > top - 20 * order; multiple -= order) {
        all.push_back(multiple);
        all.emplace_back(multiple - 1);
    }
    Prng random(1);
    for (int i = 0; i < 2000; ++i) {
        ByteArray<64> hash;
        random.fill(hash);
        if (i % 4 == 0) std::fill_n(hash.begin() + 8 * random.below(8), 8, i % 8 == 0 ? 0xff : 0x00);
        all.push_back(number_of(hash));
    }
    for (const Number& value : all)
        CHECK(value_of(scalar_from_hash(bytes_of<64>(value))) == slowly_reduced(value));
}

TEST_CASE("scalar: twenty thousand random hashes are reduced modulo L", "[crypto]") {
    Prng random(2);
    for (int i = 0; i < 20'000; ++i) {
        ByteArray<64> hash;
        random.fill(hash);
        if (value_of(scalar_from_hash(hash)) != number_of(hash) % order) FAIL(i);
    }
}

TEST_CASE("scalar: S is read where it is below L, and only there", "[crypto]") {
    const Number top = Number(1) << 256;
    for (const Number& value :
         {Number(0), Number(1), Number(order - 2), Number(order - 1), Number(Number(1) << 252)}) {
        const auto scalar = scalar_from_bytes(bytes_of<32>(value));
        REQUIRE(scalar);
        CHECK(value_of(*scalar) == value);
    }
    for (const Number& value :
         {order, Number(order + 1), Number(2 * order - 1), Number(2 * order), Number(top - 1),
          Number(Number(1) << 253), Number(Number(1) << 255), Number(order + (Number(1) << 64))})
        CHECK_FALSE(scalar_from_bytes(bytes_of<32>(value)));
    Prng random(3);
    for (int i = 0; i < 2000; ++i) {
        ByteArray<32> bytes;
        random.fill(bytes);
        bytes[31] &= 0x1f;
        CHECK(scalar_from_bytes(bytes).has_value() == (number_of(bytes) < order));
    }
}

TEST_CASE("scalar: signed digits add up, are odd, small and far apart", "[crypto]") {
    Prng random(4);
    std::vector<Number> all{
        0, 1, 2, 15, 16, 17, 255, order - 1, order - 2, Number(1) << 252, (Number(1) << 252) - 1};
    while (all.size() < 60) {
        ByteArray<64> hash;
        random.fill(hash);
        all.push_back(number_of(hash) % order);
    }
    for (const Number& value : all) {
        const auto scalar = scalar_from_bytes(bytes_of<32>(value));
        REQUIRE(scalar);
        for (unsigned width = 2; width <= 8; ++width) {
            const SignedDigits digits = signed_digits(*scalar, width);
            Number sum = 0;
            std::size_t free_from = 0;
            bool in_form = true;
            for (std::size_t i = 0; i < digits.size(); ++i) {
                if (digits[i] == 0) continue;
                sum += Number(digits[i]) << i;
                in_form =
                    in_form && digits[i] % 2 != 0 && std::abs(digits[i]) < 1 << (width - 1) && i >= free_from;
                free_from = i + width;
            }
            CHECK(sum == value);
            CHECK(in_form);
        }
    }
}

TEST_CASE("scalar: sums, products and negatives are those modulo L", "[crypto]") {
    Prng random(5);
    std::vector<Number> all{0, 1, 2, order - 1, order - 2, (order - 1) / 2, (Number(1) << 128) - 1};
    while (all.size() < 80) {
        ByteArray<64> hash;
        random.fill(hash);
        all.push_back((number_of(hash) % order) >> (all.size() % 3 == 0 ? 125 : 0));
    }
    for (const Number& a : all) {
        const auto x = scalar_from_bytes(bytes_of<32>(a));
        REQUIRE(x);
        CHECK(value_of(-*x) == (order - a) % order);
        CHECK(bit_length(*x) == (a == 0 ? 0 : msb(a) + 1));
        for (const Number& b : all) {
            const auto y = scalar_from_bytes(bytes_of<32>(b));
            if (value_of(*x + *y) != (a + b) % order) FAIL(a << " + " << b);
            if (value_of(*x * *y) != a * b % order) FAIL(a << " * " << b);
        }
    }
}

TEST_CASE("scalar: windows add up and are small", "[crypto]") {
    Prng random(6);
    std::vector<Number> all{0, 1, 2, 127, 128, 129, order - 1, order - 2, (Number(1) << 128) - 1};
    for (unsigned bits = 1; bits <= 252; ++bits) all.push_back((Number(1) << bits) - 1);
    while (all.size() < 300) {
        ByteArray<64> hash;
        random.fill(hash);
        all.push_back(number_of(hash) % order);
    }
    for (const Number& value : all) {
        const auto scalar = scalar_from_bytes(bytes_of<32>(value));
        REQUIRE(scalar);
        for (unsigned width = 2; width <= 15; ++width) {
            const std::size_t count = window_count(bit_length(*scalar), width);
            const std::size_t stride = 1 + width % 3;
            std::vector<std::int16_t> digits(count * stride, 99);
            signed_windows(*scalar, width, digits.data(), count, stride);
            Number sum = 0;
            bool small = true;
            for (std::size_t i = 0; i < digits.size(); ++i) {
                if (i % stride != 0) {
                    small = small && digits[i] == 99; // not ours
                    continue;
                }
                sum += Number(digits[i]) << (width * (i / stride));
                small = small && std::abs(digits[i]) <= 1 << (width - 1);
            }
            if (sum != value || !small) FAIL(value << " in windows of " << width);
        }
    }
}
