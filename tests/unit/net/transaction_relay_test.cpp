// Transactions between peers: what is asked of whom, what is told to whom and when.
#include "catch.hpp"
#include "unit/net/relay_harness.hpp"
#include <protocol/cost.hpp>

using namespace cairn;
using namespace cairn::net;
using namespace cairn::test;
using chain::RefusalCode;

namespace {

constexpr std::uint64_t fee = relay_fee;
using World = RelayHarness;

} // namespace

TEST_CASE("a transaction that a peer offers is asked for, admitted, and told to the others", "[relay]") {
    World world;
    world.join(alice);
    world.join(bob);
    const Transaction tx = world.pay(0, 0, fee);
    CHECK(world.inv(alice, tx) == 0);
    world.settle();
    CHECK(world.to(alice).get == ids_of({tx}));
    CHECK(world.to(bob).get.empty());

    const auto taken = world.tx(alice, tx);
    CHECK(taken.admitted == std::vector{tx.id()});
    CHECK_FALSE(taken.refusal);
    CHECK(taken.cost == 0);
    world.settle();
    CHECK(world.to(alice).inv.empty());
    CHECK(world.to(bob).inv == ids_of({tx}));

    const auto given = world.relay.on_get(bob, ids_of({tx}), world.pool, world.now());
    REQUIRE(given.answers.size() == 1);
    REQUIRE(given.answers[0].tx);
    CHECK(*given.answers[0].tx == tx);
    CHECK(given.cost == 0);
    CHECK(world.inv(bob, tx) == 0); // known: not asked for
    world.settle();
    CHECK(world.to(bob).get.empty());
}

TEST_CASE("announcements leave in batches, in the order in which they came in", "[relay]") {
    World world;
    world.join(alice);
    world.join(bob);
    std::vector<Hash256> expected;
    for (std::uint64_t nonce = 0; nonce < 20; ++nonce) {
        const Transaction tx = world.pay(1, nonce, fee);
        CHECK(world.tx(alice, tx).admitted.size() == 1);
        expected.push_back(tx.witness_id().bytes);
    }
    const auto wake = world.relay.wake_at();
    REQUIRE(wake);
    world.ms = std::max(world.ms, *wake);
    const auto due = world.relay.flush(world.pool, world.now());
    REQUIRE(due.size() == 1);
    CHECK(due[0].peer == bob);
    CHECK(due[0].inv == expected);
    const Transaction later = world.pay(2, 0, fee);
    CHECK(world.tx(alice, later).admitted.size() == 1);
    CHECK(world.relay.flush(world.pool, world.now()).empty()); // not within 100 ms of the last batch
    world.settle();
    CHECK(world.to(bob).inv == ids_of({later}));
}

TEST_CASE("a new peer is told of own payments first, then of all that waits, by nonce", "[relay]") {
    World world;
    std::vector<Transaction> txs;
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce)
        for (std::uint64_t key = 0; key < 3; ++key) txs.push_back(world.pay(key, nonce, fee));
    for (const Transaction& tx : txs) REQUIRE(world.admit(tx));
    const std::vector<WitnessId> own{txs[4].witness_id(), txs[7].witness_id()};
    world.relay.set_own(own, world.pool, world.now());
    world.join(alice);
    const auto told = world.to(alice).inv;
    REQUIRE(told.size() == txs.size());
    CHECK(told[0] == own[0].bytes);
    CHECK(told[1] == own[1].bytes);
    std::map<crypto::PublicKey, std::uint64_t> nonces;
    for (std::size_t i = 2; i < told.size(); ++i) {
        const Transaction& tx = *world.pool.find(WitnessId{told[i]});
        const auto [at, is_first] = nonces.emplace(tx.fields().sender, tx.fields().nonce.value);
        CHECK((is_first || at->second < tx.fields().nonce.value));
        at->second = tx.fields().nonce.value;
    }
}

