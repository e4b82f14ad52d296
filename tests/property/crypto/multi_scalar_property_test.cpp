// Sums of multiples, by every method, against the reference and against each other.
#include "catch.hpp"
#include "support/forms.hpp"
#include "vectors/crypto/reference.hpp"
#include "vectors/crypto/table.hpp"
#include <base/random.hpp>
#include <crypto/ed25519/multi_scalar.hpp>

using namespace cairn;
using namespace cairn::crypto::ed25519;
namespace reference = cairn::crypto::reference;
using reference::Number;

namespace {

Scalar scalar_of(const Number& value) {
    const auto scalar = scalar_from_bytes(reference::bytes_of<32>(value));
    REQUIRE(scalar);
    return *scalar;
}

/// Of up to `bits` bits, at times at an edge.
Number some_number(Random& random, unsigned bits) {
    switch (random.below(8)) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
        return bits >= 253 ? Number(reference::order - 1) : Number((Number(1) << bits) - 1);
    default: {
        ByteArray<64> hash;
        random.fill(hash);
        return (reference::number_of(hash) % reference::order) % (Number(1) << bits);
    }
    }
}

std::vector<Point> torsion() {
    std::vector<Point> all;
    for (const auto& row : test::read_table("ed25519_small_order.txt"))
        if (row.at(1) == "canonical") all.push_back(*decode(test::array_of<32>(row.at(0))));
    return all;
}

/// Of order L, of small order, of both; with Z = 1 and without; the identity and a point twice.
Point some_point(Random& random, const std::vector<Term>& before) {
    static const auto small = torsion();
    const Point any = multi_scalar(scalar_of(some_number(random, 253)), {}) + small[random.below(8)];
    switch (random.below(8)) {
    case 0:
        return small[random.below(8)];
    case 1:
        return before.empty() ? identity : before[random.below(before.size())].point;
    case 2:
        return before.empty() ? identity : -before[random.below(before.size())].point;
    case 3:
        return any;
    default:
        return *decode(encode(any));
    }
}

std::vector<Term> some_terms(Random& random, std::size_t count) {
    std::vector<Term> terms;
    while (terms.size() < count)
        terms.push_back(
            {scalar_of(some_number(random, random.below(2) == 0 ? 128 : 253)), some_point(random, terms)});
    return terms;
}

Number number_of(const Scalar& scalar) {
    Number value = 0;
    for (std::size_t i = scalar.word.size(); i-- > 0;) value = (value << 64) + scalar.word[i];
    return value;
}

} // namespace

TEST_CASE("sums of multiples are the reference's, by each method", "[crypto]") {
    Prng random(1);
    for (const std::size_t count : {0U, 1U, 2U, 5U, 9U}) {
        const auto terms = some_terms(random, count);
        const Number base = some_number(random, 253);
        auto expected = base * reference::base();
        for (const Term& term : terms)
            expected = expected + number_of(term.scalar) * *reference::decode(encode(term.point));
        const auto encoded = reference::encode(expected);
        for (const auto form : test::forms()) {
            CHECK(encode(straus(scalar_of(base), terms, form)) == encoded);
            CHECK(encode(multi_scalar(scalar_of(base), terms, form)) == encoded);
            for (unsigned width = 2; width <= 15; ++width)
                CHECK(encode(pippenger(scalar_of(base), terms, width, form)) == encoded);
        }
    }
}

TEST_CASE("sums of multiples of every number of points agree", "[crypto]") {
    Prng random(2);
    for (std::size_t count = 0; count < 600; count += 1 + count / 8) {
        const auto terms = some_terms(random, count);
        const Scalar base = scalar_of(some_number(random, 253));
        Point expected = multi_scalar(base, {});
        for (const Term& term : terms) expected = expected + straus({}, {&term, 1}, crypto::Form::portable);
        for (const auto form : test::forms()) {
            CHECK(equal(straus(base, terms, form), expected));
            CHECK(equal(multi_scalar(base, terms, form), expected));
            for (const unsigned width : {2U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 12U})
                CHECK(equal(pippenger(base, terms, width, form), expected));
        }
    }
}

TEST_CASE("few points are summed by Straus's method, many by Pippenger's, with wider digits for more",
          "[crypto]") {
    const Scalar half = scalar_of((Number(1) << 128) - 1);
    const Scalar whole = scalar_of(reference::order - 1);
    unsigned before = 0;
    for (std::size_t count = 1; count <= 1 << 14; count *= 4) {
        std::vector<Term> terms(count, {half, base_point});
        terms.resize(2 * count, {whole, base_point});
        const unsigned width = best_width(terms, crypto::Form::portable);
        if (count <= 16) CHECK(width == 0);
        if (count >= 1024) CHECK(width >= 7);
        CHECK(width >= before);
        CHECK(width <= 12);
        before = width;
    }
}
