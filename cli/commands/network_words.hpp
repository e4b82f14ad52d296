// Places on the network as they are typed, and what is said of peers.
#pragma once

#include <cli/answer.hpp>
#include <protocol/io.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::cli {

struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};

/// HOST:PORT, [IPV6]:PORT, or a bare PORT, which is of this machine's loopback. `argument`: to name in
/// failures.
Expected<HostPort> split_endpoint(std::string_view argument, const std::string& text);

/// Why a peer could not be had.
Failure failure_of(const net::PeerRefusal& refusal);

} // namespace cairn::cli
