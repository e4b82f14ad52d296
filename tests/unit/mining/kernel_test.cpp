#include "catch.hpp"
#include <base/random.hpp>
#include <mining/kernel.hpp>
#include <model/block.hpp>

using namespace cairn;
using namespace cairn::mining;

namespace {

Hash256 random_hash(Prng& random) {
    Hash256 out;
    random.fill(out);
    return out;
}

Uint256 number_of(const Hash256& digest, std::uint64_t nonce) {
    return Uint256::from_big_endian(block_id(digest, WorkSeal{nonce}).bytes);
}

} // namespace

TEST_CASE("a nonce is found exactly where the block's id meets the target", "[mining]") {
    Prng random{1};
    for (const auto& [name, kernel] : kernels()) {
        INFO(name);
        for (int round = 0; round < 40; ++round) {
            const Hash256 digest = random_hash(random);
            const std::uint64_t first = random.next();
            const Uint256 target = Uint256::max() >> static_cast<unsigned>(random.below(10));
            std::optional<std::uint64_t> expected;
            for (std::uint64_t i = 0; i < 200 && !expected; ++i)
                if (number_of(digest, first + i) <= target) expected = first + i;
            CHECK(kernel(digest, target, first, 200) == expected);
        }
    }
}

TEST_CASE("an id equal to the target meets it, and one above does not", "[mining]") {
    Prng random{2};
    for (int round = 0; round < 100; ++round) {
        const Hash256 digest = random_hash(random);
        const std::uint64_t nonce = random.next();
        const Uint256 id = number_of(digest, nonce);
        for (const auto& [name, kernel] : kernels()) {
            INFO(name);
            CHECK(kernel(digest, id, nonce, 1) == nonce);
            CHECK_FALSE(kernel(digest, id - Uint256{1}, nonce, 1));
        }
    }
}

TEST_CASE("every word of the target counts", "[mining]") {
    const Hash256 digest{};
    const Uint256 id = number_of(digest, 7);
    for (const auto& [name, kernel] : kernels()) {
        INFO(name);
        for (unsigned bit = 0; bit < 256; ++bit) {
            const Uint256 mask = Uint256{1} << bit;
            CHECK(kernel(digest, id - mask, 7, 1).has_value() == (id - mask >= id));
            CHECK(kernel(digest, id + mask, 7, 1).has_value() == (id + mask >= id));
        }
    }
}

TEST_CASE("the first of several nonces is reported, none outside the range", "[mining]") {
    const Hash256 digest{};
    for (const auto& [name, kernel] : kernels()) {
        INFO(name);
        CHECK(kernel(digest, Uint256::max(), 5, 10) == 5);
        CHECK_FALSE(kernel(digest, Uint256::max(), 5, 0));
        CHECK_FALSE(kernel(digest, Uint256{}, 0, 100));
        // A target that one nonce meets: found from every place before it, and in no range that ends before
        // it.
        const std::uint64_t best = 23;
        for (std::uint64_t first = 0; first <= best; ++first) {
            const Uint256 target = number_of(digest, best);
            std::uint64_t expected = first;
            while (number_of(digest, expected) > target) ++expected;
            CHECK(kernel(digest, target, first, expected - first + 1) == expected);
            CHECK_FALSE(kernel(digest, target, first, expected - first));
        }
    }
}

TEST_CASE("nonces go on from 0 after the highest", "[mining]") {
    const Hash256 digest{};
    const Uint256 below = std::min(number_of(digest, UINT64_MAX), number_of(digest, UINT64_MAX - 1));
    std::uint64_t small = 0;
    while (number_of(digest, small) >= below) ++small;
    for (const auto& [name, kernel] : kernels()) {
        INFO(name);
        CHECK(kernel(digest, number_of(digest, small), UINT64_MAX - 1, small + 3) == small);
    }
}

TEST_CASE("nonces go on where their upper half changes", "[mining]") {
    Prng random{3};
    for (int round = 0; round < 20; ++round) {
        const Hash256 digest = random_hash(random);
        const std::uint64_t edge = (1 + random.below(1000)) << 32;
        const std::uint64_t first = edge - 1 - random.below(40);
        const std::uint64_t last = edge + random.below(40);
        Uint256 least = number_of(digest, first);
        std::uint64_t at = first;
        for (std::uint64_t nonce = first; nonce <= last; ++nonce)
            if (number_of(digest, nonce) < least) least = number_of(digest, at = nonce);
        for (const auto& [name, kernel] : kernels()) {
            INFO(name);
            CHECK(kernel(digest, least, first, last - first + 1) == at);
            CHECK_FALSE(kernel(digest, least - Uint256{1}, first, last - first + 1));
        }
    }
}

TEST_CASE("the portable kernel is there everywhere, and the best is the first", "[mining]") {
    const auto all = kernels();
    REQUIRE_FALSE(all.empty());
    CHECK(all.back().name == "portable");
    CHECK(all.back().try_nonces == try_nonces_portable);
    CHECK(best_kernel() == all.front().try_nonces);
}

TEST_CASE("quick tries from 0 and gives up", "[mining]") {
    const Hash256 digest{};
    CHECK(quick(digest, Uint256::max(), 1) == 0);
    CHECK_FALSE(quick(digest, Uint256::max(), 0));
    const Uint256 target = Uint256::max() >> 6;
    const auto nonce = quick(digest, target, 10'000);
    REQUIRE(nonce);
    CHECK(number_of(digest, *nonce) <= target);
    CHECK_FALSE(quick(digest, target, *nonce));
}
