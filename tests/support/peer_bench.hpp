// A whole node, and peers that a test plays: bytes in, effects out, no sockets, time as told. What the node
// sends is decoded as it comes; bodies that it gives to workers are checked when the test says so. For one
// thread.
#pragma once

#include "support/memory_node.hpp"
#include <consensus/rules.hpp>
#include <protocol/address_book.hpp>
#include <wire/decoder.hpp>
#include <wire/encoder.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace cairn::test {

class PeerBench {
  public:
    using PeerId = net::PeerId;

    explicit PeerBench(const consensus::Network& network, net::NodeOptions options = {})
        : node(network, std::move(options)) {
        node.input(net::TimerFired{});
        carry_out();
    }

    // --- connections ---

    /// Somebody connects: from loopback unless it is said from where. Each comes from another port.
    PeerId connect(const std::string& host = "127.0.0.1") {
        return join(net::parse_endpoint(host + ":" + std::to_string(++last_port_)).value(), std::nullopt);
    }
    /// The place that the node dialled is there.
    PeerId answer(const net::Dial& dial) {
        const bool is_v6 = dial.host.find(':') != std::string::npos;
        const std::string host = is_v6 ? "[" + dial.host + "]" : dial.host;
        return join(net::parse_endpoint(host + ":" + std::to_string(dial.port)).value(), dial.dial);
    }
    void fail(const net::Dial& dial) {
        input(net::DialFailed{dial.dial, net::DialFailed::Why::unreachable, "nobody is there"});
    }
    /// Inbound, and both have said HELLO.
    PeerId friend_from(const std::string& host, net::Hello hello = {}) {
        const PeerId peer = connect(host);
        greet(peer, std::move(hello));
        return peer;
    }
    /// The user's peer at this place, dialled, and both have said HELLO.
    PeerId outbound_to(const std::string& host, std::uint16_t port = 9'401) {
        node.ask(net::AddPeer{host, port, false, true});
        carry_out();
        const auto wanted = std::find_if(dials.begin(), dials.end(), [&](const net::Dial& one) {
            return one.host == host && one.port == port;
        });
        const net::Dial dial = *wanted;
        dials.erase(wanted);
        const PeerId peer = answer(dial);
        greet(peer);
        return peer;
    }
    /// HELLO of our network, and OK where the node dialled; with the nonce 0 it gets one of its own.
    void greet(PeerId peer, net::Hello hello = {}) {
        hello.net = node.network().tag();
        if (hello.nonce == 0) hello.nonce = 1'000 + peer.value;
        if (hello.agent.empty()) hello.agent = "test";
        const bool raw = hello.raw;
        say(peer, hello);
        Other& other = others_.at(peer);
        other.raw = raw;
        if (raw) other.decoder.use_raw();
        if (other.dialled) say(peer, net::Ok{"HELLO", {}});
        ready_.push_back(peer);
    }
    void leave(PeerId peer) { input(net::Disconnected{peer}); }

    // --- what is said ---

    void say(PeerId peer, const net::Message& message) {
        send(peer, net::encode(message, others_.at(peer).raw));
    }
    void say(PeerId peer, const std::string& text) { send(peer, Bytes(text.begin(), text.end())); }
    void send(PeerId peer, Bytes bytes) { input(net::Received{peer, std::move(bytes)}); }

    /// What the node said to this peer since the last call.
    std::vector<net::Message> heard(PeerId peer) { return std::exchange(others_.at(peer).heard, {}); }
    /// Of these, those of one kind.
    template <typename Kind> std::vector<Kind> heard_of(PeerId peer) {
        std::vector<Kind> out;
        for (net::Message& message : heard(peer))
            if (auto* one = std::get_if<Kind>(&message)) out.push_back(std::move(*one));
        return out;
    }
    bool is_dropped(PeerId peer) const { return others_.at(peer).dropped; }
    bool is_stopped(PeerId peer) const { return others_.at(peer).stopped; }
    std::size_t bytes_to(PeerId peer) const { return others_.at(peer).bytes; }
    std::uint32_t score(PeerId peer) {
        for (const net::PeerInfo& one : node.node().peers())
            if (one.id == peer) return one.score;
        return 0;
    }

    // --- time and workers ---

