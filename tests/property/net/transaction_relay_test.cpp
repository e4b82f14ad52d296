// The laws of the relay, against peers that do as they please.
#include "catch.hpp"
#include "unit/net/relay_harness.hpp"

using namespace cairn;
using namespace cairn::net;
using namespace cairn::test;

namespace {

/// A payment with a sound signature, far beyond what is next.
Transaction orphan(const RelayHarness& world, std::uint64_t key, std::uint64_t nonce) {
    return world.pay(key, nonce, relay_fee);
}

} // namespace

TEST_CASE("endless offers stay within bounds and do not slow an honest peer", "[relay][attack]") {
    RelayHarness world;
    Prng random(21);
    for (std::uint64_t peer = 10; peer < 20; ++peer) world.join(PeerId{peer});
    world.join(alice);
    std::map<PeerId, std::uint64_t> charged;
    std::uint64_t nonce = 0;
    for (int second = 0; second < 60; ++second) {
        for (std::uint64_t peer = 10; peer < 20; ++peer)
            charged[PeerId{peer}] += world.inv(PeerId{peer}, made_up(1'000, random.next_u64()));
        const Transaction tx = world.pay(0, nonce++, relay_fee);
        for (std::uint64_t peer = 10; peer < 20; ++peer) world.inv(PeerId{peer}, tx);
        world.inv(alice, tx);
        world.pass(1'000);
        const auto asked = world.to(alice).get;
        if (std::count(asked.begin(), asked.end(), tx.witness_id().bytes) > 0)
            CHECK(world.tx(alice, tx).admitted.size() == 1);
        CHECK(world.relay.requests().count() <= 10 * TransactionRequests::max_offers + 100);
    }
    world.pass(5'000);
    const auto asked = world.to(alice).get;
    for (const Hash256& id : asked) world.relay.on_missing(alice, id, world.now());
    CHECK(world.pool.count() >= 55); // but for the last few: they are on their way
    for (const auto& [peer, cost] : charged) CHECK(cost > 40'000);
    CHECK(world.to(alice).cost < 100);
}

TEST_CASE("orphans of one peer never displace another's", "[relay][attack]") {
    RelayHarness world;
    world.join(alice);
    world.join(bob);
    std::vector<WitnessId> honest;
    for (std::uint64_t nonce = 1; nonce <= 50; ++nonce) {
        const Transaction tx = orphan(world, 0, nonce);
        REQUIRE(world.tx(alice, tx).orphan);
        honest.push_back(tx.witness_id());
    }
    std::uint64_t charged = 0;
    for (int i = 0; i < 20; ++i) { // the hostile one comes with as much as it may
        for (std::uint64_t nonce = 100; nonce < 200; ++nonce) {
            const auto seed = static_cast<std::uint64_t>(i);
            charged += world.tx(bob, world.pay(1, nonce, relay_fee + seed, 1 + seed)).cost;
            CHECK(world.relay.orphans().bytes(bob) <= Orphans::max_bytes);
        }
        world.pass(1'000);
    }
    CHECK(charged > 1'000);
    CHECK(world.relay.orphans().bytes(bob) > Orphans::max_bytes / 2);
    for (const WitnessId& id : honest) CHECK(world.relay.orphans().holds(id));

    // What both have stays when one of them leaves, or has it displaced.
    world.inv(bob, {honest[0].bytes});
    world.relay.remove_peer(alice, world.now());
    CHECK(world.relay.orphans().holds(honest[0]));
    CHECK_FALSE(world.relay.orphans().holds(honest[1]));
    world.relay.remove_peer(bob, world.now());
    CHECK(world.relay.orphans().count() == 0);
}

TEST_CASE("an honest peer that offers a transaction is asked for it, whatever others do", "[relay][attack]") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        RelayHarness world;
        Prng random(seed);
        constexpr std::uint64_t hostile = 8;
        for (std::uint64_t peer = 10; peer < 10 + hostile; ++peer)
            world.join(PeerId{peer}, random.below(2) == 0);
        world.join(alice, random.below(2) == 0);
        const Transaction tx = world.pay(0, 0, relay_fee);
        const std::uint64_t alices_turn = random.below(hostile + 1);
        for (std::uint64_t i = 0; i <= hostile; ++i) {
            if (i == alices_turn) world.inv(alice, tx);
            if (i < hostile) world.inv(PeerId{10 + i}, tx);
            world.pass(random.below(200));
        }
        bool was_asked = false;
        for (int step = 0; step < 400 && !was_asked; ++step) {
            const auto asked = world.to(alice).get;
            was_asked = !asked.empty();
            const PeerId one{10 + random.below(hostile)}; // silent, leaving, returning, denying
            const std::uint64_t what = random.below(100);
            if (what < 5) world.relay.remove_peer(one, world.now());
            if (what >= 5 && what < 15) world.relay.add_peer(one, true, world.now());
            if (what >= 15 && what < 40) world.relay.on_missing(one, tx.witness_id().bytes, world.now());
            if (what >= 40 && what < 60) world.inv(one, tx);
            world.pass(100);
        }
        CHECK(was_asked);
        CHECK(world.tx(alice, tx).admitted.size() == 1);
    }
}

TEST_CASE("a peer is told of everything, also where its queue overflows", "[relay]") {
    // Far more at once than a queue holds: the walk finds the rest.
    RelayHarness world;
    world.join(alice);
    std::uint64_t count = 0;
    for (std::uint64_t key = 0; key < 5; ++key)
        for (std::uint64_t nonce = 0; nonce < 500; ++nonce, ++count) {
            const auto secret = key_of(key);
            TxFields fields = fields_of(world.network(), secret, nonce,
                                        Transfer{{{address_of(0), units(1), ""}}}, units(relay_fee));
            const Transaction tx(fields, {}); // the signature is taken to be checked
            REQUIRE(world.pool.admit(tx, world.ledger.accounts(), world.next(), true));
            world.relay.announce(tx.witness_id());
        }
    world.pass(60'000);
    const auto told = world.to(alice).inv;
    CHECK(std::set<Hash256>(told.begin(), told.end()).size() == count);
    CHECK(told.size() < count + count / 50); // it may forget what a peer knows, seldom
}

TEST_CASE("a walk under load tells everything, and never more than is allowed", "[relay]") {
    RelayHarness world;
    world.join(alice);
    world.join(bob);
    std::vector<std::size_t> told_by_second;
    std::set<Hash256> told;
    for (std::uint64_t second = 0; second < 20; ++second) {
        for (std::uint64_t i = 0; i < 20; ++i) {
            const Transaction tx = world.pay(second % 5, second / 5 * 20 + i, relay_fee);
            REQUIRE(world.tx(alice, tx).admitted.size() == 1);
        }
        world.pass(1'000);
        const auto now = world.to(bob).inv;
        told_by_second.push_back(now.size());
        told.insert(now.begin(), now.end());
    }
    CHECK(told.size() == 400);
    for (const std::size_t count : told_by_second) CHECK(count <= 600);
    CHECK(world.to(alice).inv.empty()); // it told us
}
