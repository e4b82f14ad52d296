// Cores that meet over real sockets on the loopback interface.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/directory.hpp"
#include "support/tcp_peer.hpp"
#include <base/fault.hpp>
#include <transport/core.hpp>
#include <transport/sockets.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <unistd.h>

using namespace cairn;
using namespace cairn::test;
using net::Core;

namespace {

using Place = net::CoreOptions::Place;

/// Of this process alone: a beacon of a test that runs beside it finds nobody.
consensus::Network own_network(const std::string& name = "test") {
    auto parameters = dev_parameters({{address_of(0), coins(1000)}});
    parameters.name = name + std::to_string(::getpid());
    return network_of(std::move(parameters));
}

net::CoreOptions options_of(const Directory& directory) {
    net::CoreOptions out;
    out.directory = directory.path();
    out.node.mempool.min_units_per_byte = 0;
    return out;
}

std::unique_ptr<Core> open(const Directory& directory, std::vector<Place> connect = {}) {
    auto options = options_of(directory);
    options.listen = Place{"127.0.0.1", 0};
    options.connect = std::move(connect);
    return std::make_unique<Core>(own_network(), options);
}

net::PeerAnswer add_peer(Core& core, std::uint16_t port) {
    return std::get<net::PeerAnswer>(core.submit(net::AddPeer{"127.0.0.1", port, true, false}).get());
}

std::uint16_t port_of(const Core& core) { return core.listening().value().port; }

std::size_t peers_of(const Core& core) {
    return core.read([](const net::Node& node) { return node.peer_count(); });
}
Height height_of(const Core& core) {
    return core.read([](const net::Node& node) { return node.chain().height(); });
}

/// Looks again whenever `core` has news, and now and then without.
template <typename Condition> bool wait(Core& core, const Condition& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        pollfd news{core.notice_descriptor(), POLLIN, 0};
        ::poll(&news, 1, 20);
        core.take_notices();
    }
    return true;
}

std::string read_line(TcpPeer& peer) {
    std::string out;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (out.find('\n') == std::string::npos && !peer.ended() && std::chrono::steady_clock::now() < end)
        out += peer.wait_and_read(20);
    return out;
}

void mine(Core& core, std::uint32_t blocks) { core.submit(net::StartMining{address_of(0), blocks}).get(); }

} // namespace

TEST_CASE("a core catches up with another, and follows it", "[core]") {
    const Directory first;
    const Directory second;
    const auto a = open(first);
    mine(*a, 20);
    const auto b = open(second, {{"127.0.0.1", port_of(*a)}});
    REQUIRE(wait(*b, [&] { return height_of(*b) == Height{20}; }));
    mine(*a, 1);
    CHECK(wait(*b, [&] { return height_of(*b) == Height{21}; }));
    mine(*b, 1);
    CHECK(wait(*a, [&] { return height_of(*a) == Height{22}; }));
}

TEST_CASE("a core lets peers in where it is told to, and no longer when it is told not to", "[core]") {
    const Directory directory;
    auto options = options_of(directory);
    Core core(own_network(), options);
    CHECK(core.listening() == std::nullopt);
    const auto at = core.listen("127.0.0.1", 0);
    REQUIRE(at);
    CHECK(core.listening() == *at);
    auto peer = TcpPeer::connect4(at->port);
    CHECK(read_line(peer).substr(0, 10) == "HELLO v=1 ");
    core.stop_listening();
    CHECK(core.listening() == std::nullopt);
    CHECK_THROWS(TcpPeer::connect4(at->port));
}

TEST_CASE("a port that is taken stops a core from opening, and another from moving there", "[core]") {
    const Directory first;
    const Directory second;
    const auto a = open(first);
    auto options = options_of(second);
    options.listen = Place{"127.0.0.1", port_of(*a)};
    CHECK_THROWS_AS(Core(own_network(), options), net::PortTaken);
    const auto b = open(second);
    const auto before = b->listening();
    CHECK(before);
    CHECK_FALSE(b->listen("127.0.0.1", port_of(*a)));
    CHECK(b->listening() == before);
}

