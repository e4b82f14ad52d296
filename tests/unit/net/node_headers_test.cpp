// Headers and bodies through the whole node: who is asked for what, and what becomes of what is false.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/peer_bench.hpp"
#include <protocol/compact_block.hpp>
#include <protocol/header_sync.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;

namespace {

Hash256 made_up(Byte mark) {
    Hash256 out{};
    out.fill(mark);
    return out;
}

net::Headers headers_of(std::initializer_list<Block> blocks) {
    net::Headers out;
    for (const Block& block : blocks) out.heads.push_back(block.head);
    return out;
}

net::BlockMessage message_of(const Block& block) {
    return {block.header().height, block_id(block.head), encode(block)};
}

/// Its seal is good and its state is not.
Block with_false_state(Block block) {
    block.head.header.state_root.fill(7);
    mine(block);
    return block;
}

bool asks_for(const std::vector<net::Get>& gets, const Block& block) {
    for (const net::Get& get : gets)
        for (const Hash256& id : get.ids)
            if (id == block_id(block.head).bytes) return true;
    return false;
}

/// Blocks of times to come are let in so far.
consensus::Network two_seconds_ahead() {
    auto parameters = dev_parameters({{address_of(0), coins(10)}});
    parameters.max_future_ms = 2'000;
    return network_of(parameters);
}

} // namespace

TEST_CASE("while headers are awaited, no news begins the question anew", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.heard(peer);
    bench.say(peer, net::Inv{net::ItemKind::block, {made_up(1)}});
    CHECK(bench.heard_of<net::GetHeaders>(peer).size() == 1);
    bench.say(peer, net::Inv{net::ItemKind::block, {made_up(2)}});
    CHECK(bench.heard_of<net::GetHeaders>(peer).empty());
    bench.say(peer, net::Headers{});
    bench.say(peer, net::Inv{net::ItemKind::block, {made_up(3)}});
    CHECK(bench.heard_of<net::GetHeaders>(peer).size() == 1);
}

TEST_CASE("a block is fetched from the one who showed its header, checked and connected", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    Ledger ledger(network);
    const Block block = ledger.next({}, address_of(5));
    const PeerId peer = bench.friend_from("20.1.1.1");
    const PeerId other = bench.friend_from("20.2.1.1");
    bench.heard(other);
    bench.say(peer, headers_of({block}));
    REQUIRE(asks_for(bench.heard_of<net::Get>(peer), block));
    bench.say(peer, message_of(block));
    CHECK(bench.height() == 0); // before a worker judged it
    CHECK(bench.check_blocks() == 1);
    CHECK(bench.height() == 1);
    const auto told = bench.heard_of<net::Headers>(other);
    REQUIRE(told.size() == 1);
    CHECK(told[0].heads == headers_of({block}).heads);
    CHECK(bench.heard_of<net::Headers>(peer).empty()); // who gave it knows it
    CHECK(bench.score(peer) == 0);
}

TEST_CASE("a block counts though its giver left while it was checked", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    Ledger ledger(network);
    const Block block = ledger.next({}, address_of(5));
    REQUIRE_FALSE(ledger.push(block));
    const Block next = ledger.next({}, address_of(5));
    const PeerId peer = bench.friend_from("20.1.1.1");
    const PeerId other = bench.friend_from("20.2.1.1");
    bench.say(peer, headers_of({block}));
    REQUIRE(asks_for(bench.heard_of<net::Get>(peer), block));
    bench.say(peer, message_of(block));
    bench.say(other, headers_of({block, next}));
    bench.leave(peer);
    CHECK(bench.check_blocks() == 1);
    CHECK(bench.height() == 1);
    REQUIRE(asks_for(bench.heard_of<net::Get>(other), next));
    bench.say(other, message_of(next));
    bench.check_blocks();
    CHECK(bench.height() == 2);
}

TEST_CASE("who gives a block that breaks a rule is dropped, and nobody is asked for it again",
          "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    const Block block = with_false_state(Ledger(network).next({}, address_of(5)));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, headers_of({block}));
    bench.say(peer, message_of(block));
    bench.check_blocks();
    CHECK(bench.height() == 0);
    CHECK(bench.is_dropped(peer));
    const PeerId other = bench.friend_from("20.2.1.1");
    bench.say(other, headers_of({block}));
    CHECK_FALSE(asks_for(bench.heard_of<net::Get>(other), block));
    CHECK_FALSE(bench.is_dropped(other)); // it passed on a header that is sound
}

