// What peers may try with transactions, and what it costs them.
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

TEST_CASE("a broken copy of a transaction does not keep the honest one away", "[relay][attack]") {
    World world;
    world.join(alice);
    world.join(bob);
    const Transaction honest = world.pay(0, 0, fee);
    const Transaction broken = with_broken_signature(honest);
    REQUIRE(broken.id() == honest.id());
    const auto taken = world.tx(alice, broken);
    CHECK(taken.refusal->rule->code == consensus::RuleCode::signature);
    CHECK(taken.cost == cost::broken_rule);
    world.inv(bob, broken); // refused once: not asked for again
    world.inv(bob, honest);
    world.settle();
    CHECK(world.to(bob).get == ids_of({honest}));
    CHECK(world.tx(bob, honest).admitted.size() == 1);
    CHECK(world.tx(bob, broken).cost == 0); // the sound one is here: nothing is checked anew
    CHECK(world.pool.count() == 1);
}

TEST_CASE("a payment of another chain is refused and charged", "[relay][attack]") {
    World world;
    world.join(alice);
    const auto key = key_of(0);
    auto fields = fields_of(world.network(), key, 0, Transfer{{{address_of(1), units(5), ""}}}, units(fee));
    fields.chain.bytes[0] ^= 1;
    const auto other_tag = world.tx(alice, sign(fields, world.network().id(), key));
    CHECK(other_tag.refusal->rule->code == consensus::RuleCode::tx_chain);
    CHECK(other_tag.cost == cost::broken_rule);
    // The same tag, but signed for another genesis.
    fields.chain = world.network().tag();
    BlockId other = world.network().id();
    other.bytes[31] ^= 1;
    const auto replayed = world.tx(alice, sign(fields, other, key));
    CHECK(replayed.refusal->rule->code == consensus::RuleCode::signature);
    CHECK(replayed.cost == cost::broken_rule);
}

TEST_CASE("a payment that a reorganisation freed is applied once however often it comes", "[relay][attack]") {
    World world;
    world.join(alice);
    world.join(bob);
    const Transaction tx = world.pay(0, 0, fee);
    REQUIRE(world.tx(alice, tx).admitted.size() == 1);
    world.fold_all({world.connect({tx})});
    CHECK(world.pool.count() == 0);
    CHECK(world.tx(bob, tx).refusal->code == RefusalCode::nonce_used);
    world.fold_all({world.disconnect()});
    CHECK(world.pool.count() == 1);
    CHECK(world.tx(bob, tx).refusal->code == RefusalCode::already_known);
    CHECK(world.pool.count() == 1);
    world.fold_all({world.connect({tx})});
    const auto again = world.tx(bob, tx);
    CHECK(again.refusal->code == RefusalCode::nonce_used);
    CHECK(again.cost == 0);
    world.inv(bob, tx); // confirmed: not asked for
    world.settle();
    CHECK(world.to(bob).get.empty());
}

TEST_CASE("more offers than a peer is allowed are charged and not looked at", "[relay][attack]") {
    World world;
    world.join(alice);
    CHECK(world.inv(alice, made_up(1'000, 1)) == 0);
    CHECK(world.inv(alice, made_up(1'000, 2)) == 1'000);
    CHECK(world.relay.requests().count() <= TransactionRequests::max_offers);
    world.pass(1'000);
    CHECK(world.to(alice).get.size() == TransactionRequests::max_in_flight);
    CHECK(world.inv(alice, made_up(200, 3)) <= 100);
}

TEST_CASE("asking for the same again and again is charged; the answers to one GET are bounded",
          "[relay][attack]") {
    World world;
    world.join(alice);
    const Bytes content(60'000, 7);
    std::vector<Hash256> ids;
    for (std::uint64_t nonce = 0; nonce < 50; ++nonce) {
        const auto tx = document(world.network(), key_of(0), nonce, "t", content, units(100'000));
        REQUIRE(world.admit(tx));
        ids.push_back(tx.witness_id().bytes);
    }
    const auto first = world.relay.on_get(alice, ids, world.pool, world.now());
    std::size_t bytes = 0;
    for (const auto& answer : first.answers) bytes += answer.tx ? answer.tx->size() : 0;
    CHECK(first.answers.size() == 50);
    CHECK(bytes <= TransactionRelay::max_answer_bytes);
    CHECK(bytes > TransactionRelay::max_answer_bytes / 2);
    CHECK(world.relay.on_get(alice, std::span(ids).first(10), world.pool, world.now()).cost > 1'000);
    CHECK(world.relay.on_get(alice, made_up(100, 9), world.pool, world.now()).cost == 100);
}

TEST_CASE("transactions that nobody asked for are passed over beyond the allowance", "[relay][attack]") {
    World world;
    world.join(alice);
    const Transaction tx = world.pay(0, 0, fee);
    std::uint32_t charged = 0;
    bool passed_over = false;
    for (int i = 0; i < 1'500; ++i) {
        const auto taken = world.tx(alice, tx);
        charged += taken.cost;
        passed_over = passed_over || taken.passed_over;
    }
    CHECK(passed_over);
    CHECK(charged >= 400 * cost::excess_tx);
}

TEST_CASE("no loop of GETs is free, whether there is an answer or not", "[relay][attack]") {
    World world;
    world.join(alice);
    const auto gone = made_up(1'000, 5);
    world.inv(alice, gone); // so that it counts as told of
    std::uint64_t charged = 0;
    for (int i = 0; i < 20; ++i) charged += world.relay.on_get(alice, gone, world.pool, world.now()).cost;
    CHECK(charged >= 18'000);

    // More than is remembered of what it had, over and over.
    const Bytes content(20'000, 7);
    std::vector<Hash256> ids;
    for (std::uint64_t key = 0; key < 3; ++key)
        for (std::uint64_t nonce = 0; nonce < 500; ++nonce) {
            const auto fields =
                fields_of(world.network(), key_of(key), nonce, document_of("t", content), units(50'000));
            const Transaction tx(fields, {}); // the signature is taken to be checked
            REQUIRE(world.pool.admit(tx, world.ledger.accounts(), world.next(), true));
            ids.push_back(tx.witness_id().bytes);
        }
    const auto round = [&] {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < ids.size(); i += 100)
            sum += world.relay.on_get(alice, std::span(ids).subspan(i, 100), world.pool, world.now()).cost;
        return sum;
    };
    CHECK(round() < 100); // once: as a new peer does
    round();
    round();
    CHECK(round() >= 5'000);
}
