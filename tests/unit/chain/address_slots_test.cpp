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
        const auto is = [&](const crypto::Address& address) {
            return [&](std::uint32_t at) { return added.at(at) == address; };
        };
        for (std::uint32_t i = 0; i < 5'000; ++i) {
            const auto address = address_from(random);
            CHECK_FALSE(slots.find(address, is(address)));
            added.push_back(address);
            slots.add(address, i);
            const auto some = static_cast<std::uint32_t>(random.below(i + 1));
            CHECK(slots.find(added[some], is(added[some])) == some);
        }
        CHECK(slots.count() == added.size());
        for (std::uint32_t i = 0; i < added.size(); ++i) REQUIRE(slots.find(added[i], is(added[i])) == i);
    }
}

TEST_CASE("accounts that are expected are fetched, each whose address is there", "[chain]") {
    Prng random(7);
    AddressSlots slots(ByteArray<16>{});
    std::vector<crypto::Address> all;
    for (std::uint32_t i = 0; i < 200; ++i) {
        all.push_back(address_from(random));
        if (i % 2 == 0) slots.add(all.back(), i);
    }
    std::vector<const crypto::Address*> asked;
    for (const auto& address : all) asked.push_back(&address);
    std::vector<std::uint32_t> fetched;
    slots.expect(asked, [&](std::uint32_t at) { fetched.push_back(at); });
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t i = 0; i < 200; i += 2) wanted.push_back(i);
    CHECK(fetched == wanted);
}
