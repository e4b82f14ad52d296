#include "catch.hpp"
#include "unit/chain/mempool_harness.hpp"

using namespace cairn;
using namespace cairn::chain;
using namespace cairn::test;

TEST_CASE("a block removes what it confirmed and leaves the rest", "[chain][mempool]") {
    MempoolHarness h;
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce) REQUIRE(h.admit(h.pay(1, nonce, 1'000)));
    REQUIRE(h.admit(h.pay(2, 0, 1'000)));
    h.mine({h.pay(1, 0, 1'000), h.pay(1, 1, 1'000)});
    CHECK(h.pool.count() == 2);
    CHECK(h.pool.of_sender(address_of(1)) == std::vector<Transaction>{h.pay(1, 2, 1'000)});
    CHECK(h.pool.find(h.pay(2, 0, 1'000).id()));
    CHECK(h.pool.pending(address_of(1)).sent == 1);
}

TEST_CASE("a block removes what used the same nonce otherwise", "[chain][mempool]") {
    MempoolHarness h;
    REQUIRE(h.admit(h.pay(1, 0, 1'000)));
    REQUIRE(h.admit(h.pay(1, 1, 1'000)));
    h.mine({h.pay(1, 0, 1'000, 99, 5)});
    CHECK(h.pool.of_sender(address_of(1)) == std::vector<Transaction>{h.pay(1, 1, 1'000)});
}

TEST_CASE("a block drops what the balance no longer covers, the highest nonce first", "[chain][mempool]") {
    MempoolHarness h;
    const std::uint64_t third = coins(300).units();
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce) REQUIRE(h.admit(h.pay(1, nonce, 1'000, third)));
    h.mine({h.pay(1, 0, 1'000, coins(600).units())}, 2); // leaves 400, where 600 and more are pending
    CHECK(h.pool.of_sender(address_of(1)) == std::vector<Transaction>{h.pay(1, 1, 1'000, third)});
}

TEST_CASE("what has expired is dropped with the later ones of its sender", "[chain][mempool]") {
    MempoolHarness h;
    REQUIRE(h.admit(h.pay(1, 0, 1'000)));
    REQUIRE(h.admit(h.pay_until(2, 1, 1, 1'000)));
    REQUIRE(h.admit(h.pay(1, 2, 1'000)));
    REQUIRE(h.admit(h.pay_until(3, 2, 0, 1'000)));
    h.mine({}); // block 2 is next: it may still take them
    CHECK(h.pool.count() == 4);
    h.mine({});
    CHECK(h.pool.of_sender(address_of(1)) == std::vector<Transaction>{h.pay(1, 0, 1'000)});
    CHECK(h.pool.count() == 2);
    h.mine({});
    CHECK(h.pool.count() == 1);
}

TEST_CASE("what was confirmed in the last block that could take it leaves its followers",
          "[chain][mempool]") {
    MempoolHarness h;
    REQUIRE(h.admit(h.pay_until(1, 1, 0, 1'000)));
    REQUIRE(h.admit(h.pay(1, 1, 1'000)));
    h.mine({h.pay_until(1, 1, 0, 1'000)});
    CHECK(h.pool.all() == std::vector<Transaction>{h.pay(1, 1, 1'000)});
}

TEST_CASE("what has expired is not selected, even before the next fold", "[chain][mempool]") {
    MempoolHarness h;
    REQUIRE(h.admit(h.pay_until(1, 1, 0, 1'000)));
    REQUIRE(h.admit(h.pay(1, 1, 1'000)));
    CHECK(h.pool.select(1 << 20, 10).size() == 2);
    REQUIRE(h.pool.admit(h.pay(2, 0, 1'000), h.ledger.accounts(), Height{2}));
    CHECK(h.pool.select(1 << 20, 10) == std::vector<Transaction>{h.pay(2, 0, 1'000)});
}

TEST_CASE("a reorganisation gives back what is not in the new branch", "[chain][mempool]") {
    MempoolHarness h;
    h.mine({h.pay(1, 0, 1'000), h.pay(2, 0, 1'000)});
    h.mine({h.pay(1, 1, 1'000)});
    REQUIRE(h.admit(h.pay(1, 2, 1'000)));
    Events events;
    events.push_back(Reorganised{});
    events.push_back(h.disconnect());
    events.push_back(h.disconnect());
    events.push_back(h.connect({h.pay(2, 0, 1'000)}));
    events.push_back(h.connect({}));
    events.push_back(h.connect({}));
    h.fold(events);
    CHECK(h.pool.of_sender(address_of(1)) ==
          std::vector<Transaction>{h.pay(1, 0, 1'000), h.pay(1, 1, 1'000), h.pay(1, 2, 1'000)});
    CHECK(h.pool.of_sender(address_of(2)).empty());
    h.mine(h.pool.select(1 << 20, 10));
    CHECK(h.pool.count() == 0);
}

TEST_CASE("what comes back needs no fee, and what conflicts with the new branch stays away",
          "[chain][mempool]") {
    MempoolHarness h;
    h.mine({h.pay(1, 0, 0), h.pay(2, 0, 0)});
    Events events{h.disconnect()};
    events.push_back(h.connect({h.pay(2, 0, 0, 5)}));
    h.fold(events);
    CHECK(h.pool.all() == std::vector<Transaction>{h.pay(1, 0, 0)});
}

TEST_CASE("a branch that was tried and given up leaves no trace", "[chain][mempool]") {
    MempoolHarness h;
    h.mine({h.pay(1, 0, 1'000)});
    REQUIRE(h.admit(h.pay(1, 1, 1'000)));
    Events events{h.disconnect()};
    events.push_back(h.connect({h.pay(3, 0, 1'000)}));
    events.push_back(h.disconnect());
    events.push_back(h.connect({h.pay(1, 0, 1'000)}));
    h.fold(events);
    CHECK(h.pool.of_sender(address_of(1)) == std::vector<Transaction>{h.pay(1, 1, 1'000)});
    CHECK(h.pool.of_sender(address_of(3)) == std::vector<Transaction>{h.pay(3, 0, 1'000)}); // seen, and valid
    CHECK(h.pool.count() == 2);
}

TEST_CASE("a sender whose account is taken back loses what is pending", "[chain][mempool]") {
    MempoolHarness h;
    h.mine({h.pay(1, 0, 0, coins(5).units(), 60)});
    REQUIRE(h.admit(h.pay(60, 0, 1'000)));
    Events events{h.disconnect()};
    events.push_back(h.connect({h.pay(1, 0, 0, coins(5).units(), 2)}));
    h.fold(events);
    CHECK(h.pool.count() == 0);
}

TEST_CASE("credits that are taken back no longer cover what is pending", "[chain][mempool]") {
    MempoolHarness h;
    h.mine({h.pay(1, 0, 0, coins(500).units(), 2)}, 0);
    REQUIRE(h.admit(h.pay(2, 0, 1'000, coins(900).units(), 0)));
    REQUIRE(h.admit(h.pay(2, 1, 1'000, coins(400).units(), 0)));
    Events events{h.disconnect()};
    events.push_back(h.connect({h.pay(1, 0, 0, 1, 0)}, 0));
    h.fold(events);
    CHECK(h.pool.all() == std::vector<Transaction>{h.pay(2, 0, 1'000, coins(900).units(), 0)});
}

TEST_CASE("a small payment to an account that was taken back is dropped", "[chain][mempool]") {
    MempoolHarness h({}, units(1'000));
    h.mine({h.pay(1, 0, 0, 1'000, 60)});
    REQUIRE(h.admit(h.pay(2, 0, 1'000, 5, 60)));
    REQUIRE(h.admit(h.pay(2, 1, 1'000, 5, 1)));
    REQUIRE(h.admit(h.pay(3, 0, 1'000, 1'000, 60)));
    Events events{h.disconnect()};
    events.push_back(h.connect({h.pay(1, 0, 0, 7, 2)}));
    h.fold(events);
    CHECK(h.pool.all() == std::vector<Transaction>{h.pay(3, 0, 1'000, 1'000, 60)});
}

TEST_CASE("what comes back keeps within the window and the memory", "[chain][mempool]") {
    MempoolOptions options;
    options.window = 4;
    MempoolHarness h(options);
    h.mine({h.pay(1, 0, 0), h.pay(1, 1, 0)});
    for (std::uint64_t nonce = 2; nonce < 6; ++nonce) REQUIRE(h.admit(h.pay(1, nonce, 1'000)));
    h.fold({h.disconnect()});
    CHECK(h.pool.of_sender(address_of(1)).size() == 4);
    CHECK(h.pool.next_nonce(address_of(1), Nonce{0}) == Nonce{4});

    MempoolOptions narrow;
    narrow.max_bytes = h.pool.memory() / 2;
    MempoolHarness full(narrow);
    full.mine({full.pay(3, 0, 10), full.pay(4, 0, 3'000)});
    REQUIRE(full.admit(full.pay(1, 0, 1'000)));
    REQUIRE(full.admit(full.pay(2, 0, 2'000)));
    full.fold({full.disconnect()});
    CHECK(full.pool.all() == std::vector<Transaction>{full.pay(4, 0, 3'000), full.pay(2, 0, 2'000)});
}

TEST_CASE("events of side branches change nothing", "[chain][mempool]") {
    MempoolHarness h;
    REQUIRE(h.admit(h.pay(1, 0, 1'000)));
    h.fold({BlockStored{}, BranchHeld{}});
    CHECK(h.pool.count() == 1);
}
