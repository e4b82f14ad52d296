// Who is let in, what both sides say first, and what ends a connection.
#include "catch.hpp"
#include "support/peer_bench.hpp"
#include <protocol/peers.hpp>

using namespace cairn;
using namespace cairn::test;
using net::PeerId;
using net::Peers;

namespace {

std::string address_number(std::size_t n) {
    return "20." + std::to_string(n / 250) + "." + std::to_string(n % 250) + ".1";
}

template <typename Kind> std::size_t events_of(const PeerBench& bench) {
    std::size_t out = 0;
    for (const auto& one : bench.events) out += std::holds_alternative<Kind>(one) ? 1U : 0U;
    return out;
}

} // namespace

TEST_CASE("the listening side speaks first, and HELLO is acknowledged", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.connect("20.1.1.1");
    const auto hello = bench.heard_of<net::Hello>(peer);
    REQUIRE(hello.size() == 1);
    CHECK(hello[0].net == bench.node.network().tag());
    CHECK(hello[0].nonce == bench.node.node().nonce());
    CHECK(hello[0].raw);
    bench.greet(peer);
    const auto heard = bench.heard(peer);
    REQUIRE_FALSE(heard.empty());
    CHECK(std::get<net::Ok>(heard[0]).re == "HELLO");
    CHECK(bench.node.node().peer_count() == 1);
    CHECK(events_of<net::PeerConnected>(bench) == 1);
    bench.leave(peer);
    CHECK(events_of<net::PeerLost>(bench) == 1);
}

TEST_CASE("who says no HELLO within ten seconds goes, and nobody is told of it", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId silent = bench.connect("20.1.1.1");
    const PeerId busy = bench.connect("20.2.1.1");
    for (int i = 0; i < 9; ++i) {
        bench.pass(1'000);
        bench.say(busy, net::Ping{1}); // is no HELLO
    }
    bench.pass(999);
    CHECK_FALSE(bench.is_dropped(silent));
    bench.pass(1);
    CHECK(bench.is_dropped(silent));
    CHECK(bench.is_dropped(busy));
    CHECK(bench.events.empty());
}

TEST_CASE("before HELLO little is answered, and no body is taken", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.connect("20.1.1.1");
    bench.heard(peer);
    bench.say(peer, "PING n=5\nSTATUS\nHELP\nGETADDR\n");
    const auto heard = bench.heard(peer);
    REQUIRE(heard.size() == 4);
    CHECK(std::get<net::Pong>(heard[0]).n == 5);
    CHECK(std::get<net::Err>(heard[3]).code == 401);
    bench.say(peer, "INV t=tx n=1 body=32\n");
    CHECK(bench.is_dropped(peer));
}

TEST_CASE("another network, another version and the node itself are refused by their codes",
          "[node][peers]") {
    PeerBench bench(funded_network(1));
    const auto code_for = [&](auto change) {
        const PeerId peer = bench.connect("20.1.1.1");
        net::Hello hello;
        hello.net = bench.node.network().tag();
        hello.nonce = 5;
        change(hello);
        bench.say(peer, hello);
        CHECK(bench.is_dropped(peer));
        const auto errors = bench.heard_of<net::Err>(peer);
        return errors.empty() ? std::string{} : std::to_string(errors[0].code) + " " + errors[0].msg;
    };
    CHECK(code_for([](net::Hello& hello) { hello.net.bytes[0] ^= 1; }) == "403 wrong-network");
    CHECK(code_for([](net::Hello& hello) { hello.version = 2; }) == "400 unknown-version");
    CHECK(code_for([&](net::Hello& hello) { hello.nonce = bench.node.node().nonce(); }) == "409 self");
    CHECK(bench.node.node().peer_count() == 0);
}

TEST_CASE("silence is broken by a PING, and ends the connection after two minutes", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const PeerId peer = bench.friend_from("20.1.1.1");
    bench.heard(peer);
    bench.pass(Peers::ping_after_ms - 1);
    CHECK(bench.heard_of<net::Ping>(peer).empty());
    bench.pass(1);
    auto pings = bench.heard_of<net::Ping>(peer);
    REQUIRE(pings.size() == 1);
    SECTION("it answers, and stays") {
        for (int i = 0; i < 20; ++i) {
            bench.say(peer, net::Pong{pings.back().n});
            bench.pass(Peers::ping_after_ms);
            pings = bench.heard_of<net::Ping>(peer);
            REQUIRE(pings.size() == 1);
        }
        CHECK_FALSE(bench.is_dropped(peer));
        CHECK(bench.node.node().peers()[0].latency_ms == 0U);
    }
    SECTION("it says other things, and an answer is lost: it is asked again") {
        for (int i = 0; i < 10; ++i) {
            bench.say(peer, net::Ping{1});
            bench.pass(Peers::ping_after_ms);
        }
        CHECK_FALSE(bench.is_dropped(peer));
        CHECK(bench.heard_of<net::Ping>(peer).size() == 10);
    }
    SECTION("it is silent, and goes") {
        bench.pass(Peers::silent_for_ms - Peers::ping_after_ms - 1);
        CHECK_FALSE(bench.is_dropped(peer));
        bench.pass(1);
        CHECK(bench.is_dropped(peer));
    }
}

TEST_CASE("there are 117 places for those who come by themselves", "[node][peers]") {
    PeerBench bench(funded_network(1));
    for (std::size_t i = 0; i < Peers::max_inbound; ++i) bench.friend_from(address_number(i));
    CHECK(bench.node.node().peer_count() == 117);
    const PeerId late = bench.connect("21.1.1.1");
    CHECK(bench.is_dropped(late));
    CHECK(bench.heard_of<net::Err>(late).at(0).code == 429);
    bench.outbound_to("22.1.1.1"); // its own choice has places of its own
    CHECK(bench.node.node().peer_count() == 118);
}

TEST_CASE("of two connections to one node one stays, at both ends the same", "[node][peers]") {
    PeerBench bench(funded_network(1));
    const std::uint64_t own = bench.node.node().nonce();
    const bool ours_is_lesser = GENERATE(true, false);
    net::Hello hello;
    hello.nonce = ours_is_lesser ? own + 1 : own - 1;
    const PeerId inbound = bench.friend_from("20.1.1.1", hello);
    bench.node.ask(net::AddPeer{"20.1.1.1", 9'401, false, true});
    bench.carry_out();
    const PeerId outbound = bench.answer(bench.dials.back());
    bench.greet(outbound, hello);
    CHECK(bench.is_dropped(inbound) == ours_is_lesser);
    CHECK(bench.is_dropped(outbound) == !ours_is_lesser);
    CHECK(bench.heard_of<net::Err>(ours_is_lesser ? inbound : outbound).back().code == 409);
    REQUIRE(bench.node.node().peers().size() == 1);
    CHECK(bench.node.node().peers()[0].name == "20.1.1.1:9401");
}

TEST_CASE("bodies are hexadecimal until both sides have said raw", "[node][peers]") {
    PeerBench bench(funded_network(1));
    net::Hello hello;
    hello.raw = GENERATE(true, false);
    const PeerId peer = bench.friend_from("20.1.1.1", hello);
    const std::size_t before = bench.bytes_to(peer);
    bench.say(peer, net::Inv{net::ItemKind::block, {Hash256{}}});
    bench.say(peer, net::GetAddr{});
    CHECK(bench.heard_of<net::Addr>(peer).size() == 1);
    CHECK(bench.bytes_to(peer) > before);
    CHECK(bench.score(peer) == 0);
}
