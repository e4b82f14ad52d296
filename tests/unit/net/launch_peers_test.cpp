// The peers of the launch: what is told of them, and when the node is still without them.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/peer_bench.hpp"
#include <protocol/launch_peers.hpp>

#include <algorithm>

using namespace cairn;
using namespace cairn::net;
using Code = PeerRefusal::Code;

namespace {

const PeerRefusal unreachable{Code::unreachable, "Connection refused"};
const PeerRefusal wrong_network{Code::wrong_network, "it is of another network"};

} // namespace

TEST_CASE("a peer of the launch is told of once, and again when it is given up", "[launch_peers]") {
    LaunchPeers peers;
    CHECK_FALSE(peers.failed("a:1", unreachable, false)); // not of the launch
    peers.add("a:1");
    const auto first = peers.failed("a:1", unreachable, false);
    REQUIRE(first);
    CHECK(first->name == "a:1");
    CHECK(first->refusal.why == unreachable.why);
    CHECK_FALSE(first->given_up);
    CHECK_FALSE(peers.failed("a:1", unreachable, false));
    const auto last = peers.failed("a:1", wrong_network, true);
    REQUIRE(last);
    CHECK(last->given_up);
    CHECK_FALSE(peers.failed("a:1", wrong_network, true));
}

TEST_CASE("one peer of the launch that was greeted is enough", "[launch_peers]") {
    LaunchPeers peers;
    CHECK_FALSE(peers.is_awaiting());
    peers.add("a:1");
    peers.add("b:1");
    CHECK(peers.is_awaiting());
    peers.failed("a:1", wrong_network, true);
    CHECK(peers.is_awaiting());
    CHECK_FALSE(peers.refused());
    SECTION("the other is greeted") {
        peers.greeted("b:1");
        CHECK_FALSE(peers.is_awaiting());
        CHECK_FALSE(peers.refused());
        CHECK_FALSE(peers.failed("b:1", unreachable, false)); // a loss, which is told as such
    }
    SECTION("the other is given up, too") {
        peers.failed("b:1", wrong_network, true);
        CHECK_FALSE(peers.is_awaiting());
        REQUIRE(peers.refused());
        CHECK(peers.refused()->name == "a:1");
    }
    SECTION("the other is taken back") {
        peers.forget("b:1");
        CHECK_FALSE(peers.is_awaiting());
        CHECK(peers.refused());
    }
}

TEST_CASE("a node whose peer of the launch does not answer is not in step", "[launch_peers][node]") {
    test::PeerBench bench(test::funded_network(1));
    bench.input(Command{1, AddPeer{"10.0.0.1", 9'401, false, true}});
    REQUIRE(bench.dials.size() == 1);
    bench.input(DialFailed{bench.dials[0].dial, DialFailed::Why::unreachable, "Connection refused"});
    const auto status = bench.node.node().sync_status();
    CHECK_FALSE(status.synced);
    CHECK(status.unreached);
    bench.pass(1'000);
    REQUIRE(bench.dials.size() == 2);
    bench.input(DialFailed{bench.dials[1].dial, DialFailed::Why::unreachable, "Connection refused"});
    CHECK(std::count_if(bench.events.begin(), bench.events.end(),
                        [](const Event& event) { return std::holds_alternative<PeerFailed>(event); }) == 1);
}
