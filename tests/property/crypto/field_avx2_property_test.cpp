// Four elements at once, against numbers of any size, up to the bounds of field_avx2.hpp.
#ifdef __x86_64__
#include "catch.hpp"
#include "vectors/crypto/reference.hpp"
#include <base/random.hpp>
#include <crypto/ed25519/field_avx2.hpp>
#include <crypto/form.hpp>

using namespace cairn;
using namespace cairn::crypto::ed25519;
using crypto::reference::in_field;
using crypto::reference::Number;

namespace {

/// Limbs of the four elements, as plain numbers.
using Raw = std::array<std::array<std::uint64_t, 4>, avx2::limbs>;

[[gnu::target("avx2")]] void load(avx2::Four& to, const Raw& from) {
    for (std::size_t i = 0; i < from.size(); ++i)
        to[i].v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from[i].data()));
}
[[gnu::target("avx2")]] void store(Raw& to, const avx2::Four& from) {
    for (std::size_t i = 0; i < to.size(); ++i)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to[i].data()), from[i].v);
}
[[gnu::target("avx2")]] void multiply(Raw& out, const Raw& a, const Raw& b) {
    avx2::Four x;
    avx2::Four y;
    load(x, a);
    load(y, b);
    store(out, x * y);
}
[[gnu::target("avx2")]] void square_of(Raw& out, const Raw& a) {
    avx2::Four x;
    load(x, a);
    store(out, avx2::square(x));
}
[[gnu::target("avx2")]] void there_and_back(std::array<Field, 4>& all) {
    all = avx2::fields_of(avx2::lanes_of(all[0], all[1], all[2], all[3]));
}

Number value_of(const Raw& raw, std::size_t lane) {
    Number value = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) value += Number(raw[i][lane]) << ((51 * i + 1) / 2);
    return value;
}

std::uint64_t tight(std::size_t limb) {
    return (std::uint64_t{1} << (26 - limb % 2)) + (1 << (19 - limb % 2));
}
std::uint64_t loose(std::size_t limb) {
    return (std::uint64_t{3} << (26 - limb % 2)) + (1 << (20 - limb % 2));
}

/// Loose limbs: at the bound, zero, or anything between.
Raw some_raw(Prng& random) {
    Raw raw;
    for (std::size_t lane = 0; lane < 4; ++lane) {
        const auto kind = random.below(6);
        for (std::size_t i = 0; i < raw.size(); ++i) {
            const bool extreme = kind == 0 || (kind == 1 && random.below(2) == 0);
            raw[i][lane] = extreme ? loose(i) - 1 : kind == 2 ? 0 : random.below(loose(i));
        }
    }
    return raw;
}

} // namespace

TEST_CASE(
    "four at once: products and squares are those of the field, and tight, whatever loose limbs they took",
    "[crypto]") {
    if (crypto::best_form() != crypto::Form::avx2) return;
    Prng random(1);
    for (int round = 0; round < 3'000; ++round) {
        const Raw a = some_raw(random);
        const Raw b = some_raw(random);
        Raw ab;
        Raw aa;
        multiply(ab, a, b);
        square_of(aa, a);
        for (std::size_t lane = 0; lane < 4; ++lane) {
            const Number x = value_of(a, lane);
            if (in_field(value_of(ab, lane)) != in_field(x * value_of(b, lane))) FAIL("product " << round);
            if (in_field(value_of(aa, lane)) != in_field(x * x)) FAIL("square " << round);
            for (std::size_t i = 0; i < avx2::limbs; ++i)
                if (ab[i][lane] >= tight(i) || aa[i][lane] >= tight(i)) FAIL("limb " << i << ", " << round);
        }
    }
}

TEST_CASE("four at once: elements come back as they went in", "[crypto]") {
    if (crypto::best_form() != crypto::Form::avx2) return;
    Prng random(2);
    for (int round = 0; round < 500; ++round) {
        std::array<Field, 4> all;
        for (Field& one_of : all)
            for (auto& limb : one_of.limb)
                limb = random.below(4) == 0 ? (1ULL << 51) + (1 << 15) - 1 : random.below(1ULL << 51);
        auto back = all;
        there_and_back(back);
        for (std::size_t i = 0; i < 4; ++i) CHECK(back[i].limb == all[i].limb);
    }
}
#endif
