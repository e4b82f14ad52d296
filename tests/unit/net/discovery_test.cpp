// Beacons over real multicast on the loopback interface, and their text.
#include "catch.hpp"
#include "support/event_loop.hpp"
#include <transport/discovery.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace cairn;
using namespace cairn::test;
using namespace cairn::net;

namespace {

const Beacon sample{{{0x9f, 0x3c, 0x01, 0xaa}}, 0x0123456789abcdef, 9'401};
const std::string sample_text = "cairn/1 net=9f3c01aa nonce=0123456789abcdef port=9401";

/// A port of this process' own, so that nodes and tests that run beside it are not heard. 49,152 and above
/// are nobody's (RFC 6335, 6).
std::uint16_t own_port() { return static_cast<std::uint16_t>(49'152 + ::getpid() % 16'000); }

struct Listener {
    Listener(EventLoop& loop, std::uint64_t nonce, DiscoveryOptions options = {})
        : random(nonce), discovery(loop.context(), of(nonce, options), random, [this](const Endpoint& at) {
              found.push_back(to_text(at));
          }) {}

    static DiscoveryOptions of(std::uint64_t nonce, DiscoveryOptions options) {
        if (options.net == ChainTag{}) options.net = sample.net;
        options.nonce = nonce;
        options.port = own_port();
        return options;
    }
    bool knows(const std::string& at) const {
        return std::find(found.begin(), found.end(), at) != found.end();
    }

    Prng random;
    std::vector<std::string> found;
    Discovery discovery;
};

/// Anybody may send anything to the group.
void send_to_group(const std::string& text) {
    const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const in_addr loopback{htonl(INADDR_LOOPBACK)};
    ::setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof loopback);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(own_port());
    ::inet_pton(AF_INET, "239.255.67.82", &at.sin_addr);
    ::sendto(descriptor, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&at), sizeof at);
    ::close(descriptor);
}

} // namespace

TEST_CASE("a beacon has one text", "[discovery]") {
    CHECK(to_text(sample) == sample_text);
    CHECK(parse_beacon(sample_text) == sample);
    CHECK(parse_beacon(sample_text + "\n") == sample);
    CHECK(parse_beacon(sample_text + " colour=blue") == sample);
    CHECK(to_text(Beacon{{}, ~std::uint64_t{0}, 65'535}).size() <= Beacon::max_size);
}

TEST_CASE("what is no beacon is none", "[discovery]") {
    for (const std::string text :
         {"", "\n", "cairn/1", "cairn/2 net=9f3c01aa nonce=0123456789abcdef port=9401",
          "cairn/1 net=9f3c01aa nonce=0123456789abcdef", "cairn/1 net=9f3c01aa port=9401",
          "cairn/1 nonce=0123456789abcdef port=9401", "cairn/1 net=9f3c01 nonce=0123456789abcdef port=9401",
          "cairn/1 net=9f3c01aa nonce=0123456789abcde port=9401",
          "cairn/1 net=9f3c01aa nonce=0123456789abcdef port=0",
          "cairn/1 net=9f3c01aa nonce=0123456789abcdef port=65536",
          "cairn/1 net=9f3c01aa nonce=0123456789abcdef port=-1",
          "cairn/1 net=9f3c01aa nonce=0123456789abcdef port=9401\x1b[2J",
          "xcairn/1 net=9f3c01aa nonce=0123456789abcdef port=9401"}) {
        CAPTURE(text);
        CHECK(parse_beacon(text) == std::nullopt);
    }
    CHECK(parse_beacon(sample_text + " x=" + std::string(Beacon::max_size, 'y')) == std::nullopt);
}

TEST_CASE("nodes of one machine find each other, and not themselves", "[discovery]") {
    EventLoop loop;
    Listener one(loop, 1);
    Listener two(loop, 2);
    Listener silent(loop, 3);
    for (auto* each : {&one, &two, &silent}) REQUIRE(each->discovery.start());
    one.discovery.announce(1'001, true);
    two.discovery.announce(1'002, true);
    REQUIRE(loop.until([&] {
        return one.knows("127.0.0.1:1002") && two.knows("127.0.0.1:1001") && silent.found.size() == 2;
    }));
    CHECK(one.found == std::vector<std::string>{"127.0.0.1:1002"});
    CHECK(two.found == std::vector<std::string>{"127.0.0.1:1001"});
}

TEST_CASE("beacons come again and again, until the node listens no more", "[discovery]") {
    EventLoop loop;
    DiscoveryOptions quick;
    quick.interval_ms = 20;
    Listener one(loop, 1, quick);
    Listener two(loop, 2);
    REQUIRE(one.discovery.start());
    REQUIRE(two.discovery.start());
    one.discovery.announce(1'001, true);
    REQUIRE(loop.until([&] { return two.found.size() >= 5; }));
    one.discovery.announce(0, true);
    loop.drain();
    const std::size_t before = two.found.size();
    send_to_group(to_text(Beacon{sample.net, 9, 9})); // in its place, the next that is heard
    REQUIRE(loop.until([&] { return two.found.size() > before; }));
    CHECK(two.found.back() == "127.0.0.1:9");
}

TEST_CASE("other networks, own beacons and noise are passed over", "[discovery]") {
    EventLoop loop;
    Listener one(loop, 1);
    REQUIRE(one.discovery.start());
    send_to_group(to_text(Beacon{{{1, 2, 3, 4}}, 7, 7}));
    send_to_group(to_text(Beacon{sample.net, 1, 8}));
    send_to_group("");
    send_to_group(std::string(1'400, 'a'));
    send_to_group(to_text(Beacon{sample.net, 5, 55}));
    REQUIRE(loop.until([&] { return !one.found.empty(); }));
    CHECK(one.found == std::vector<std::string>{"127.0.0.1:55"});
}

TEST_CASE("a flood of beacons is told of but so often", "[discovery]") {
    EventLoop loop;
    DiscoveryOptions few;
    few.found_limit = 3;
    Listener limited(loop, 1, few);
    DiscoveryOptions all;
    all.found_limit = 1'000;
    Listener witness(loop, 2, all);
    REQUIRE(limited.discovery.start());
    REQUIRE(witness.discovery.start());
    for (std::uint16_t port = 1; port <= 30; ++port) {
        send_to_group(to_text(Beacon{sample.net, port + 100U, port}));
        REQUIRE(loop.until([&] { return witness.found.size() == port; }));
    }
    loop.drain();
    CHECK(limited.found == std::vector<std::string>{"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"});
}

TEST_CASE("discovery beyond the loopback interface hears the loopback interface, too", "[discovery]") {
    EventLoop loop;
    DiscoveryOptions wide;
    wide.beyond_loopback = true;
    Listener one(loop, 1, wide);
    Listener two(loop, 2);
    REQUIRE(one.discovery.start());
    REQUIRE(two.discovery.start());
    two.discovery.announce(1'002, true);
    CHECK(loop.until([&] { return one.knows("127.0.0.1:1002"); }));
}

TEST_CASE("a node that others cannot reach is told of on this machine alone", "[discovery]") {
    EventLoop loop;
    DiscoveryOptions wide;
    wide.beyond_loopback = true;
    Listener one(loop, 1, wide);
    Listener two(loop, 2, wide);
    REQUIRE(one.discovery.start());
    REQUIRE(two.discovery.start());
    one.discovery.announce(1'001, true);
    REQUIRE(loop.until([&] { return two.knows("127.0.0.1:1001"); }));
    loop.drain();
    CHECK(two.found == std::vector<std::string>{"127.0.0.1:1001"});
}
