// When a node says that it is in step, and what it remembers of those who are gone.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/peer_bench.hpp"

using namespace cairn;
using namespace cairn::test;
using net::PeerId;

TEST_CASE("headers that were shown outlive the peer that showed them", "[node][sync_status]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    Ledger ledger(network);
    std::vector<Block> blocks;
    net::Headers shown;
    for (int i = 0; i < 3; ++i) {
        blocks.push_back(ledger.next({}, address_of(5)));
        REQUIRE_FALSE(ledger.push(blocks.back()));
        shown.heads.push_back(blocks.back().head);
    }
    const auto status = [&bench] { return bench.node.node().sync_status(); };
    CHECK(status().synced);
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, shown);
    CHECK_FALSE(status().synced);
    bench.leave(peer);
    CHECK_FALSE(status().synced);
    CHECK(status().best == Height{3});
    SECTION("until another peer was asked, and knows of nothing") {
        const PeerId other = bench.friend_from("20.2.1.1");
        CHECK_FALSE(status().synced);
        CHECK(bench.heard_of<net::GetHeaders>(other).size() == 1);
        bench.say(other, net::Headers{});
        CHECK(status().synced);
        CHECK(status().best == Height{0});
    }
    SECTION("until the own chain has as much work") {
        for (const Block& block : blocks) {
            CHECK_FALSE(status().synced);
            bench.input(net::Command{9, net::SubmitBlock{shared(block)}});
        }
        CHECK(status().synced);
    }
}

TEST_CASE("headers of a block that is false are waited for no longer", "[node][sync_status]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    Ledger ledger(network);
    Block block = ledger.next({}, address_of(5));
    block.head.header.state_root.fill(7);
    mine(block);
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, net::Headers{{block.head}});
    CHECK_FALSE(bench.node.node().sync_status().synced);
    bench.say(peer, net::BlockMessage{block.header().height, block_id(block.head), encode(block)});
    bench.check_blocks();
    bench.leave(peer);
    CHECK(bench.node.node().sync_status().synced);
}
