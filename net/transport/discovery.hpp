// Discovery: finds other nodes nearby by UDP multicast. Each node that listens sends a beacon, and hears
// those of others:
//
//   cairn/1 net=9f3c01aa nonce=0123456789abcdef port=9401
//
// Group 239.255.67.82 (the local scope of administratively scoped addresses, RFC 2365, 6.1), UDP port 9400,
// TTL 1, IPv4. On the loopback interface alone unless the user asked for more. A beacon proves nothing: it
// says "try this address". On the io_context's thread alone.
#pragma once

#include <base/random.hpp>
#include <model/transaction.hpp>
#include <wire/endpoint.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
} // namespace boost::asio

namespace cairn::net {

struct Beacon {
    static constexpr std::size_t max_size = 200; ///< bytes

    ChainTag net;
    std::uint64_t nonce = 0;
    std::uint16_t port = 0; ///< where the sender listens, 1 to 65,535
    friend bool operator==(const Beacon&, const Beacon&) = default;
};
std::string to_text(const Beacon& beacon);
/// nullopt for anything else; unknown fields are passed over, a line break at the end is tolerated.
std::optional<Beacon> parse_beacon(std::string_view text);

/// How far a node looks for others, and tells them of itself.
enum class DiscoveryReach { nowhere, this_machine, local_network };

struct DiscoveryOptions {
    ChainTag net;
    std::uint64_t nonce = 0; ///< random: tells the node's own beacons from others'
    bool beyond_loopback = false;
    ByteArray<4> group{239, 255, 67, 82};
    std::uint16_t port = 9'400;
    std::uint64_t interval_ms = 10'000; ///< between beacons; a fifth more or less, at random
    unsigned found_limit = 32;          ///< told per interval; others' beacons are cheap to make
};

class Discovery {
  public:
    /// `found` is called on the io_context for beacons of the same network and another nonce, never out of a
    /// call of Discovery. `random` outlives it. Nothing is heard before start().
    Discovery(boost::asio::io_context& context, DiscoveryOptions options, Random& random,
              std::function<void(const Endpoint&)> found);
    ~Discovery();
    Discovery(const Discovery&) = delete;
    Discovery& operator=(const Discovery&) = delete;

    /// False where the system lets nobody join: then there is no discovery, and nothing else is wrong.
    bool start();
    /// Sends a beacon with that port now and from now on; 0: none. `at_loopback`: others cannot reach it, so
    /// the beacon stays on this machine.
    void announce(std::uint16_t port, bool at_loopback);

  private:
    class State;
    std::shared_ptr<State> state_;
};

} // namespace cairn::net