TEST_CASE("a block whose time has yet to come is forgotten, and no longer asked of who lost it",
          "[node][peers]") {
    const auto network = two_seconds_ahead();
    PeerBench bench(network);
    const Block block = Ledger(network).next({}, address_of(5), 2'500);
    const PeerId first = bench.friend_from("20.1.1.1");
    bench.say(first, headers_of({block}));
    REQUIRE(asks_for(bench.heard_of<net::Get>(first), block));
    bench.node.behind_ms = 1'000; // the clock is set back before the body is here
    bench.say(first, message_of(block));
    bench.check_blocks();
    CHECK(bench.height() == 0);
    CHECK(bench.node.node().load().headers == 0);
    CHECK(bench.heard_of<net::GetHeaders>(first).size() == 1); // does it still have it?
    bench.node.behind_ms = 0;
    const PeerId second = bench.friend_from("20.2.1.1");
    bench.say(second, headers_of({block}));
    CHECK(asks_for(bench.heard_of<net::Get>(second), block));
    CHECK_FALSE(asks_for(bench.heard_of<net::Get>(first), block));
    bench.say(second, message_of(block));
    bench.check_blocks();
    CHECK(bench.height() == 1);
    CHECK_FALSE(bench.is_dropped(first));
    CHECK(bench.score(first) == 0);
}

TEST_CASE("a header of times to come is tried again, and its block fetched then", "[node][peers]") {
    const auto network = two_seconds_ahead();
    PeerBench bench(network);
    const Block block = Ledger(network).next({}, address_of(5), 9'000);
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, headers_of({block}));
    CHECK_FALSE(asks_for(bench.heard_of<net::Get>(peer), block));
    CHECK(bench.score(peer) == 0);
    bench.pass(6'500);
    REQUIRE(asks_for(bench.heard_of<net::Get>(peer), block));
    bench.say(peer, message_of(block));
    bench.check_blocks();
    CHECK(bench.height() == 1);
}

TEST_CASE("a header of the far future is looked at again before long: clocks are set right",
          "[node][peers]") {
    const auto network = two_seconds_ahead();
    PeerBench bench(network);
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, headers_of({Ledger(network).next({}, address_of(5), std::uint64_t{1} << 62U)}));
    bench.leave(peer);
    REQUIRE(bench.node.wake_at);
    for (int i = 0; i < 100 && bench.node.wake_at; ++i) {
        CHECK(*bench.node.wake_at <= bench.node.now.unix_ms + 3'600'000);
        bench.pass(60'000);
    }
}

TEST_CASE("whose headers went with a condemned block is asked anew at once", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    const Block block = with_false_state(Ledger(network).next({}, address_of(5)));
    net::Hello able;
    able.compact_blocks = true;
    const PeerId giver = bench.friend_from("20.1.1.1", able);
    const PeerId other = bench.friend_from("20.2.1.1");
    bench.say(other, headers_of({block}));
    REQUIRE(asks_for(bench.heard_of<net::Get>(other), block));
    bench.say(other, net::Err{404, block_id(block.head).hex(), "not-found"});
    CHECK(bench.heard_of<net::GetHeaders>(other).empty());
    bench.say(giver, net::make_compact(block, block_id(block.head), 1)); // without a worker: it is empty
    CHECK(bench.height() == 0);
    CHECK(bench.heard_of<net::GetHeaders>(other).size() == 1);
    CHECK_FALSE(bench.is_dropped(giver)); // it passed it on before all of it was judged
}

TEST_CASE("a body whose giver left while it was checked is of use all the same", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    const Block block = Ledger(network).next({}, address_of(5));
    const PeerId giver = bench.friend_from("20.1.1.1");
    const PeerId other = bench.friend_from("20.2.1.1");
    bench.say(giver, headers_of({block}));
    bench.say(other, headers_of({block}));
    bench.say(giver, message_of(block));
    bench.leave(giver);
    SECTION("and it is sound") {}
    SECTION("and it is false: another is asked") {
        bench.checks[0].body.back() ^= 1;
        bench.heard(other);
        bench.check_blocks();
        CHECK(bench.height() == 0);
        REQUIRE(asks_for(bench.heard_of<net::Get>(other), block));
        bench.say(other, message_of(block));
    }
    bench.check_blocks();
    CHECK(bench.height() == 1);
}

TEST_CASE("a header that breaks a rule drops its peer", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    Block block = Ledger(network).next({}, address_of(5));
    block.head.header.time = network.parameters().time; // not after its parent's
    mine(block);
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, headers_of({block}));
    CHECK(bench.is_dropped(peer));
    bench.connect("20.1.1.9");
    CHECK(bench.node.node().peer_count() == 0); // its neighbours are not welcome for a day
}

TEST_CASE("a peer that is cut off pays nothing for headers that do not come", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, net::Inv{net::ItemKind::block, {made_up(1)}});
    bench.say(peer, net::Headers{}); // it answers
    bench.say(peer, net::Inv{net::ItemKind::block, {made_up(2)}});
    SECTION("nothing is heard of it") {
        bench.pass(net::HeaderSync::answer_timeout_ms);
        CHECK(bench.score(peer) == 0);
    }
    SECTION("it is there, and keeps the headers") {
        bench.pass(1'000);
        bench.say(peer, net::Ping{1});
        bench.pass(net::HeaderSync::answer_timeout_ms);
        CHECK(bench.score(peer) > net::HeaderSync::Cost::silence / 2);
    }
}
