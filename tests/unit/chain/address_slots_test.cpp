#include "catch.hpp"
#include <base/random.hpp>
#include <chain/address_slots.hpp>

using namespace cairn;
using chain::AddressSlots;

namespace {

crypto::Address address_from(Random& random) {
    crypto::Address out;
    random.fill(out.bytes);
    return out;
}

} // namespace

TEST_CASE("the table of addresses finds what was added and nothing else, as it grows", "[chain]") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        Prng random(seed);
        ByteArray<16> salt{};
        random.fill(salt);
        AddressSlots slots(salt);
        std::vector<crypto::Address> added;
        const auto is_at = [&](const crypto::Address& address, std::uint32_t at) {
            return added.at(at) == address;
        };
        for (std::uint32_t i = 0; i < 5'000; ++i) {
            const auto address = address_from(random);
            CHECK_FALSE(slots.find(address, is_at));
            added.push_back(address);
            slots.add(address, i);
            const auto some = static_cast<std::uint32_t>(random.below(i + 1));
            CHECK(slots.find(added[some], is_at) == some);
        }
        CHECK(slots.count() == added.size());
        for (std::uint32_t i = 0; i < added.size(); ++i) REQUIRE(slots.find(added[i], is_at) == i);
    }
}

TEST_CASE("addresses looked for together are found as one by one, and fetched first", "[chain]") {
    Prng random(7);
    AddressSlots slots(ByteArray<16>{});
    std::vector<crypto::Address> all;
    for (std::uint32_t i = 0; i < 400; ++i) {
        all.push_back(address_from(random));
        if (i % 2 == 0) slots.add(all.back(), i);
        if (i % 16 == 0) slots.add(all.back(), i + 1); // the same hash twice: the first is passed over below
    }
    const auto is_at = [&](const crypto::Address& address, std::uint32_t at) {
        return at % 16 == 1 ? all[at - 1] == address : at % 16 != 0 && all[at] == address;
    };
    for (const std::size_t count : {0U, 1U, 63U, 64U, 65U, 400U}) {
        std::vector<std::size_t> which;
        std::vector<crypto::Address> asked;
        for (std::size_t i = 0; i < count; ++i) {
            which.push_back(random.below(all.size()));
            asked.push_back(all[which.back()]);
        }
        std::vector<std::uint32_t> fetched;
        std::vector<std::uint32_t> places(count);
        slots.find_all(
            asked, is_at, [&](std::uint32_t at) { fetched.push_back(at); }, places);
        std::size_t there = 0;
        for (std::size_t i = 0; i < count; ++i) {
            REQUIRE(places[i] == slots.find(asked[i], is_at).value_or(AddressSlots::none));
            REQUIRE((places[i] == AddressSlots::none) == (which[i] % 2 == 1));
            if (which[i] % 2 == 0) ++there;
        }
        CHECK(fetched.size() == there);
    }
}
