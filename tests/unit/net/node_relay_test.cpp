// How new blocks reach others: short to those who asked for it, as headers to the rest; and whom the node
// asks.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/peer_bench.hpp"
#include <protocol/compact_block.hpp>
#include <protocol/cost.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;

namespace {

PeerId able_friend(PeerBench& bench, const std::string& host) {
    net::Hello hello;
    hello.compact_blocks = true;
    return bench.friend_from(host, hello);
}

/// What the last RELAY to it said.
std::optional<bool> wish_to(PeerBench& bench, PeerId peer) {
    const auto told = bench.heard_of<net::Relay>(peer);
    return told.empty() ? std::nullopt : std::optional(told.back().compact);
}

struct Network {
    Network() : network(funded_network(1)), ledger(network), bench(network) {
        for (int i = 0; i < 5; ++i) peers.push_back(able_friend(bench, "20." + std::to_string(i) + ".1.1"));
    }
    Block next() {
        Block out = ledger.next({}, address_of(5));
        if (ledger.push(out)) throw std::logic_error("a block of the test is not valid");
        return out;
    }
    void give(PeerId peer, const Block& block) {
        bench.say(peer, net::Headers{{block.head}});
        bench.say(peer, net::BlockMessage{block.header().height, block_id(block.head), encode(block)});
        bench.check_blocks();
    }
    net::CompactBlock compact(const Block& block) {
        return net::make_compact(block, block_id(block.head), 3);
    }

    consensus::Network network;
    Ledger ledger;
    PeerBench bench;
    std::vector<PeerId> peers;
};

} // namespace

TEST_CASE("three peers are asked for compact blocks, and those who are first take the others' places",
          "[node][peers]") {
    Network here;
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(wish_to(here.bench, here.peers[i]) == (i < 3 ? std::optional(true) : std::nullopt));
    here.give(here.peers[4], here.next());
    CHECK(here.bench.height() == 1);
    CHECK(wish_to(here.bench, here.peers[4]) == true);
    CHECK(wish_to(here.bench, here.peers[0]) == false);
    here.give(here.peers[1], here.next()); // is asked already, and stays longest from now on
    here.give(here.peers[3], here.next());
    CHECK(wish_to(here.bench, here.peers[2]) == false);
    CHECK_FALSE(wish_to(here.bench, here.peers[1]));

    // The place of one who leaves is given to another.
    here.bench.leave(here.peers[1]);
    CHECK(wish_to(here.bench, here.peers[0]) == true);
}

TEST_CASE("a compact block that was under way when headers were asked for costs nothing", "[node][peers]") {
    Network here;
    here.give(here.peers[4], here.next()); // takes the place of the first
    const Block block = here.next();
    SECTION("in time") {
        here.bench.pass(9'999);
        here.bench.say(here.peers[0], here.compact(block));
        CHECK(here.bench.height() == 2);
        CHECK(here.bench.score(here.peers[0]) == 0);
    }
    SECTION("too late") {
        here.bench.pass(10'000);
        here.bench.say(here.peers[0], here.compact(block));
        CHECK(here.bench.height() == 1);
        CHECK(here.bench.score(here.peers[0]) == net::cost::unasked_compact);
    }
}

TEST_CASE("a new block is told as each peer wishes, and not to the one who gave it", "[node][peers]") {
    Network here;
    here.bench.say(here.peers[0], net::Relay{true});
    here.bench.say(here.peers[1], net::Relay{false});
    for (const PeerId peer : here.peers) here.bench.heard(peer);
    const Block block = here.next();
    here.give(here.peers[4], block);
    const auto in_short = here.bench.heard_of<net::CompactBlock>(here.peers[0]);
    REQUIRE(in_short.size() == 1);
    CHECK(in_short[0].id == block_id(block.head));
    for (const std::size_t i : {1U, 2U, 3U}) {
        const auto heads = here.bench.heard_of<net::Headers>(here.peers[i]);
        REQUIRE(heads.size() == 1);
        CHECK(heads[0].heads == std::vector{block.head});
    }
    for (const net::Message& message : here.bench.heard(here.peers[4])) {
        CHECK_FALSE(std::holds_alternative<net::Headers>(message));
        CHECK_FALSE(std::holds_alternative<net::CompactBlock>(message));
    }
}

TEST_CASE("a compact block goes to others before it is connected, and once", "[node][peers]") {
    Network here;
    const PeerId giver = here.peers[0];
    const PeerId taker = here.peers[3];
    here.bench.say(taker, net::Relay{true});
    here.bench.heard(giver);
    const Block block = here.next();
    const auto told = here.compact(block);
    here.bench.acts_at_once = false;
    here.bench.say(giver, told);
    CHECK(here.bench.height() == 0);
    const auto passed_on = here.bench.heard_of<net::CompactBlock>(taker);
    REQUIRE(passed_on.size() == 1);
    CHECK(passed_on[0].id == told.id);
    // Who asks for what it lacks of it is answered from the block, connected by then.
    here.bench.say(taker, net::Get{net::ItemKind::block, {told.id.bytes}});
    CHECK(here.bench.height() == 1);
    CHECK(here.bench.heard_of<net::BlockMessage>(taker).size() == 1);
    here.bench.pass(1'000);
    CHECK(here.bench.heard_of<net::CompactBlock>(taker).empty());
    CHECK(here.bench.heard_of<net::CompactBlock>(giver).empty());
    // Those who want headers are told of what is connected.
    CHECK(here.bench.heard_of<net::Headers>(here.peers[1]).size() == 1);
}

TEST_CASE("a compact block that does not add up goes to nobody, a false state is nobody's fault",
          "[node][peers]") {
    Network here;
    const PeerId taker = here.peers[3];
    here.bench.say(taker, net::Relay{true});
    const Block block = here.next();
    Block broken = block;
    broken.head.header.tx_root.fill(9);
    mine(broken);
    here.bench.say(here.peers[0], here.compact(broken));
    CHECK(here.bench.heard_of<net::CompactBlock>(taker).empty());
    broken = block;
    broken.head.header.state_root.fill(9); // who made it paid for a whole block's work
    mine(broken);
    here.bench.say(here.peers[0], here.compact(broken));
    CHECK(here.bench.height() == 0);
    CHECK(here.bench.heard_of<net::CompactBlock>(taker).size() == 1);
    CHECK(here.bench.score(here.peers[0]) == 0);
    here.bench.say(here.peers[1], here.compact(block));
    CHECK(here.bench.height() == 1);
    CHECK(here.bench.heard_of<net::CompactBlock>(taker).size() == 1);
}
