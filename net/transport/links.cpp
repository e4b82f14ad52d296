#include <crypto/random.hpp>
#include <transport/checkers.hpp>
#include <transport/discovery.hpp>
#include <transport/links.hpp>
#include <transport/sockets.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace cairn::net {

class Links::State {
  public:
    State(boost::asio::io_context& in, const consensus::Network& of, std::uint64_t own_nonce,
          const LinkOptions& with, std::function<void(Input)> to)
        : context(in),
          network(of),
          nonce(own_nonce),
          options(with),
          sink(std::move(to)),
          sockets(in, sinks()),
          checkers(
              std::make_unique<Checkers>(of, CheckerOptions{with.checkers}, crypto::BatchSeed::drawn(random),
                                         [this](CheckedBlock checked) { report(std::move(checked)); })) {}

    SocketSinks sinks() {
        SocketSinks out;
        out.connected = [this](PeerId peer, const Endpoint& remote, std::optional<DialId> dial) {
            sink(Connected{peer, remote, dial});
        };
        out.dial_failed = [this](DialId dial, DialFailure failure, std::string why) {
            using Why = DialFailed::Why;
            sink(DialFailed{dial, failure == DialFailure::unresolved ? Why::unresolved : Why::unreachable,
                            std::move(why)});
        };
        out.received = [this](PeerId peer, ByteView bytes) {
            sink(Received{peer, Bytes(bytes.begin(), bytes.end())});
        };
        out.queued = [this](PeerId peer, std::size_t unsent) { sink(Queued{peer, unsent}); };
        out.disconnected = [this](PeerId peer) { sink(Disconnected{peer}); };
        return out;
    }

    /// On a worker's thread.
    void report(CheckedBlock checked) {
        boost::asio::post(context, [this, checked = std::move(checked)]() mutable {
            sink(BlockChecked{checked.id, std::move(checked.block), checked.error});
        });
    }

    /// Hears others, be there anything to tell of ourselves or not.
    void discover() {
        if (options.discovery == DiscoveryReach::nowhere) return;
        DiscoveryOptions with;
        with.net = network.tag();
        with.nonce = nonce;
        with.port = options.discovery_port;
        with.beyond_loopback = options.discovery == DiscoveryReach::local_network;
        discovery = std::make_unique<Discovery>(context, with, random,
                                                [this](const Endpoint& at) { sink(Discovered{at}); });
        // Where the system lets nobody join a group there is none to find, and nothing else is wrong.
        discovery->start();
    }

    boost::asio::io_context& context;
    const consensus::Network& network;
    const std::uint64_t nonce;
    const LinkOptions options;
    const std::function<void(Input)> sink;
    crypto::SystemRandom random;
    Sockets sockets;
    std::unique_ptr<Discovery> discovery;
    std::optional<Endpoint> listening;
    std::unique_ptr<Checkers> checkers; ///< its threads report through the above
};

Links::Links(boost::asio::io_context& context, const consensus::Network& network, std::uint64_t nonce,
             const LinkOptions& options, std::function<void(Input)> sink)
    : state_(std::make_unique<State>(context, network, nonce, options, std::move(sink))) {
    state_->discover();
}

Links::~Links() = default;

bool Links::carry_out(Effect& effect) {
    State& state = *state_;
    if (auto* send = std::get_if<Send>(&effect))
        state.sockets.send(send->peer, std::move(send->bytes));
    else if (const auto* drop = std::get_if<Drop>(&effect))
        state.sockets.drop(drop->peer);
    else if (const auto* dial = std::get_if<Dial>(&effect))
        state.sockets.dial(dial->dial, dial->host, dial->port);
    else if (auto* check = std::get_if<CheckBlock>(&effect))
        state.checkers->submit(check->check, std::move(check->body));
    else if (const auto* throttle = std::get_if<Throttle>(&effect))
        state.sockets.throttle(throttle->peer, throttle->stop_reading);
    else
        return false;
    return true;
}

Endpoint Links::listen(const std::string& host, std::uint16_t port) {
    const std::uint16_t opened = state_->sockets.listen(host, port);
    const bool is_v6 = host.find(':') != std::string::npos && host.front() != '[';
    std::string name = is_v6 ? "[" + host + "]" : host;
    if (name == "localhost") name = "127.0.0.1";
    Endpoint at = parse_endpoint(name + ":0").value_or(Endpoint{});
    at.port = opened;
    state_->listening = at;
    if (state_->discovery) state_->discovery->announce(opened, is_loopback(at));
    return at;
}

void Links::stop_listening() {
    state_->sockets.stop_listening();
    state_->listening.reset();
    if (state_->discovery) state_->discovery->announce(0, true);
}

std::optional<Endpoint> Links::listening() const {
    return state_->sockets.listen_port() != 0 ? state_->listening : std::nullopt;
}

void Links::close(std::function<void()> closed) {
    state_->discovery.reset();
    state_->checkers.reset();
    state_->sockets.close(std::move(closed));
}

} // namespace cairn::net