TEST_CASE("own payments are sent again every ten minutes until they are taken off the list", "[relay]") {
    World world;
    world.join(alice);
    const Transaction tx = world.pay(0, 0, fee);
    REQUIRE(world.admit(tx));
    const std::vector<WitnessId> own{tx.witness_id()};
    world.relay.set_own(own, world.pool, world.now());
    world.settle();
    CHECK(world.to(alice).inv == ids_of({tx}));
    world.pass(590'000);
    CHECK(world.to(alice).inv.empty());
    world.pass(20'000);
    CHECK(world.to(alice).inv == ids_of({tx}));
    world.relay.set_own({}, world.pool, world.now());
    world.pass(700'000);
    CHECK(world.to(alice).inv.empty());
}

TEST_CASE("a peer that offers and stays silent delays a transaction by two seconds, once", "[relay]") {
    World world;
    world.join(alice);
    world.join(bob);
    const Transaction tx = world.pay(0, 0, fee);
    world.inv(alice, tx);
    world.inv(bob, tx);
    world.pass(1'900);
    CHECK(world.to(alice).get == ids_of({tx}));
    CHECK(world.to(bob).get.empty());
    world.pass(200);
    CHECK(world.to(bob).get == ids_of({tx}));
    CHECK(world.to(alice).cost > 0);
    CHECK(world.tx(bob, tx).admitted.size() == 1);

    const Transaction second = world.pay(1, 0, fee);
    world.inv(alice, second); // nobody else has it yet
    world.settle();
    CHECK(world.to(alice).get == ids_of({second}));
    world.inv(bob, second); // known to answer
    world.settle();
    CHECK(world.to(bob).get == ids_of({second}));
}

TEST_CASE("what a peer was asked for is asked of another when it leaves or has it not", "[relay]") {
    World world;
    world.join(alice);
    world.join(bob);
    world.join(carol, true);
    const Transaction tx = world.pay(0, 0, fee);
    world.inv(alice, tx);
    world.inv(bob, tx);
    world.inv(carol, tx);
    world.settle();
    CHECK(world.to(alice).get == ids_of({tx}));
    CHECK(world.relay.on_missing(alice, tx.witness_id().bytes, world.now()));
    CHECK_FALSE(world.relay.on_missing(alice, tx.witness_id().bytes, world.now()));
    world.settle();
    CHECK(world.to(carol).get == ids_of({tx})); // we chose it
    world.relay.remove_peer(carol, world.now());
    world.settle();
    CHECK(world.to(bob).get == ids_of({tx}));
    world.relay.remove_peer(bob, world.now());
    CHECK(world.relay.requests().count() == 0);
}

TEST_CASE("orphans wait for what is missing and come in behind it", "[relay]") {
    World world;
    world.join(alice);
    world.join(bob);
    const Transaction first = world.pay(0, 0, fee);
    const Transaction second = world.pay(0, 1, fee);
    const Transaction third = world.pay(0, 2, fee);
    for (const Transaction& tx : {third, second}) {
        const auto taken = world.tx(alice, tx);
        CHECK(taken.orphan);
        CHECK(taken.refusal->code == RefusalCode::nonce_gap);
    }
    CHECK(world.relay.orphans().count() == 2);
    world.inv(bob, third); // held: not asked for again
    world.settle();
    CHECK(world.to(bob).get.empty());
    const auto taken = world.tx(bob, first);
    CHECK(taken.admitted == std::vector{first.id(), second.id(), third.id()});
    CHECK(world.relay.orphans().count() == 0);
    CHECK(world.relay.orphans().bytes(alice) == 0);
}

TEST_CASE("orphans come in behind a block that confirms what was missing", "[relay]") {
    World world;
    world.join(alice);
    const Transaction first = world.pay(0, 0, fee);
    const Transaction second = world.pay(0, 1, fee);
    CHECK(world.tx(alice, second).orphan);
    CHECK(world.fold_all({world.connect({first})}) == std::vector{second.id()});
    CHECK(world.pool.count() == 1);
    CHECK(world.relay.orphans().count() == 0);
}

TEST_CASE("what a reorganisation brings back is told again, even to those who were told", "[relay]") {
    World world;
    world.join(alice);
    world.join(bob);
    const Transaction first = world.pay(0, 0, fee);
    const Transaction second = world.pay(0, 1, fee);
    const Transaction other = world.pay(1, 0, fee);
    for (const Transaction& tx : {first, second, other}) CHECK(world.tx(alice, tx).admitted.size() == 1);
    world.settle();
    CHECK(world.to(bob).inv == ids_of({first, second, other}));
    const auto oldest = world.connect({first});
    const auto newest = world.connect({second, other});
    world.fold_all({oldest, newest});
    // Of the other branch, bob asks for it, too late: it is confirmed here.
    CHECK(world.relay.on_get(bob, ids_of({first}), world.pool, world.now()).answers[0].tx == nullptr);
    const auto back = world.disconnect();
    const auto further_back = world.disconnect();
    world.fold_all({back, further_back, world.connect({other})});
    world.settle();
    CHECK(world.to(bob).inv == ids_of({first, second})); // in the order in which they are of use
    CHECK(world.to(alice).inv == ids_of({first, second}));
}

TEST_CASE("what cannot become valid is no orphan", "[relay]") {
    World world;
    world.join(alice);
    CHECK_FALSE(world.tx(alice, world.pay(0, 5, 1)).orphan); // less than the least fee
    CHECK_FALSE(world.tx(alice, world.pay(0, 5, fee, coins(2'000).units())).orphan);
    const auto taken = world.tx(alice, with_broken_signature(world.pay(0, 5, fee)));
    CHECK_FALSE(taken.orphan);
    CHECK(taken.refusal->rule->code == consensus::RuleCode::signature);
    CHECK(taken.cost >= cost::broken_rule);
    CHECK(world.relay.orphans().count() == 0);
}

TEST_CASE("the least fee of a peer is kept to, and told again when it falls", "[relay]") {
    World world;
    world.join(alice);
    CHECK(world.relay.on_fee(alice, 100, world.now()) == 0);
    const Transaction cheap = world.pay(0, 0, 2'000);
    const Transaction dear = world.pay(1, 0, 40'000);
    for (const Transaction& tx : {cheap, dear}) {
        REQUIRE(world.admit(tx));
        world.relay.announce(tx.witness_id());
    }
    world.settle();
    CHECK(world.to(alice).inv == ids_of({dear}));
    CHECK(world.relay.on_fee(alice, 1, world.now()) == 0);
    world.settle();
    CHECK(world.to(alice).inv == ids_of({cheap}));
    std::uint32_t charged = 0;
    for (int i = 0; i < 10; ++i) charged += world.relay.on_fee(alice, 1, world.now());
    CHECK(charged > 0);
}

TEST_CASE("while the chain is synchronised peers are told to offer nothing", "[relay]") {
    World world;
    world.relay.set_synced(false);
    world.join(alice);
    CHECK(world.to(alice).fee == UINT64_MAX);
    world.inv(alice, world.pay(0, 0, fee));
    world.settle();
    CHECK(world.to(alice).get.empty());
    world.relay.set_synced(true);
    world.settle();
    const auto told = world.to(alice).fee;
    REQUIRE(told);
    CHECK(*told <= 1);
}

TEST_CASE("a peer that left is nobody", "[relay]") {
    World world;
    const Transaction tx = world.pay(0, 0, fee);
    CHECK(world.inv(alice, tx) == 0);
    CHECK(world.tx(alice, tx).admitted.empty());
    CHECK(world.relay.on_get(alice, ids_of({tx}), world.pool, world.now()).answers.empty());
    CHECK_FALSE(world.relay.on_missing(alice, tx.witness_id().bytes, world.now()));
    CHECK_FALSE(world.relay.wake_at());
}

TEST_CASE("what was told to a peer that took nothing is told again", "[relay]") {
    World world;
    world.join(alice);
    const Transaction tx = world.pay(0, 0, fee);
    REQUIRE(world.admit(tx));
    world.relay.announce(tx.witness_id());
    world.settle();
    CHECK(world.to(alice).inv == ids_of({tx})); // crosses with its FEE
    CHECK(world.relay.on_fee(alice, UINT64_MAX, world.now()) == 0);
    world.settle();
    CHECK(world.to(alice).inv.empty());
    CHECK(world.relay.on_fee(alice, 1, world.now()) == 0);
    world.settle();
    CHECK(world.to(alice).inv == ids_of({tx}));
}

TEST_CASE("a peer that lost its turn to another may answer all the same", "[relay]") {
    World world;
    world.join(alice);
    world.join(bob);
    world.inv(alice, made_up(1, 1)); // so that it lets us wait once
    world.pass(11'000);
    const Transaction tx = world.pay(0, 0, fee);
    world.inv(alice, tx);
    world.settle();
    world.inv(bob, tx);
    world.settle();
    CHECK(world.to(bob).get == ids_of({tx}));
    world.inv(alice, made_up(1'000, 2)); // all that it may
    CHECK(world.tx(alice, tx).admitted.size() == 1);
}