    /// Time passes, with the node's timers; peers that are ready answer every PING.
    void pass(std::uint64_t ms, bool lively = false) {
        const std::uint64_t end = node.now.unix_ms + ms;
        for (auto at = node.wake_at; at && *at <= end; at = node.wake_at) {
            node.now.unix_ms = std::max(node.now.unix_ms, *at);
            node.wake_at.reset();
            input(net::TimerFired{});
            if (lively) pong();
        }
        node.now.unix_ms = end;
    }
    /// The workers do what they were given; how many bodies there were.
    std::size_t check_blocks() {
        std::size_t out = 0;
        for (; !checks.empty(); ++out) {
            const net::CheckBlock check = std::move(checks.front());
            checks.erase(checks.begin());
            auto block = decode_block(check.body, node.network().seal_kind());
            net::BlockChecked done{check.check, nullptr, std::nullopt};
            if (block) {
                done.error = consensus::check_body(node.network(), *block);
                if (!done.error)
                    done.error = consensus::check_signatures(node.network(), block->transactions);
                done.block = std::make_shared<const Block>(std::move(*block));
            }
            input(std::move(done));
        }
        return out;
    }
    void input(net::Input what) {
        step(std::move(what));
        // What the node left for the next input, it does now.
        for (; acts_at_once && node.wake_at && *node.wake_at <= node.now.unix_ms; step(net::TimerFired{}))
            node.wake_at.reset();
    }
    /// One input and what it brought, without the timers that are due.
    void step(net::Input what) {
        node.input(std::move(what));
        carry_out();
    }
    /// What reads is read: nothing that was sent is still queued.
    void carry_out() {
        while (!node.network_effects.empty()) {
            auto effects = std::exchange(node.network_effects, {});
            for (net::Effect& effect : effects) carry_out(effect);
        }
    }

    /// How many the node has in its book.
    std::size_t addresses() {
        net::AddressBook book({});
        if (!book.decode(node.node().addresses())) throw std::logic_error("the node's book cannot be read");
        return book.count();
    }
    std::uint32_t height() { return node.node().chain().height().value; }

    MemoryNode node;
    std::vector<net::Dial> dials;
    std::vector<net::CheckBlock> checks;
    std::vector<net::Event> events; ///< of peers
    Bytes kept;                     ///< the address book as it was to be kept last
    bool reads = true;              ///< peers read what they are sent
    bool acts_at_once = true;       ///< timers that are due go off after each input

  private:
    struct Other {
        explicit Other(const net::DecoderLimits& limits) : decoder(limits) {}
        net::Decoder decoder;
        std::vector<net::Message> heard;
        std::size_t bytes = 0;
        bool raw = false;
        bool dialled = false;
        bool dropped = false;
        bool stopped = false;
    };

    PeerId join(const net::Endpoint& at, std::optional<net::DialId> dial) {
        const PeerId peer{++last_peer_};
        const auto& parameters = node.network().parameters();
        others_.emplace(
            peer, Other({node.network().seal_kind(), parameters.max_block_bytes, parameters.max_block_txs}));
        others_.at(peer).dialled = dial.has_value();
        input(net::Connected{peer, at, dial});
        return peer;
    }

    void carry_out(net::Effect& effect) {
        if (const auto* send_out = std::get_if<net::Send>(&effect)) {
            hear(send_out->peer, send_out->bytes);
        } else if (const auto* drop = std::get_if<net::Drop>(&effect)) {
            others_.at(drop->peer).dropped = true;
            node.input(net::Disconnected{drop->peer});
        } else if (auto* dial = std::get_if<net::Dial>(&effect)) {
            dials.push_back(std::move(*dial));
        } else if (auto* check = std::get_if<net::CheckBlock>(&effect)) {
            checks.push_back(std::move(*check));
        } else if (const auto* throttle = std::get_if<net::Throttle>(&effect)) {
            others_.at(throttle->peer).stopped = throttle->stop_reading;
        } else if (auto* keep = std::get_if<net::KeepAddresses>(&effect)) {
            kept = std::move(keep->bytes);
        } else if (auto* notify = std::get_if<net::Notify>(&effect)) {
            events.push_back(std::move(notify->event));
        }
    }
    void hear(PeerId peer, const Bytes& bytes) {
        Other& other = others_.at(peer);
        other.bytes += bytes.size();
        if (!reads) return;
        other.decoder.feed(bytes);
        for (;;) {
            net::Decoder::Step step = other.decoder.next();
            if (std::holds_alternative<net::Decoder::BodyDue>(step)) {
                other.decoder.accept_body();
            } else if (auto* message = std::get_if<net::Message>(&step)) {
                other.heard.push_back(std::move(*message));
            } else {
                if (std::holds_alternative<net::Decoder::Violation>(step))
                    throw std::logic_error("the node said what cannot be read");
                break;
            }
        }
        node.input(net::Queued{peer, 0});
    }
    void pong() {
        for (const PeerId peer : ready_)
            if (!others_.at(peer).dropped)
                for (const net::Message& message : std::vector(others_.at(peer).heard))
                    if (const auto* ping = std::get_if<net::Ping>(&message)) say(peer, net::Pong{ping->n});
    }

    std::map<PeerId, Other> others_;
    std::vector<PeerId> ready_;
    std::uint64_t last_peer_ = 0;
    std::uint16_t last_port_ = 20'000;
};

} // namespace cairn::test
