// What peers ask of the chain.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/ledger.hpp"
#include "support/memory_chain.hpp"
#include <mining/kernel.hpp>

using namespace cairn;
using namespace cairn::test;
using chain::Chain;
using chain::Outcome;

namespace {

const Time late{4'000'000'000'000};

void extend_by(MemoryChain& chain, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        Block block = chain->make_template(address_of(1), {}, Time{});
        mine(block);
        REQUIRE(chain->accept(shared(block), late, {false, true}).outcome == Outcome::connected);
    }
}

} // namespace

TEST_CASE("a locator has at most 12 ids, the tip first, genesis last, heights falling", "[chain][sync]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {100, 50'000, 2'000});
    CHECK(chain->locator() == std::vector{network.id()});
    for (const std::uint32_t more : {1U, 1U, 9U, 1U, 500U, 512U, 1U, 600U}) {
        extend_by(chain, more);
        const auto locator = chain->locator();
        CHECK(locator.size() <= Chain::max_locator);
        CHECK(locator.front() == chain->tip().id);
        CHECK(locator.back() == network.id());
        std::uint32_t above = chain->height().value + 1;
        for (const BlockId& id : locator) {
            const auto info = chain->find(id);
            REQUIRE(info);
            CHECK(info->active);
            CHECK(info->height().value < above);
            above = info->height().value;
        }
    }
}

TEST_CASE("headers follow the first id of a locator that is on the active chain", "[chain][sync]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {100, 50'000, 2'000});
    extend_by(chain, 30);
    const BlockId tenth = chain->at(Height{10})->id;
    const BlockId unknown{Hash256{7}};

    auto heads = chain->headers_after(std::vector{unknown, tenth, network.id()}, {}, 2'000);
    REQUIRE(heads.size() == 20);
    CHECK(heads.front().header.parent == tenth);
    CHECK(block_id(heads.back()) == chain->tip().id);

    CHECK(chain->headers_after(std::vector{tenth}, {}, 7).size() == 7);
    CHECK(chain->headers_after(std::vector{tenth}, {}, 0).empty());
    CHECK(chain->headers_after(std::vector{tenth}, chain->at(Height{15})->id, 2'000).size() == 5);
    CHECK(chain->headers_after(std::vector{tenth}, chain->at(Height{5})->id, 2'000).size() == 20);
    CHECK(chain->headers_after(std::vector{unknown}, {}, 2'000).size() == 30);
    CHECK(chain->headers_after({}, {}, 3).size() == 3);
    CHECK(chain->headers_after(std::vector{chain->tip().id}, {}, 2'000).empty());
}

TEST_CASE("a side branch is no answer, and what is condemned is no point to build on", "[chain][sync]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {100, 50'000, 2'000});
    Ledger side(network);
    const Block aside = side.next({}, address_of(2), 7'000);
    extend_by(chain, 3);
    REQUIRE(chain->accept(shared(aside), late, {false, true}).outcome == Outcome::stored);
    const BlockId aside_id = block_id(aside.head);
    CHECK(chain->headers_after(std::vector{aside_id, chain->at(Height{1})->id}, {}, 2'000).size() == 2);
    const auto point = chain->point(aside_id);
    REQUIRE(point);
    CHECK(point->height == Height{1});
    CHECK(point->id == aside_id);
    CHECK(chain->point(chain->tip().id) == chain->tip());

    Block bad = chain->make_template(address_of(1), {}, Time{});
    bad.head.header.state_root[0] ^= 1;
    mine(bad);
    const BlockId bad_id = block_id(bad.head);
    CHECK_FALSE(chain->is_condemned(bad_id));
    REQUIRE(chain->accept(shared(bad), late, {false, true}).outcome == Outcome::invalid);
    CHECK(chain->is_condemned(bad_id));
    CHECK_FALSE(chain->point(bad_id));
    CHECK_FALSE(chain->is_condemned(aside_id));
    CHECK_FALSE(chain->is_condemned(BlockId{Hash256{7}}));
}
