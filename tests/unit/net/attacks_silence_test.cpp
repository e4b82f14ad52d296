// Attacks by silence and slowness, against the whole node. The numbers are those of docs/TESTING.md.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/peer_bench.hpp"
#include <consensus/target.hpp>
#include <protocol/answers.hpp>
#include <protocol/cost.hpp>
#include <protocol/header_sync.hpp>
#include <protocol/peers.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;

namespace {

struct Branch {
    Branch(const consensus::Network& network, int count) {
        Ledger ledger(network);
        for (int i = 0; i < count; ++i) {
            blocks.push_back(ledger.next({}, address_of(5)));
            if (ledger.push(blocks.back())) throw std::logic_error("a block of the test is not valid");
            headers.heads.push_back(blocks.back().head);
        }
    }
    net::BlockMessage message(std::size_t at) const {
        const Block& block = blocks.at(at);
        return {block.header().height, block_id(block.head), encode(block)};
    }
    std::vector<Block> blocks;
    net::Headers headers;
};

std::size_t blocks_asked(PeerBench& bench, PeerId peer) {
    std::size_t out = 0;
    for (const net::Get& get : bench.heard_of<net::Get>(peer)) out += get.ids.size();
    return out;
}

} // namespace

TEST_CASE("attack 15: who keeps a block from all is replaced after two seconds", "[node][attack]") {
    const auto network = funded_network(1);
    const Branch branch(network, 4);
    PeerBench bench(network);
    const PeerId stalls = bench.friend_from("20.1.1.1");
    bench.say(stalls, branch.headers);
    CHECK(blocks_asked(bench, stalls) == 4);
    const PeerId other = bench.friend_from("20.2.1.1");
    bench.say(other, branch.headers);
    CHECK(blocks_asked(bench, other) == 0);
    bench.pass(1'999);
    CHECK(blocks_asked(bench, other) == 0);
    bench.pass(1);
    CHECK(blocks_asked(bench, other) >= 1);
    CHECK(bench.score(stalls) == net::cost::stalled);
    for (std::size_t i = 0; i < 4; ++i) {
        bench.say(other, branch.message(i));
        bench.check_blocks();
    }
    CHECK(bench.height() == 4);
}

TEST_CASE("attack 15: who promises headers and sends none pays for it, and stops nobody", "[node][attack]") {
    const auto network = funded_network(1);
    const Branch branch(network, 3);
    PeerBench bench(network);
    net::Hello boastful;
    boastful.work = Uint256(1) << 200;
    boastful.height = Height{1'000'000};
    const PeerId silent = bench.friend_from("20.1.1.1", boastful);
    CHECK(bench.heard_of<net::GetHeaders>(silent).size() == 1);
    const PeerId good = bench.friend_from("20.2.1.1");
    bench.say(good, branch.headers);
    for (std::size_t i = 0; i < 3; ++i) {
        bench.say(good, branch.message(i));
        bench.check_blocks();
    }
    CHECK(bench.height() == 3);
    bench.pass(net::HeaderSync::answer_timeout_ms);
    CHECK(bench.score(silent) >= net::HeaderSync::Cost::silence);
    bench.pass(100'000);
    CHECK(bench.is_dropped(silent));
}

TEST_CASE("attack 15: who says that it has more holds nobody up for longer than a moment, once",
          "[node][attack]") {
    const auto network = funded_network(1);
    const Branch branch(network, 3);
    PeerBench bench(network);
    const auto is_synced = [&bench] { return bench.node.node().sync_status().synced; };
    net::Hello boastful;
    boastful.work = Uint256(1) << 200;
    const PeerId first = bench.friend_from("20.1.1.1", boastful);
    CHECK_FALSE(is_synced());
    bench.pass(3'000);
    bench.friend_from("20.1.1.2", boastful); // of the same /24
    bench.pass(1'999);
    CHECK_FALSE(is_synced());
    bench.pass(1);
    CHECK(is_synced());
    bench.leave(first);
    std::uint32_t cost = net::cost::unshown_claim; // it left when it was asked
    for (int i = 0; i < 3; ++i) {
        const PeerId again = bench.friend_from("20.1.1.1", boastful);
        CHECK(bench.score(again) == cost);
        CHECK(is_synced());
        bench.leave(again);
        cost += net::cost::unshown_claim;
    }

    // Who shows what it says is believed the next time, too.
    net::Hello honest;
    honest.work = bench.node.node().chain().tip().work;
    for (const SealedHeader& head : branch.headers.heads)
        honest.work = honest.work + consensus::work_of(consensus::expand(head.header.target).value());
    const PeerId good = bench.friend_from("20.2.1.1", honest);
    CHECK_FALSE(is_synced());
    bench.say(good, branch.headers);
    bench.pass(4'000);
    CHECK_FALSE(is_synced()); // the bodies are missing
    bench.leave(good);
    CHECK_FALSE(is_synced()); // what was shown is there somewhere
    const PeerId back = bench.friend_from("20.2.1.1", honest);
    CHECK(bench.score(back) == 0);
    CHECK_FALSE(is_synced());
}

TEST_CASE("attack 15: a line that never ends costs 1,024 bytes or ten seconds", "[node][attack]") {
    PeerBench bench(funded_network(1));
    const PeerId slow = bench.connect("20.1.1.1");
    for (int i = 0; i < 99; ++i) {
        bench.say(slow, "A");
        bench.pass(100);
    }
    CHECK_FALSE(bench.is_dropped(slow));
    bench.pass(100);
    CHECK(bench.is_dropped(slow));

    const PeerId long_winded = bench.connect("20.2.1.1");
    bench.say(long_winded, std::string(1'023, 'A'));
    CHECK_FALSE(bench.is_dropped(long_winded));
    bench.say(long_winded, "A");
    CHECK(bench.is_dropped(long_winded));
}

TEST_CASE("attack 15: who reads nothing is given a megabyte, and no more than four in all",
          "[node][attack]") {
    const auto network = funded_network(1);
    const Branch branch(network, 300);
    PeerBench bench(network);
    for (const Block& block : branch.blocks) bench.node.ask(net::SubmitBlock{shared(block)});
    bench.carry_out();
    const PeerId slow = bench.friend_from("20.1.1.1");
    const PeerId other = bench.friend_from("20.2.1.1");
    bench.reads = false;
    const std::size_t before = bench.bytes_to(slow);
    const std::size_t one_answer = 600U * net::limits::sealed_header_bytes + 100;
    for (int i = 0; i < 40; ++i) bench.say(slow, net::GetHeaders{{network.id()}, std::nullopt, 2'000});
    CHECK(bench.bytes_to(slow) - before < net::Answers::send_room + one_answer);
    CHECK(bench.score(slow) > 0);
    // What goes out of its own accord is bounded as well.
    bench.input(net::Queued{slow, net::Peers::max_queued});
    bench.node.call(net::StartMining{address_of(9), 1});
    bench.carry_out();
    CHECK(bench.is_dropped(slow));
    CHECK_FALSE(bench.is_dropped(other));
}

TEST_CASE("attack 15: a peer that falls silent is asked, and goes after two minutes", "[node][attack]") {
    PeerBench bench(funded_network(1));
    const PeerId silent = bench.friend_from("20.1.1.1");
    bench.heard(silent);
    bench.pass(119'999);
    CHECK_FALSE(bench.is_dropped(silent));
    CHECK_FALSE(bench.heard_of<net::Ping>(silent).empty());
    bench.pass(1);
    CHECK(bench.is_dropped(silent));
}

TEST_CASE("attack 24: dead peers stop neither mining nor payments", "[node][attack]") {
    const auto network = funded_network(1);
    net::NodeOptions options;
    options.mempool.min_units_per_byte = 0;
    PeerBench bench(network, options);
    bench.reads = false; // nobody takes anything from here on
    for (int i = 0; i < 10; ++i) {
        net::Hello boastful;
        boastful.work = Uint256(1) << 200;
        bench.friend_from("20." + std::to_string(i) + ".1.1", boastful);
        bench.connect("21." + std::to_string(i) + ".1.1"); // and these never speak
    }
    bench.node.ask(net::AddPeer{"22.1.1.1", 9'401, false, true}); // nor does this one answer
    const PeerId gone = bench.friend_from("23.1.1.1");
    bench.leave(gone);
    for (std::uint64_t n = 0; n < 5; ++n) {
        const Transaction tx = transfer(network, key_of(0), n, address_of(1), coins(5));
        REQUIRE(bench.node.submit(tx));
        const auto mined = std::get<net::Mined>(bench.node.call(net::StartMining{address_of(9), 1}));
        REQUIRE(mined.blocks.size() == 1);
        CHECK(mined.blocks[0].txs == 1);
        bench.carry_out();
        bench.pass(30'000);
    }
    CHECK(bench.height() == 5);
    CHECK(bench.node.node().chain().account(address_of(1))->balance == coins(25));
    CHECK(bench.node.node().own_pending().empty());
    CHECK(bench.node.node().peer_count() == 0); // all were found out
}