TEST_CASE("a core with peers closes within a second, and its peers go on", "[core]") {
    const Directory first;
    const Directory second;
    auto a = open(first);
    const auto b = open(second, {{"127.0.0.1", port_of(*a)}});
    REQUIRE(wait(*b, [&] { return peers_of(*b) == 1; }));
    std::vector<TcpPeer> silent;
    silent.reserve(20);
    for (int i = 0; i < 20; ++i) silent.push_back(TcpPeer::connect4(port_of(*a)));
    for (auto& one : silent) CHECK_FALSE(read_line(one).empty());

    const auto from = std::chrono::steady_clock::now();
    a->close();
    CHECK(std::chrono::steady_clock::now() - from < std::chrono::seconds(1));
    CHECK(wait(*b, [&] { return peers_of(*b) == 0; }));
    mine(*b, 3);
    CHECK(height_of(*b) == Height{3});
}

TEST_CASE("peers that were met are found again after a restart", "[core]") {
    const Directory first;
    const Directory second;
    const auto a = open(first);
    {
        const auto b = open(second);
        REQUIRE(add_peer(*b, port_of(*a)));
        CHECK(peers_of(*b) == 1);
        // Soon, not at the end: it may be killed at any time.
        CHECK(wait(*b, [&] { return std::filesystem::exists(second.path() / "peers"); }));
    }
    const auto b = open(second);
    CHECK(wait(*b, [&] { return peers_of(*b) == 1; }));
}

TEST_CASE("cores of one machine find each other by their beacons", "[core]") {
    const Directory first;
    const Directory second;
    auto options = options_of(first);
    options.listen = Place{"127.0.0.1", 0};
    options.discovery = net::DiscoveryReach::this_machine;
    Core a(own_network(), options);
    options.directory = second.path();
    Core b(own_network(), options);
    CHECK(wait(b, [&] { return peers_of(a) == 1 && peers_of(b) == 1; }));
}

TEST_CASE("a peer that floods and one that never speaks keep nobody from mining", "[core]") {
    const Directory directory;
    const auto core = open(directory);
    auto flood = TcpPeer::connect4(port_of(*core));
    const auto silent = TcpPeer::connect4(port_of(*core));
    try {
        for (int i = 0; i < 100; ++i) flood.write(std::string(10'000, 'A'));
    } catch (const std::runtime_error&) {
        // it was thrown out before it was done
    }
    mine(*core, 5);
    CHECK(height_of(*core) == Height{5});
    CHECK(wait(*core, [&] {
        flood.read_some();
        return flood.ended();
    }));
}

TEST_CASE("a core refuses a node of another network, itself, and what is not there", "[core]") {
    const Directory first;
    const Directory second;
    const auto a = open(first);
    auto options = options_of(second);
    options.listen = Place{"127.0.0.1", 0};
    Core other(own_network("other"), options);
    const auto code_of = [&](std::uint16_t port) { return add_peer(*a, port).error().code; };
    using Code = net::PeerRefusal::Code;
    CHECK(code_of(port_of(other)) == Code::wrong_network);
    CHECK(code_of(port_of(*a)) == Code::itself);
    const std::uint16_t gone = port_of(other);
    other.close();
    CHECK(code_of(gone) == Code::unreachable);
    CHECK(peers_of(*a) == 0);
}

TEST_CASE("a damaged file of peers keeps no core from opening", "[core]") {
    const Directory first;
    const Directory second;
    const auto a = open(first);
    std::ofstream(second.path() / "peers", std::ios::binary) << std::string(1'000, '\xff');
    const auto b = open(second);
    REQUIRE(add_peer(*b, port_of(*a)));
    CHECK(peers_of(*b) == 1);
}
