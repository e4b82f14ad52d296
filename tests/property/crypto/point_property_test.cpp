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

Number random_number(Random& random) {
    ByteArray<64> hash;
    random.fill(hash);
    return reference::number_of(hash) % reference::order;
}

/// value·B
Point multiple_of_base(const Number& value) { return multi_scalar(scalar_of(value), {}); }

/// The eight points of small order, as RFC 8032 encodes them.
std::vector<Point> torsion() {
    std::vector<Point> all;
    for (const auto& row : test::read_table("ed25519_small_order.txt")) {
        if (row.at(1) != "canonical") continue;
        const auto point = decode(test::array_of<32>(row.at(0)));
        REQUIRE(point);
        all.push_back(*point);
    }
    REQUIRE(all.size() == 8);
    return all;
}

/// Points of order L, of small order, and sums of both.
std::vector<Point> some_points() {
    std::vector<Point> all = torsion();
    all.push_back(base_point);
    Prng random(1);
    for (int i = 0; i < 6; ++i) {
        all.push_back(multiple_of_base(random_number(random)));
        all.push_back(all.back() + all[1 + random.below(7)]);
    }
    return all;
}

bool is_on_curve(const Point& a) {
    const Field xx = square(a.x * inverse(a.z));
    const Field yy = square(a.y * inverse(a.z));
    const auto d = from_bytes(reference::bytes_of<32>(reference::d));
    return equal(yy - xx, xx * yy * *d + one) && equal(a.t * a.z, a.x * a.y);
}

} // namespace

TEST_CASE("points: the laws of a commutative group hold, small order included", "[crypto]") {
    const auto all = some_points();
    for (const Point& a : all) {
        CHECK(is_on_curve(a));
        CHECK(equal(a + identity, a));
        CHECK(is_identity(a - a));
        CHECK(is_identity(a + -a));
        CHECK(equal(doubled(a), a + a));
        for (const Point& b : all) {
            CHECK(is_on_curve(a + b));
            CHECK(equal(a + b, b + a));
            CHECK(equal((a - b) + b, a));
            for (const Point& c : {all[3], all[7], all[9], all[12]}) CHECK(equal((a + b) + c, a + (b + c)));
        }
    }
}

TEST_CASE("points: B has order L, and is the published point", "[crypto]") {
    ByteArray<32> published;
    published.fill(0x66);
    published[0] = 0x58;
    CHECK(encode(base_point) == published);
    CHECK(equal(*decode(published), base_point));
    CHECK(is_on_curve(base_point));
    CHECK(is_identity(multiple_of_base(reference::order - 1) + base_point));
    CHECK_FALSE(is_identity(multiple_of_base(reference::order - 1)));
    CHECK(is_identity(multiple_of_base(0)));
}

TEST_CASE("points: eight are of small order, with the orders 1, 2, 4, 4, 8, 8, 8, 8", "[crypto]") {
    std::vector<int> orders;
    for (const Point& point : torsion()) {
        CHECK(is_small_order(point));
        int order = 1;
        for (Point multiple = point; !is_identity(multiple); multiple = multiple + point) ++order;
        orders.push_back(order);
        CHECK(encodes_small_order(encode(point)));
        CHECK_FALSE(is_small_order(base_point + point));
        CHECK_FALSE(encodes_small_order(encode(base_point + point)));
    }
    std::sort(orders.begin(), orders.end());
    CHECK(orders == std::vector<int>{1, 2, 4, 4, 8, 8, 8, 8});
}

TEST_CASE("points: an encoding is read as the reference reads it, or refused", "[crypto]") {
    Prng random(2);
    std::size_t read = 0;
    for (int i = 0; i < 400; ++i) {
        ByteArray<32> bytes;
        random.fill(bytes);
        if (i < 100) { // about the edge of p, both signs
            bytes.fill(0xff);
            bytes[0] = static_cast<Byte>(0xff - i / 2);
            if (i % 2 != 0) bytes[31] = 0x7f;
        }
        if (i >= 100 && i < 130) { // small y
            bytes.fill(0);
            bytes[0] = static_cast<Byte>(i / 2 - 50);
            if (i % 2 != 0) bytes[31] = 0x80;
        }
        const auto point = decode(bytes);
        const auto expected = reference::decode(bytes);
        REQUIRE(point.has_value() == expected.has_value());
        if (!point) continue;
        ++read;
        CHECK(encode(*point) == bytes);
        CHECK(encodes_small_order(bytes) == is_small_order(*point));
        CHECK(reference::number_of(to_bytes(point->x)) == expected->x);
        CHECK(is_on_curve(*point));
    }
    CHECK(read > 100);
}

TEST_CASE("points: many are read as one is, in every form", "[crypto]") {
    Prng random(4);
    for (std::size_t count = 0; count < 40; ++count) {
        std::vector<ByteArray<32>> encodings(count);
        for (auto& bytes : encodings) {
            random.fill(bytes);
            if (random.below(4) == 0) std::fill(bytes.begin() + 1, bytes.end() - 1, Byte{0xff});
            if (random.below(4) == 0) std::fill(bytes.begin() + 1, bytes.end() - 1, Byte{0});
        }
        for (const auto form : test::forms()) {
            const auto points = decode_many(encodings, form);
            REQUIRE(points.size() == count);
            for (std::size_t i = 0; i < count; ++i) {
                const auto expected = decode(encodings[i]);
                REQUIRE(points[i].has_value() == expected.has_value());
                if (!expected) continue;
                CHECK(encode(*points[i]) == encodings[i]);
                CHECK(is_on_curve(*points[i]));
                CHECK(points[i]->z.limb == one.limb);
            }
        }
    }
}

TEST_CASE("points: multiples and sums of multiples are the reference's", "[crypto]") {
    Prng random(3);
    const auto torsion_points = torsion();
    for (int i = 0; i < 24; ++i) {
        const Number a = i < 4 ? Number(i) : i < 6 ? Number(reference::order - i + 3) : random_number(random);
        const Number b = i % 4 == 0 ? Number(i / 4) : random_number(random);
        const Point point = multiple_of_base(random_number(random)) + torsion_points[random.below(8)];
        const auto expected = a * *reference::decode(encode(point)) + b * reference::base();
        const Term term{scalar_of(a), point};
        CHECK(encode(multi_scalar(scalar_of(b), {&term, 1})) == reference::encode(expected));
    }
}
