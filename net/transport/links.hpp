// The node's ways to others: sockets, beacons, and the workers that check what comes. Carries out the effects
// that concern them and reports what follows as inputs. Lives on the core thread's io_context and is used by
// that thread alone.
#pragma once

#include <protocol/io.hpp>
#include <transport/discovery.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;
} // namespace boost::asio

namespace cairn::net {

struct LinkOptions {
    DiscoveryReach discovery = DiscoveryReach::nowhere;
    std::uint16_t discovery_port = 9'400;
    unsigned checkers = 1; ///< worker threads for blocks
};

class Links {
  public:
    /// `sink` gets the inputs, on the io_context and never out of a call of Links. `network` outlives it.
    Links(boost::asio::io_context& context, const consensus::Network& network, std::uint64_t nonce,
          const LinkOptions& options, std::function<void(Input)> sink);
    ~Links();
    Links(const Links&) = delete;
    Links& operator=(const Links&) = delete;

    /// False for an effect that is not of this kind.
    bool carry_out(Effect& effect);

    /// Lets peers in there; port 0: a free one. Throws PortTaken, CannotListen; then all
    /// is as it was.
    Endpoint listen(const std::string& host, std::uint16_t port);
    void stop_listening();
    std::optional<Endpoint> listening() const;

    /// Ends all connections, flushed, within a second; then `closed`, and nothing is reported any more.
    void close(std::function<void()> closed);

  private:
    class State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::net
