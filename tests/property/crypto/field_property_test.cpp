#include "catch.hpp"
#include "vectors/crypto/reference.hpp"
#include <base/random.hpp>
#include <crypto/ed25519/field.hpp>

using namespace cairn;
using namespace cairn::crypto::ed25519;
using cairn::crypto::reference::bytes_of;
using cairn::crypto::reference::in_field;
using cairn::crypto::reference::Number;
using cairn::crypto::reference::number_of;
using cairn::crypto::reference::p;

namespace {

Number value_of(const Field& a) {
    Number value = 0;
    for (std::size_t i = a.limb.size(); i-- > 0;) value = (value << 51) + a.limb[i];
    return value;
}

/// Limbs of 51 bits, also of numbers that are not below p.
Field field_of(const Number& value) {
    Field a;
    for (std::size_t i = 0; i < a.limb.size(); ++i)
        a.limb[i] = static_cast<std::uint64_t>((value >> (51 * i)) & limb_mask);
    return a;
}

Field limbs_of(std::uint64_t limb) { return {{limb, limb, limb, limb, limb}}; }

constexpr std::uint64_t tight = (std::uint64_t{1} << 51) + (std::uint64_t{1} << 15) - 1;
constexpr std::uint64_t loose = (std::uint64_t{1} << 54) - 1;

bool is_tight(const Field& a) {
    return std::all_of(a.limb.begin(), a.limb.end(), [](std::uint64_t limb) { return limb <= tight; });
}

/// Edges and random numbers, all tight.
std::vector<Field> some_fields() {
    std::vector<Field> all;
    const Number top = Number(1) << 255;
    for (const Number& value :
         {Number(0), Number(1), Number(2), Number(18), Number(19), Number(20), Number(p - 2), Number(p - 1),
          p, Number(p + 1), Number(top - 1), Number(p / 2), Number(p / 2 + 1)})
        all.push_back(field_of(value));
    all.push_back(limbs_of(tight));
    all.push_back({{tight, 0, 0, 0, 0}});
    all.push_back({{0, 0, 0, 0, tight}});
    Prng random(1);
    while (all.size() < 40) {
        Field a;
        for (auto& limb : a.limb) limb = random.next() & limb_mask;
        all.push_back(a);
    }
    return all;
}

} // namespace

TEST_CASE("field: sums, differences, products and squares are those of the integers modulo p", "[crypto]") {
    const auto all = some_fields();
    for (const Field& a : all) {
        CHECK(in_field(value_of(-a)) == in_field(-value_of(a)));
        CHECK(in_field(value_of(square(a))) == in_field(value_of(a) * value_of(a)));
        CHECK(is_tight(square(a)));
        for (const Field& b : all) {
            CHECK(value_of(a + b) == value_of(a) + value_of(b));
            CHECK(in_field(value_of(a - b)) == in_field(value_of(a) - value_of(b)));
            CHECK(in_field(value_of((a + a) - (b + b))) == in_field(2 * (value_of(a) - value_of(b))));
            CHECK(in_field(value_of(a * b)) == in_field(value_of(a) * value_of(b)));
            CHECK(is_tight(a * b));
        }
    }
}

TEST_CASE("field: the laws of a commutative ring hold", "[crypto]") {
    const auto all = some_fields();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Field& a = all[i];
        CHECK(equal(a + zero, a));
        CHECK(equal(a * one, a));
        CHECK(is_zero(a * one - a * one));
        CHECK(is_zero(a + -a));
        for (std::size_t j = 0; j < all.size(); ++j) {
            const Field& b = all[j];
            const Field& c = all[(7 * i + 3 * j + 5) % all.size()];
            CHECK(equal(a + b, b + a));
            CHECK(equal(a * b, b * a));
            CHECK(equal((a + b) + c, a + (b + c)));
            CHECK(equal((a * b) * c, a * (b * c)));
            CHECK(equal(a * (b + c), a * b + a * c));
            CHECK(equal((a - b) + b, a));
        }
    }
}

TEST_CASE("field: products take limbs up to their bound", "[crypto]") {
    Prng random(2);
    for (int i = 0; i < 2000; ++i) {
        Field a = limbs_of(loose);
        Field b = limbs_of(loose);
        for (auto& limb : a.limb) limb -= random.below(4) == 0 ? random.below(loose) : 0;
        for (auto& limb : b.limb) limb -= random.below(4) == 0 ? random.below(loose) : 0;
        CHECK(in_field(value_of(a * b)) == in_field(value_of(a) * value_of(b)));
        CHECK(in_field(value_of(square(a))) == in_field(value_of(a) * value_of(a)));
        CHECK(is_tight(a * b));
        CHECK(is_tight(square(a)));
        CHECK(number_of(to_bytes(a)) == in_field(value_of(a)));
    }
}

TEST_CASE("field: bytes are the one number below p, and only such are read", "[crypto]") {
    for (const Field& a : some_fields()) {
        const auto bytes = to_bytes(a);
        CHECK(number_of(bytes) == in_field(value_of(a)));
        const auto read = from_bytes(bytes);
        REQUIRE(read);
        CHECK(equal(*read, a));
        CHECK(is_negative(a) == ((in_field(value_of(a)) & 1) != 0));
    }
    for (int above = 0; above < 19; ++above) CHECK_FALSE(from_bytes(bytes_of<32>(p + above)));
    CHECK(from_bytes(bytes_of<32>(p - 1)));
    CHECK(from_bytes(bytes_of<32>((Number(1) << 255) + p - 1))); // the 256th bit is not the field's
    CHECK_FALSE(from_bytes(bytes_of<32>((Number(1) << 255) + p)));
}

TEST_CASE("field: inverses and root powers are the powers they should be", "[crypto]") {
    for (const Field& a : some_fields()) {
        CHECK(number_of(to_bytes(root_power(a))) ==
              crypto::reference::power(in_field(value_of(a)), Number((p - 5) / 8)));
        if (is_zero(a)) {
            CHECK(is_zero(inverse(a)));
        } else {
            CHECK(equal(a * inverse(a), one));
        }
    }
}
