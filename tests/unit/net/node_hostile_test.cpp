// What peers that mean harm cannot bring about, through the whole node.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/peer_bench.hpp"
#include <protocol/cost.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;

TEST_CASE("of a slowed peer what came in one read waits until it is slowed no more", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId rude = bench.friend_from("127.0.0.1");
    const PeerId other = bench.friend_from("127.0.0.1");
    bench.heard(rude);
    constexpr std::size_t misdeeds = 14; // of 100 each: the tenth slows it
    std::string lines;
    for (std::size_t i = 0; i < misdeeds; ++i) lines += "PING n=x\n";
    bench.say(rude, lines + "STATUS\n");
    CHECK(bench.heard_of<net::Err>(rude).size() == 10);
    CHECK(bench.is_stopped(rude));
    bench.say(other, net::Status{});
    CHECK(bench.heard_of<net::Ok>(other).size() == 2); // HELLO's, and this
    for (std::size_t i = 10; i < misdeeds; ++i) {
        bench.pass(999);
        CHECK(bench.heard(rude).empty());
        bench.pass(1);
        CHECK(bench.heard_of<net::Err>(rude).size() == 1);
    }
    bench.pass(1'000);
    CHECK(bench.heard_of<net::Ok>(rude).size() == 1);
    CHECK_FALSE(bench.is_stopped(rude));
}

TEST_CASE("a branch of sound headers without bodies keeps nobody from his news", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    Ledger ledger(network);
    const PeerId honest = bench.friend_from("20.1.1.1");
    const PeerId hostile = bench.friend_from("20.2.1.1");
    net::Headers lead;
    for (int i = 0; i < 8; ++i) {
        const Block block = ledger.next({}, address_of(5));
        REQUIRE_FALSE(ledger.push(block));
        lead.heads.push_back(block.head);
    }
    bench.say(hostile, lead);
    REQUIRE_FALSE(bench.heard_of<net::Get>(hostile).empty());
    bench.node.ask(net::StartMining{address_of(6), std::nullopt});
    bench.heard(honest);
    REQUIRE(bench.node.mine_one());
    bench.carry_out();
    CHECK(bench.height() == 1);
    const auto told = bench.heard_of<net::Headers>(honest);
    REQUIRE(told.size() == 1);
    CHECK(told[0].heads.back() == bench.node.node().chain().tip_info().head);
}

TEST_CASE("a block or parts of one that nobody asked for end the connection, and it is told why",
          "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.heard(peer);
    const std::string id(64, 'a');
    bench.say(peer, GENERATE(as<std::string>{}, "BLK h=1 id=", "BTX n=1 id=") + id + " body=179\n");
    CHECK(bench.is_dropped(peer));
    const auto errors = bench.heard_of<net::Err>(peer);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].msg == "unasked-body");
    CHECK(bench.score(bench.friend_from("20.1.1.1")) == net::cost::unasked_body);
}
