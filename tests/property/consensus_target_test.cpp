// Targets, work and ASERT against plain arithmetic of unlimited width.
#include "catch.hpp"
#include "support/builders.hpp"
#include <consensus/target.hpp>

#include <boost/multiprecision/cpp_int.hpp>

using namespace cairn;
using namespace cairn::consensus;

namespace {

using Int = boost::multiprecision::cpp_int;

Int wide(const Uint256& number) {
    Int out = 0;
    for (std::size_t i = 4; i-- > 0;) out = (out << 64) | number.limbs[i];
    return out;
}

Uint256 random_target(Random& random) {
    Hash256 raw;
    random.fill(raw);
    const Uint256 out = Uint256::from_big_endian(raw) >> static_cast<unsigned>(random.below(256));
    return out.is_zero() ? Uint256(1) : out;
}

/// As the description words it.
Int reference_target(const Parameters& p, std::uint32_t parent, std::uint64_t counted) {
    Int anchor = wide(*expand(p.initial_target));
    Int limit = wide(*expand(p.limit));
    if (p.half_life_ms == 0) return anchor;
    const Int e = (Int(counted) - Int(p.interval_ms) * parent) * 65536 / Int(p.half_life_ms); // truncates
    Int s = e / 65536;
    if (s * 65536 > e) --s; // floors
    const Int f = e - 65536 * s;
    if (s >= 256) return limit;
    if (s <= -257) return 1;
    const Int cubic = Int("195766423245049") * f + Int(971821376) * f * f + Int(5127) * f * f * f;
    const Int factor = 65536 + ((cubic + (Int(1) << 47)) >> 48);
    const int shift = static_cast<int>(s) - 16;
    const Int product = anchor * factor;
    const Int exact = shift >= 0 ? Int(product << shift) : Int(product >> -shift);
    return exact < 1 ? Int(1) : exact > limit ? limit : exact;
}

} // namespace

TEST_CASE("every compact form that is accepted is the one that its target gives", "[consensus][property]") {
    // All mantissas of the short forms, and of a long one; for the rest, the ones at the edges.
    std::uint64_t wrong = 0;
    std::uint64_t accepted = 0;
    const auto look = [&](std::uint32_t bits) {
        if (const auto target = expand(CompactTarget{bits})) {
            ++accepted;
            wrong += compact(*target).bits != bits;
        }
    };
    for (const std::uint32_t size : {0U, 1U, 2U, 3U, 31U})
        for (std::uint32_t mantissa = 0; mantissa < 1U << 24; mantissa += 1 + (size == 31 ? 16 : 2))
            look(size << 24 | mantissa);
    for (std::uint32_t mantissa = 0; mantissa < 1U << 24; mantissa += 256) look(2U << 24 | mantissa);
    for (std::uint32_t mantissa = 0; mantissa < 1U << 24; mantissa += 65536) look(1U << 24 | mantissa);
    for (std::uint32_t size = 0; size < 256; ++size)
        for (std::uint32_t top = 0; top < 256; ++top)
            for (const std::uint32_t rest : {0U, 1U, 0xffU, 0x100U, 0xff00U, 0xffffU})
                look(size << 24 | top << 16 | rest);
    CHECK(wrong == 0);
    CHECK(accepted > 1'000'000);
}

TEST_CASE("compacting floors, and keeps the order", "[consensus][property]") {
    Prng random(201);
    for (int round = 0; round < 20'000; ++round) {
        const Uint256 a = random_target(random);
        const Uint256 b = random.below(2) == 0 ? random_target(random) : a + Uint256(random.below(1'000));
        const Uint256 floor = *expand(compact(a));
        REQUIRE(floor <= a);
        REQUIRE(wide(a) - wide(floor) < (Int(1) << (a.bit_length() > 16 ? a.bit_length() - 16 : 0)));
        if (a <= b) REQUIRE(floor <= *expand(compact(b)));
        REQUIRE(compact(floor) == compact(a));
    }
}

TEST_CASE("work is 2^256 by the target plus one, floored", "[consensus][property]") {
    Prng random(202);
    const Int all = Int(1) << 256;
    for (int round = 0; round < 20'000; ++round) {
        const Uint256 target = random_target(random);
        REQUIRE(wide(work_of(target)) == all / (wide(target) + 1));
    }
    for (unsigned bits = 1; bits < 256; ++bits)
        for (const Uint256& near :
             {(Uint256(1) << bits) - Uint256(1), Uint256(1) << bits, (Uint256(1) << bits) + Uint256(1)})
            REQUIRE(wide(work_of(near)) == all / (wide(near) + 1));
}

TEST_CASE("ASERT is exact for every network and every place in it", "[consensus][property]") {
    Prng random(203);
    for (int round = 0; round < 30'000; ++round) {
        Parameters p;
        p.interval_ms = 1 + (random.below(UINT32_MAX) >> random.below(32));
        p.half_life_ms = 1 + (random.below(UINT32_MAX) >> random.below(32));
        p.limit = compact(random_target(random));
        const Uint256 limit = *expand(p.limit);
        const Uint256 initial = limit >> static_cast<unsigned>(random.below(limit.bit_length()));
        p.initial_target = compact(initial);
        const auto parent = static_cast<std::uint32_t>(random.next_u64() >> (32 + random.below(32)));
        // Around the schedule, where the result is neither the limit nor 1, and anywhere.
        const std::uint64_t schedule = p.interval_ms * parent;
        const std::uint64_t range = p.half_life_ms * 300;
        const std::uint64_t start = schedule > range / 2 ? schedule - range / 2 : 0;
        const std::uint64_t counted = random.below(8) == 0 ? random.next_u64() : start + random.below(range);
        REQUIRE(wide(next_target_exact(p, Height{parent}, counted)) == reference_target(p, parent, counted));
    }
}

TEST_CASE("more counted time never makes the next block harder", "[consensus][property]") {
    const Parameters p = [] {
        Parameters out = main_network().parameters();
        out.limit = CompactTarget{0x20ffffff};
        return out;
    }();
    Prng random(204);
    for (int round = 0; round < 5'000; ++round) {
        const Height parent{static_cast<std::uint32_t>(random.below(100'000))};
        const std::uint64_t counted = random.below(2'000'000'000);
        const std::uint64_t more = counted + random.below(2'000'000);
        REQUIRE(next_target_exact(p, parent, counted) <= next_target_exact(p, parent, more));
    }
}

TEST_CASE("a lie of F ms about time gains at most 2^(F / half-life)", "[consensus][property][attack]") {
    const Parameters p = [] {
        Parameters out = main_network().parameters();
        out.limit = CompactTarget{0x20ffffff};
        return out;
    }();
    Prng random(205);
    for (int round = 0; round < 2'000; ++round) {
        const Height parent{static_cast<std::uint32_t>(random.below(100'000))};
        const std::uint64_t honest = parent.value * p.interval_ms + random.below(1'000'000);
        const std::uint64_t halvings = random.below(8);
        const Int lied = wide(next_target_exact(p, parent, honest + halvings * p.half_life_ms));
        const Int told = wide(next_target_exact(p, parent, honest));
        REQUIRE(lied <= (told << static_cast<unsigned>(halvings)) + (Int(1) << 20)); // what flooring took
    }
    // However far ahead a block's time is, it counts for one half-life.
    CHECK(counted_time(p, 0, Time{1}, Time{UINT64_MAX}) == p.half_life_ms);
}
