// Sockets of a test, and all that they reported.
#pragma once

#include "catch.hpp"
#include "support/event_loop.hpp"
#include "support/tcp_peer.hpp"
#include <transport/sockets.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace cairn::net::test {

using cairn::test::EventLoop;
using cairn::test::TcpPeer;

struct Failure {
    DialId id;
    DialFailure kind{};
    std::string why;
};

struct Driver {
    explicit Driver(SocketLimits limits = {}) : sockets(loop.context(), sinks(), limits) {}

    SocketSinks sinks() {
        return {[this](PeerId peer, const Endpoint& remote, std::optional<DialId> dial) {
                    CHECK_FALSE(inside);
                    connected.push_back(peer);
                    remotes.push_back(remote);
                    dials.push_back(dial);
                },
                [this](DialId id, DialFailure kind, std::string why) {
                    CHECK_FALSE(inside);
                    failures.push_back({id, kind, std::move(why)});
                },
                [this](PeerId peer, ByteView bytes) {
                    CHECK_FALSE(inside);
                    received[peer] += as_text(bytes);
                    largest = std::max(largest, bytes.size());
                    if (on_received) on_received(peer);
                },
                [this](PeerId peer, std::size_t unsent) {
                    CHECK_FALSE(inside);
                    queued[peer] = unsent;
                },
                [this](PeerId peer) {
                    CHECK_FALSE(inside);
                    disconnected.push_back(peer);
                }};
    }
    void send(PeerId peer, std::string_view text) {
        inside = true;
        const auto bytes = as_bytes(text);
        sockets.send(peer, Bytes(bytes.begin(), bytes.end()));
        inside = false;
    }
    void drop(PeerId peer) {
        inside = true;
        sockets.drop(peer);
        inside = false;
    }
    void dial(std::uint64_t id, const std::string& host, std::uint16_t port) {
        inside = true;
        sockets.dial(DialId{id}, host, port);
        inside = false;
    }
    /// A peer that has connected.
    TcpPeer accept(int receive_buffer = 0) {
        const std::size_t before = connected.size();
        auto peer = TcpPeer::connect4(sockets.listen_port(), receive_buffer);
        REQUIRE(loop.until([&] { return connected.size() > before; }));
        return peer;
    }
    bool gone(PeerId peer) const { return std::count(disconnected.begin(), disconnected.end(), peer) == 1; }
    /// What the peer reads up to the end.
    std::string read_to_end(TcpPeer& peer) {
        std::string out;
        REQUIRE(loop.until([&] {
            out += peer.read_some();
            return peer.ended();
        }));
        return out;
    }

    EventLoop loop;
    std::vector<PeerId> connected;
    std::vector<Endpoint> remotes;
    std::vector<std::optional<DialId>> dials;
    std::vector<Failure> failures;
    std::map<PeerId, std::string> received;
    std::map<PeerId, std::size_t> queued;
    std::vector<PeerId> disconnected;
    std::size_t largest = 0;
    bool inside = false; ///< a call of Sockets: nothing may be reported out of it
    std::function<void(PeerId)> on_received;
    Sockets sockets; ///< last: it reports into the others
};

} // namespace cairn::net::test
