#include "catch.hpp"
#include "support/builders.hpp"
#include <consensus/target.hpp>

using namespace cairn;
using namespace cairn::consensus;

namespace {

/// T = 15, Hl = 900, anchor 2^220, as the vectors of CONSENSUS.md have it. Its limit is far away.
Parameters vector_parameters() {
    Parameters out;
    out.interval_ms = 15;
    out.half_life_ms = 900;
    out.initial_target = compact(Uint256(1) << 220);
    out.limit = CompactTarget{0x20ffffff};
    return out;
}

} // namespace

TEST_CASE("ASERT gives the seven vectors of the format description", "[consensus]") {
    const Parameters parameters = vector_parameters();
    struct Vector {
        std::uint64_t elapsed; // v(p) + T
        std::uint32_t parent;
        std::uint64_t result; // >> 196
    };
    for (const auto& [elapsed, parent, result] :
         {Vector{15, 0, 0x1000000}, Vector{2415, 100, 0x2000000}, Vector{615, 100, 0x800000},
          Vector{1965, 100, 0x16a0200}, Vector{1514, 100, 0xffce80}, Vector{1516, 100, 0x1003200}})
        CHECK((next_target_exact(parameters, Height{parent}, elapsed - 15) >> 196) == Uint256(result));
    // The seventh, (−1485, 100): counted time is never negative, so 100 blocks more stand for 1,500 less of
    // it.
    CHECK((next_target_exact(parameters, Height{200}, 0) >> 196) == Uint256(0x196610));
}

TEST_CASE("ASERT stays between 1 and the limit, however far from its schedule", "[consensus]") {
    Parameters parameters = vector_parameters();
    const Uint256 limit = *expand(parameters.limit);
    CHECK(next_target_exact(parameters, Height{0}, UINT64_MAX) == limit);
    CHECK(next_target_exact(parameters, Height{0}, 900ULL * 36) == limit); // 2^256
    CHECK(next_target_exact(parameters, Height{0}, 900ULL * 35) == Uint256(1) << 255);
    CHECK(next_target_exact(parameters, Height{0}, 900ULL * 256) == limit);
    CHECK(next_target_exact(parameters, Height{UINT32_MAX}, 0) == Uint256(1));
    CHECK(next_target_exact(parameters, Height{60 * 220}, 0) == Uint256(1)); // 2^220 / 2^220
    CHECK(next_target_exact(parameters, Height{60 * 219}, 0) == Uint256(2));
    CHECK(next_target_exact(parameters, Height{60 * 257}, 0) == Uint256(1));
    CHECK(next_target(parameters, Height{60 * 257}, 0) == CompactTarget{0x01010000});
    parameters.limit = parameters.initial_target;
    CHECK(next_target(parameters, Height{0}, 900) == parameters.limit);
    parameters.interval_ms = UINT32_MAX; // the extremes that a network may have
    parameters.half_life_ms = UINT32_MAX;
    CHECK(next_target_exact(parameters, Height{UINT32_MAX}, 0) == Uint256(1));
}

TEST_CASE("without a half-life the target is always the initial one", "[consensus]") {
    const Parameters dev = dev_network().parameters();
    for (const std::uint32_t parent : {0U, 1U, UINT32_MAX})
        for (const std::uint64_t counted : {std::uint64_t{0}, UINT64_MAX})
            CHECK(next_target(dev, Height{parent}, counted) == dev.initial_target);
    CHECK(counted_time(dev, 7, Time{0}, Time{UINT64_MAX}) == 7);
}

TEST_CASE("a block counts for at most a half-life", "[consensus]") {
    const Parameters main = main_network().parameters();
    CHECK(counted_time(main, 100, Time{5}, Time{6}) == 101);
    CHECK(counted_time(main, 100, Time{5}, Time{900'005}) == 900'100);
    CHECK(counted_time(main, 100, Time{5}, Time{900'006}) == 900'100);
    CHECK(counted_time(main, 100, Time{0}, Time{UINT64_MAX}) == 900'100);
}

TEST_CASE("compact targets have one form", "[consensus]") {
    CHECK(expand(CompactTarget{0x01010000}) == Uint256(1));
    CHECK(expand(CompactTarget{0x01ff0000}) == Uint256(0xff));
    CHECK(expand(CompactTarget{0x02010000}) == Uint256(0x100));
    CHECK(expand(CompactTarget{0x02800100}) == Uint256(0x8001));
    CHECK(expand(CompactTarget{0x03800000}) == Uint256(0x800000));
    CHECK(expand(CompactTarget{0x04123456}) == Uint256(0x12345600));
    CHECK(expand(CompactTarget{0x1e080000}) == Uint256(1) << 235);
    CHECK(expand(CompactTarget{0x20ffffff}) == Uint256(0xffffff) << 232);
    for (const std::uint32_t bad :
         {0x00000000U, 0x00010000U, 0x01000000U, 0x01000001U, 0x01010001U, 0x01010100U, 0x03000000U,
          0x0300ffffU, 0x20000001U, 0x2000ffffU, 0x21010000U, 0x21000001U, 0xffffffffU})
        CHECK_FALSE(expand(CompactTarget{bad}));
    CHECK(compact(Uint256::max()) == CompactTarget{0x20ffffff});
    CHECK(compact(Uint256(0x12345678)) == CompactTarget{0x04123456}); // floors
    CHECK_THROWS_AS(compact(Uint256{}), std::logic_error);
}

TEST_CASE("work is the expected number of attempts", "[consensus]") {
    CHECK(work_of(Uint256::max()) == Uint256(1));
    CHECK(work_of(Uint256::max() >> 1) == Uint256(2));
    CHECK(work_of((Uint256::max() >> 1) - Uint256(1)) == Uint256(2));
    CHECK(work_of(Uint256(1)) == Uint256(1) << 255);
    CHECK(work_of(Uint256(2)).to_hex() == "5555555555555555555555555555555555555555555555555555555555555555");
    CHECK(work_of(*expand(main_network().parameters().initial_target)) == Uint256((1 << 21) - 1));
    CHECK(work_of(*expand(dev_network().parameters().initial_target)) == Uint256(1));
}
