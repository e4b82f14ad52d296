// Real sockets on the loopback interface. Nothing is timed by hoping: each wait is for an event.
#include "sockets_support.hpp"

#include <sys/resource.h>

using namespace cairn;
using namespace cairn::net;
using namespace cairn::net::test;

namespace {

/// The process may hold but few more files than it does, as long as this lives.
class FewDescriptors {
  public:
    FewDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        const int free = ::dup(0);
        few.rlim_cur = static_cast<rlim_t>(free) + 8;
        ::close(free);
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

  private:
    rlimit before_{};
};

} // namespace

TEST_CASE("two nodes connect, and bytes arrive in order", "[sockets]") {
    Driver a;
    const auto port = a.sockets.listen("127.0.0.1", 0);
    CHECK(port != 0);
    CHECK(a.sockets.listen_port() == port);
    a.dial(7, "127.0.0.1", port); // itself: two sessions
    REQUIRE(a.loop.until([&] { return a.connected.size() == 2; }));
    const std::size_t ours = a.dials[0] ? 0 : 1;
    CHECK(a.dials[ours] == DialId{7});
    CHECK(a.dials[1 - ours] == std::nullopt);
    CHECK(to_text(a.remotes[ours]) == "127.0.0.1:" + std::to_string(port));
    CHECK(is_loopback(a.remotes[1 - ours]));

    std::string expected;
    for (int i = 0; i < 20'000; ++i) {
        const std::string line = "line " + std::to_string(i) + "\n";
        a.send(a.connected[ours], line);
        expected += line;
    }
    const PeerId theirs = a.connected[1 - ours];
    REQUIRE(a.loop.until([&] { return a.received[theirs].size() >= expected.size(); }));
    CHECK(a.received[theirs] == expected);
    CHECK(a.largest <= SocketLimits{}.read_bytes);
    CHECK(a.loop.until([&] { return a.queued[a.connected[ours]] == 0; }));
}

TEST_CASE("every interface is IPv6 and IPv4, one address is that address", "[sockets]") {
    Driver driver;
    if (!TcpPeer::has_ipv6()) return;
    const auto port = driver.sockets.listen(GENERATE("", "*", "::"), 0);
    const auto six = TcpPeer::connect6(port);
    const auto four = TcpPeer::connect4(port);
    REQUIRE(driver.loop.until([&] { return driver.connected.size() == 2; }));
    std::vector<bool> kinds{is_ipv4(driver.remotes[0]), is_ipv4(driver.remotes[1])};
    std::sort(kinds.begin(), kinds.end());
    CHECK(kinds == std::vector<bool>{false, true});
    CHECK(is_loopback(driver.remotes[0]));
    CHECK(is_loopback(driver.remotes[1]));

    const auto only_six = driver.sockets.listen("[::1]", 0);
    CHECK_THROWS(TcpPeer::connect4(only_six));
    driver.dial(1, "[::1]", only_six);
    driver.dial(2, "::1", only_six);
    CHECK(driver.loop.until([&] { return driver.connected.size() == 6; }));
}

TEST_CASE("a port that is taken is said to be, and the earlier listener stays", "[sockets]") {
    Driver first;
    Driver second;
    const auto port = first.sockets.listen("127.0.0.1", 0);
    CHECK_THROWS_AS(second.sockets.listen("127.0.0.1", port), PortTaken);
    CHECK_THROWS_AS(second.sockets.listen("", port), PortTaken);
    CHECK_THROWS_WITH(second.sockets.listen("127.0.0.1", port),
                      "cannot listen on 127.0.0.1:" + std::to_string(port) + ": the port is taken");
    CHECK_THROWS_WITH(second.sockets.listen("::", port),
                      "cannot listen on *:" + std::to_string(port) + ": the port is taken");
    CHECK(second.sockets.listen_port() == 0);
    CHECK_THROWS_AS(second.sockets.listen("192.0.2.1", 0), CannotListen);
    CHECK_THROWS_AS(second.sockets.listen("no-address", 0), CannotListen);
    first.accept();

    first.sockets.stop_listening();
    CHECK(first.sockets.listen_port() == 0);
    CHECK(second.sockets.listen("127.0.0.1", port) == port); // though a connection to it still stands
    CHECK(second.sockets.listen("127.0.0.1", port) == port); // in place of itself
    second.accept();
    CHECK(first.connected.size() == 1);
}

