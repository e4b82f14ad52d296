// What a stranger may take: another's connection, places, time. Bytes in, effects out.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/peer_bench.hpp"
#include <protocol/cost.hpp>
#include <protocol/header_sync.hpp>
#include <protocol/peers.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;
using net::Peers;

namespace {

net::Hello calling_itself(std::uint64_t nonce) {
    net::Hello out;
    out.nonce = nonce;
    return out;
}

} // namespace

TEST_CASE("a nonce that is borrowed elsewhere takes nobody's connection", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const std::uint64_t own = bench.node.node().nonce();
    const std::uint64_t nonce = GENERATE_COPY(own + 1, own - 1);
    bench.node.ask(net::AddPeer{"20.1.1.1", 9'401, false, true});
    bench.carry_out();
    const PeerId honest = bench.answer(bench.dials.back());
    SECTION("after it") {
        bench.greet(honest, calling_itself(nonce));
        bench.friend_from("30.1.1.1", calling_itself(nonce));
        CHECK_FALSE(bench.is_dropped(honest));
    }
    SECTION("before it") {
        bench.friend_from("30.1.1.1", calling_itself(nonce));
        bench.greet(honest, calling_itself(nonce));
        CHECK_FALSE(bench.is_dropped(honest));
    }
    CHECK(bench.node.node().peer_count() == 2);
}

TEST_CASE("one address has 16 of the places for those who come by themselves", "[node][peers]") {
    PeerBench bench(funded_network(1));
    for (std::size_t i = 0; i < Peers::max_inbound_each; ++i) bench.friend_from("20.1.1.1");
    const PeerId late = bench.connect("20.1.1.1");
    CHECK(bench.is_dropped(late));
    CHECK(bench.heard_of<net::Err>(late).at(0).code == 429);
    bench.friend_from("20.2.1.1");
    CHECK(bench.node.node().peer_count() == Peers::max_inbound_each + 1);
}

TEST_CASE("when an address is not let in any more, all that is there of it goes", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId rude = bench.friend_from("20.1.1.1");
    const PeerId neighbour = bench.friend_from("20.1.1.9"); // one score: a /24
    const PeerId other = bench.friend_from("20.2.1.1");
    for (int i = 0; i < 200 && !bench.is_dropped(rude); ++i) {
        bench.say(rude, "GETHDR\n"); // fields are missing
        bench.pass(1'001, true);     // it is slowed from some score on
    }
    CHECK(bench.is_dropped(rude));
    CHECK(bench.is_dropped(neighbour));
    CHECK_FALSE(bench.is_dropped(other));
}

TEST_CASE("beacons get one place a host, and half of the places in all", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const auto hear = [&](const std::string& place) {
        bench.input(net::Discovered{net::parse_endpoint(place).value()});
    };
    for (int port = 9'401; port < 9'410; ++port) hear("192.168.1.5:" + std::to_string(port));
    CHECK(bench.dials.size() == 1);
    for (int host = 10; host < 30; ++host) hear("192.168.1." + std::to_string(host) + ":9401");
    CHECK(bench.dials.size() == Peers::max_outbound / 2);
}

TEST_CASE("who claims work and never shows it is not waited for", "[node][peers]") {
    PeerBench bench(funded_network(1));
    net::Hello boast = calling_itself(7);
    boast.work = Uint256(1'000'000);
    bench.friend_from("127.0.0.1", boast);
    CHECK_FALSE(bench.node.node().sync_status().synced);
    bench.pass(net::HeaderSync::answer_timeout_ms, true);
    CHECK(bench.node.node().sync_status().synced);
}

namespace {

/// As many blocks as one announcement may tell of, and the bytes that bring them.
struct Branch {
    explicit Branch(const consensus::Network& network) {
        Ledger ledger(network);
        for (int i = 0; i < int{net::HeaderSync::max_announced}; ++i) {
            const Block block = ledger.next({}, address_of(5));
            REQUIRE_FALSE(ledger.push(block));
            news.heads.push_back(block.head);
            frames.push_back(net::encode(
                net::BlockMessage{block.header().height, block_id(block.head), encode(block)}, false));
        }
    }
    net::Headers news;
    std::vector<Bytes> frames;
};

/// A part every half second, so that the whole takes ten.
void send_slowly(PeerBench& bench, PeerId from, const Bytes& frame, std::size_t parts = 20) {
    const std::size_t size = frame.size() / 20 + 1;
    for (std::size_t part = 0; part < parts && part * size < frame.size(); ++part) {
        const auto begin = frame.begin() + static_cast<std::ptrdiff_t>(part * size);
        const std::size_t end = std::min(frame.size(), (part + 1) * size);
        bench.send(from, Bytes(begin, frame.begin() + static_cast<std::ptrdiff_t>(end)));
        bench.pass(500);
    }
}

} // namespace

TEST_CASE("who alone sends blocks over a slow line is not asked for news, and not charged", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    const Branch branch(network);
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.say(peer, branch.news);
    bench.heard(peer);
    for (const Bytes& frame : branch.frames) {
        CHECK(bench.heard_of<net::GetHeaders>(peer).empty());
        send_slowly(bench, peer, frame);
        CHECK(bench.score(peer) == 0);
        bench.check_blocks();
    }
    CHECK(bench.height() == net::HeaderSync::max_announced);
    CHECK_FALSE(bench.is_dropped(peer));
}

TEST_CASE("a slow line is charged little where another takes over, silence much", "[node][peers]") {
    const auto network = funded_network(1);
    PeerBench bench(network);
    const Branch branch(network);
    const PeerId first = bench.friend_from("20.1.1.1");
    const PeerId second = bench.friend_from("20.2.1.1");
    bench.say(first, branch.news);
    bench.say(second, branch.news);
    bench.heard(second);
    const bool is_silent = GENERATE(false, true);
    if (is_silent)
        bench.pass(2'500);
    else
        send_slowly(bench, first, branch.frames[0], 5);
    CHECK_FALSE(bench.heard_of<net::Get>(second).empty());
    CHECK(bench.score(first) >= (is_silent ? net::cost::stalled - 2 : 1));
    CHECK(bench.score(first) <= (is_silent ? net::cost::stalled : net::cost::slow));
}

TEST_CASE("who is removed is no longer in the book, wherever it came from", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const std::string host = GENERATE(as<std::string>(), "127.0.0.1", "20.1.1.1");
    net::Hello hello = calling_itself(7);
    hello.port = 9'402;
    const PeerId peer = bench.friend_from(host, hello);
    REQUIRE(bench.addresses() == 1);
    bench.node.ask(net::RemovePeer{std::to_string(peer.value)});
    bench.carry_out();
    CHECK(bench.is_dropped(peer));
    CHECK(bench.addresses() == 0);
}
