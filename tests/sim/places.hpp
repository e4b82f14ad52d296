// The addresses of simulated machines.
#pragma once

#include <wire/endpoint.hpp>

namespace cairn::sim {

inline constexpr std::uint16_t service_port = 9'401;

inline net::Endpoint endpoint_of(std::size_t index, std::uint16_t port) {
    return net::ipv4_endpoint({10, 0, static_cast<Byte>(index / 250), static_cast<Byte>(1 + index % 250)},
                              port);
}

} // namespace cairn::sim