TEST_CASE("where it cannot listen elsewhere the listener stays as it is", "[sockets]") {
    Driver other;
    Driver driver;
    const auto taken = other.sockets.listen("127.0.0.1", 0);
    const auto port = driver.sockets.listen("127.0.0.1", 0);
    CHECK_THROWS_AS(driver.sockets.listen("127.0.0.1", taken), PortTaken);
    CHECK_THROWS_AS(driver.sockets.listen("192.0.2.1", 0), CannotListen); // of another machine
    CHECK_THROWS_AS(driver.sockets.listen("192.0.2.1", port), CannotListen);
    CHECK_THROWS_AS(driver.sockets.listen("no-address", 0), CannotListen);
    CHECK(driver.sockets.listen_port() == port);
    driver.accept();
    // Its own listener is in nobody's way.
    CHECK(driver.sockets.listen("", port) == port);
    driver.accept();
    CHECK(driver.sockets.listen("127.0.0.1", port) == port);
    driver.accept();
}

TEST_CASE("who ends its side still gets its answers", "[sockets]") {
    Driver driver;
    driver.sockets.listen("127.0.0.1", 0);
    auto peer = driver.accept();
    driver.on_received = [&](PeerId id) { driver.sockets.send(id, Bytes(300'000, 'x')); };
    peer.write("STATUS\n");
    peer.end_writing();
    CHECK(driver.read_to_end(peer).size() >= 300'000);
    CHECK(driver.loop.until([&] { return driver.gone(driver.connected[0]); }));
    CHECK(driver.received[driver.connected[0]] == "STATUS\n");
}

TEST_CASE("a connection that is reset is reported once", "[sockets]") {
    Driver driver;
    driver.sockets.listen("127.0.0.1", 0);
    auto peer = driver.accept();
    driver.send(driver.connected[0], "hello\n");
    peer.reset();
    REQUIRE(driver.loop.until([&] { return !driver.disconnected.empty(); }));
    driver.send(driver.connected[0], "anybody?\n");
    driver.drop(driver.connected[0]);
    driver.loop.drain();
    CHECK(driver.gone(driver.connected[0]));
    CHECK(driver.sockets.sessions() == 0);
}

TEST_CASE("who is dropped hears the last words, and nothing of it is heard", "[sockets]") {
    Driver driver;
    driver.sockets.listen("127.0.0.1", 0);
    auto peer = driver.accept();
    const PeerId id = driver.connected[0];
    driver.on_received = [&](PeerId from) {
        driver.sockets.send(from, Bytes(100'000, 'e'));
        driver.sockets.drop(from);
        driver.sockets.send(from, Bytes(7, 'n')); // too late
    };
    peer.write("nonsense\n");
    peer.write(std::string(100'000, 'z')); // more than was read when it is dropped
    CHECK(driver.read_to_end(peer) == std::string(100'000, 'e'));
    REQUIRE(driver.loop.until([&] { return driver.gone(id); }));
    CHECK(driver.received[id].size() <= SocketLimits{}.read_bytes);
}

TEST_CASE("a reader that reads nothing is told of, and its drop ends in time", "[sockets]") {
    SocketLimits limits;
    limits.flush_ms = 100;
    Driver driver(limits);
    driver.sockets.listen("127.0.0.1", 0);
    const auto peer = driver.accept(4'096);
    const PeerId id = driver.connected[0];
    // What the node does: it sends until it hears of 4 MiB, then drops.
    constexpr std::size_t bound = 4 << 20;
    std::size_t sent = 0;
    REQUIRE(driver.loop.until([&] {
        if (driver.queued[id] < bound) {
            driver.send(id, std::string(64 << 10, 'b'));
            sent += 64 << 10;
        }
        return driver.queued[id] >= bound;
    }));
    CHECK(driver.queued[id] <= sent);
    CHECK(driver.queued[id] < bound + (1 << 20));
    driver.drop(id);
    CHECK(driver.loop.until([&] { return driver.gone(id); }));
}

TEST_CASE("a peer is not read while it is throttled", "[sockets]") {
    Driver driver;
    driver.sockets.listen("127.0.0.1", 0);
    const auto first = driver.accept();
    const auto second = driver.accept();
    const PeerId slow = driver.connected[0];
    const PeerId other = driver.connected[1];
    driver.sockets.throttle(slow, true);
    first.write("later\n");
    for (int i = 0; i < 20; ++i) { // each round gives the other's bytes the time to come first
        const std::size_t before = driver.received[other].size();
        second.write("now\n");
        REQUIRE(driver.loop.until([&] { return driver.received[other].size() >= before + 4; }));
    }
    CHECK(driver.received[slow].empty());
    driver.sockets.throttle(slow, false);
    CHECK(driver.loop.until([&] { return driver.received[slow] == "later\n"; }));
}

TEST_CASE("what is accepted beyond the limit is closed", "[sockets]") {
    SocketLimits limits;
    limits.sessions = 2;
    Driver driver(limits);
    driver.sockets.listen("127.0.0.1", 0);
    const auto one = driver.accept();
    const auto two = driver.accept();
    auto three = TcpPeer::connect4(driver.sockets.listen_port());
    CHECK(driver.read_to_end(three).empty());
    CHECK(driver.connected.size() == 2);
    driver.drop(driver.connected[0]);
    REQUIRE(driver.loop.until([&] { return driver.gone(driver.connected[0]); }));
    driver.accept();
}

TEST_CASE("fifty peers are let go within a second, those that read nothing too", "[sockets]") {
    Driver driver;
    const auto port = driver.sockets.listen("127.0.0.1", 0);
    std::vector<TcpPeer> peers;
    peers.reserve(50);
    for (int i = 0; i < 50; ++i) peers.push_back(driver.accept(4'096));
    for (const PeerId id : driver.connected) driver.send(id, "BYE\n");
    for (std::size_t i = 0; i < 5; ++i) driver.send(driver.connected[i], std::string(1 << 20, 'x'));
    driver.sockets.drop(driver.connected[4]); // before: its second is cut short
    driver.dial(1, "nonexistent.invalid", port);
    bool closed = false;
    const auto from = std::chrono::steady_clock::now();
    driver.sockets.close([&] { closed = true; });
    REQUIRE(driver.loop.until([&] { return closed; }));
    CHECK(std::chrono::steady_clock::now() - from < std::chrono::seconds(1));
    CHECK(driver.sockets.sessions() == 0);
    CHECK(driver.disconnected.empty());
    CHECK(driver.failures.empty());
    for (std::size_t i = 5; i < 50; ++i) CHECK(driver.read_to_end(peers[i]) == "BYE\n");
    CHECK_THROWS(TcpPeer::connect4(port));
}

TEST_CASE("what is closed may be closed again", "[sockets]") {
    Driver driver;
    driver.sockets.listen("127.0.0.1", 0);
    const auto peer = driver.accept();
    int first = 0;
    int second = 0;
    driver.sockets.close([&] { ++first; });
    if (GENERATE(false, true)) REQUIRE(driver.loop.until([&] { return first == 1; }));
    driver.sockets.close([&] { ++second; });
    CHECK(driver.loop.until([&] { return second == 1; }));
    driver.loop.drain();
    CHECK(first <= 1);
    CHECK(second == 1);
}

TEST_CASE("the listener outlasts a time without descriptors", "[sockets]") {
    Driver driver;
    driver.sockets.listen("127.0.0.1", 0);
    auto peer = TcpPeer::connect4(driver.sockets.listen_port()); // it waits in the system's queue
    std::vector<TcpPeer> all;
    {
        const FewDescriptors few;
        for (int next = 0; next >= 0;) {
            next = ::dup(0);
            if (next >= 0) all.emplace_back(next);
        }
        CHECK_FALSE(
            driver.loop.until([&] { return !driver.connected.empty(); }, std::chrono::milliseconds(50)));
        all.clear();
    }
    CHECK(driver.loop.until([&] { return driver.connected.size() == 1; }));
    driver.accept();
}

TEST_CASE("sockets that go away close their connections, whatever was under way", "[sockets]") {
    TcpPeer peer;
    {
        Driver driver;
        driver.sockets.listen("127.0.0.1", 0);
        peer = driver.accept(4'096);
        driver.send(driver.connected[0], std::string(1 << 20, 'x'));
        driver.dial(1, "127.0.0.1", driver.sockets.listen_port());
        driver.dial(2, "nonexistent.invalid", 1);
    }
    while (!peer.ended()) peer.read_some();
    SUCCEED();
}
