// Sorting by hashes: in order whatever the keys, and each is found.
#include "catch.hpp"
#include <base/random.hpp>
#include <base/spread_sort.hpp>

#include <functional>

using namespace cairn;

namespace {

using Entry = std::pair<std::uint64_t, std::uint32_t>;

void check_sorted(const std::vector<Entry>& entries) {
    const auto key = [](const Entry& entry) { return entry.first; };
    const SpreadSorted sorted(entries, key, std::less<Entry>{});
    auto expected = entries;
    std::sort(expected.begin(), expected.end());
    REQUIRE(sorted.items() == expected);
    for (const Entry& entry : entries) {
        const Entry* found = sorted.find(entry.first, entry, std::less<Entry>{});
        REQUIRE(found != nullptr);
        REQUIRE(*found == entry);
    }
    const Entry absent{0x8000'0000'0000'0000, 0xffff'ffff};
    CHECK(sorted.find(absent.first, absent, std::less<Entry>{}) == nullptr);
}

} // namespace

TEST_CASE("what is spread by its first bits comes out in order, of any number", "[base]") {
    Prng random(11);
    for (const std::size_t count : {0U, 1U, 2U, 3U, 64U, 65U, 1'000U, 70'000U}) {
        std::vector<Entry> entries;
        for (std::size_t i = 0; i < count; ++i)
            entries.emplace_back(random.next_u64(), static_cast<std::uint32_t>(i));
        check_sorted(entries);
    }
}

TEST_CASE("keys that were chosen to fall together come out in order too", "[base][attack]") {
    std::vector<Entry> entries;
    for (std::uint32_t i = 0; i < 3'000; ++i) entries.emplace_back(i * 7'919 % 3'000 / 3, i); // three of each
    entries.emplace_back(UINT64_MAX, 0);
    check_sorted(entries);
}
