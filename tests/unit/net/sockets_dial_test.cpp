// Connecting to others, and all the ways in which it fails.
#include "sockets_support.hpp"

using namespace cairn;
using namespace cairn::net;
using namespace cairn::net::test;

TEST_CASE("a name is resolved, and localhost is known", "[sockets]") {
    Driver driver;
    const auto port = driver.sockets.listen("localhost", 0);
    driver.dial(1, "localhost", port); // may try ::1 first, where nobody listens
    CHECK(driver.loop.until([&] { return driver.connected.size() == 2; }));
    CHECK(driver.failures.empty());
}

TEST_CASE("where nobody listens the dial fails as unreachable", "[sockets]") {
    Driver driver;
    const auto port = driver.sockets.listen("127.0.0.1", 0);
    driver.sockets.stop_listening();
    driver.dial(3, "127.0.0.1", port);
    REQUIRE(driver.loop.until([&] { return !driver.failures.empty(); }));
    CHECK(driver.failures[0].id == DialId{3});
    CHECK(driver.failures[0].kind == DialFailure::unreachable);
    CHECK(driver.failures[0].why == "Connection refused");
    CHECK(driver.connected.empty());
}

TEST_CASE("a host that does not exist is unresolved", "[sockets]") {
    Driver driver;
    driver.dial(4, "nonexistent.invalid", 9401);
    driver.dial(5, "", 9401);
    REQUIRE(driver.loop.until([&] { return driver.failures.size() == 2; }));
    for (const auto& failure : driver.failures) {
        CHECK(failure.kind == DialFailure::unresolved);
        CHECK_FALSE(failure.why.empty());
    }
}

TEST_CASE("no more dials are under way than allowed", "[sockets]") {
    SocketLimits limits;
    limits.dials = 1;
    Driver driver(limits);
    const auto port = driver.sockets.listen("127.0.0.1", 0);
    driver.dial(1, "127.0.0.1", port);
    driver.dial(2, "127.0.0.1", port);
    REQUIRE(driver.loop.until([&] { return driver.failures.size() == 1 && driver.connected.size() == 2; }));
    CHECK(driver.failures[0].id == DialId{2});
    driver.dial(3, "127.0.0.1", port); // there is room again
    CHECK(driver.loop.until([&] { return driver.connected.size() == 4; }));
}

TEST_CASE("a dial to where nobody answers ends in time", "[sockets]") {
    // A listener whose queue is full answers no more.
    SocketLimits limits;
    limits.dial_ms = 200;
    Driver driver(limits);
    const auto [listener, port] = TcpPeer::deaf_listener();
    std::vector<TcpPeer> fill;
    fill.reserve(4);
    for (int i = 0; i < 4; ++i) fill.push_back(TcpPeer::begin_connect(port));
    driver.dial(1, "127.0.0.1", port);
    REQUIRE(driver.loop.until([&] { return !driver.failures.empty() || !driver.connected.empty(); }));
    REQUIRE(driver.failures.size() == 1);
    CHECK(driver.failures[0].kind == DialFailure::unreachable);
    CHECK(driver.failures[0].why == "no answer");
}
