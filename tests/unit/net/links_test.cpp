// The node's ways to others together: what is heard of others does not depend on being reached oneself.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/event_loop.hpp"
#include <crypto/random.hpp>
#include <transport/discovery.hpp>
#include <transport/links.hpp>

#include <unistd.h>

using namespace cairn;
using namespace cairn::test;

namespace {

/// Nobody's but this process' (RFC 6335, 6); not the one of the tests of Discovery.
std::uint16_t own_port() { return static_cast<std::uint16_t>(49'152 + (::getpid() + 8'000) % 16'000); }

} // namespace

TEST_CASE("a node that nobody can reach still hears of others", "[links][discovery]") {
    const auto network = funded_network(1);
    EventLoop loop;
    std::vector<net::Endpoint> found;
    net::LinkOptions options;
    options.discovery = net::DiscoveryReach::this_machine;
    options.discovery_port = own_port();
    net::Links links(loop.context(), network, 1, options, [&](net::Input input) {
        if (const auto* heard = std::get_if<net::Discovered>(&input)) found.push_back(heard->at);
    });
    crypto::SystemRandom random;
    net::DiscoveryOptions of_other;
    of_other.net = network.tag();
    of_other.nonce = 2;
    of_other.port = own_port();
    net::Discovery other(loop.context(), of_other, random, [](const net::Endpoint&) {});
    REQUIRE(other.start());
    other.announce(9'402, true);
    REQUIRE(loop.until([&] { return !found.empty(); }));
    CHECK(net::to_text(found[0]) == "127.0.0.1:9402");
}
