#include "catch.hpp"
#include <base/random.hpp>
#include <chain/recent_places.hpp>

#include <map>

using namespace cairn;
using chain::RecentPlaces;
using store::TxPlace;

TEST_CASE("Recent places are found as a map of lists would have them", "[chain]") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Prng random(seed);
        RecentPlaces<AccountNumber> places;
        std::map<std::uint32_t, std::vector<TxPlace>> expected;
        std::uint32_t height = 0;
        for (int step = 0; step < 300; ++step) {
            switch (random.below(8)) {
            case 0: { // the last block is taken back
                for (auto& [account, list] : expected)
                    std::erase_if(list, [&](TxPlace place) { return place.height >= height; });
                places.cut(height);
                height -= height > 0 ? 1 : 0;
                break;
            }
            case 1: { // somebody asks
                const auto account = static_cast<std::uint32_t>(random.below(6));
                auto& list = expected[account];
                CHECK(places.find({account}) == list);
                const TxPlace before{static_cast<std::uint32_t>(random.below(height + 2)), 3};
                std::vector<TxPlace> newest;
                for (auto at = list.rbegin(); at != list.rend() && newest.size() < 3; ++at)
                    if (*at < before) newest.push_back(*at);
                CHECK(places.newest({account}, before, 3) == newest);
                break;
            }
            default: { // a block, whose transactions may name an account twice
                ++height;
                for (std::uint32_t index = 0; index < 5; ++index) {
                    const auto account = static_cast<std::uint32_t>(random.below(6));
                    for (std::uint64_t times = random.below(3); times-- > 0;) {
                        places.add({account}, {height, index});
                        auto& list = expected[account];
                        if (list.empty() || list.back() != TxPlace{height, index})
                            list.push_back({height, index});
                    }
                }
            }
            }
        }
        std::map<std::uint32_t, TxPlace> last; // of each key ascending, whatever the keys' order
        for (const auto& [account, place] : places.all()) {
            const auto [at, is_new] = last.try_emplace(account.value, place);
            CHECK((is_new || !(place < at->second)));
            at->second = place;
        }
    }
}
