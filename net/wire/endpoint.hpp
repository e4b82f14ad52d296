// Where a peer can be reached: an address and a port. Values; nothing here resolves names.
#pragma once

#include <base/bytes.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::net {

struct Endpoint {
    ByteArray<16> ip{}; ///< IPv6 in the order of the wire; IPv4 a.b.c.d as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2)
    std::uint16_t port = 0;
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// a.b.c.d and a port.
Endpoint ipv4_endpoint(const ByteArray<4>& address, std::uint16_t port);
bool is_ipv4(const Endpoint& at);

/// 127.0.0.0/8 and ::1.
bool is_loopback(const Endpoint& at);
/// Of a local network: 10/8, 172.16/12, 192.168/16 (RFC 1918), 169.254/16 (RFC 3927), fc00::/7 (RFC 4193),
/// fe80::/10 (RFC 4291). Not loopback.
bool is_private(const Endpoint& at);

/// "1.2.3.4:5", "[::1]:5".
std::string to_text(const Endpoint& at);
/// Of that form, numbers only; nullopt for names, zones, and ports above 65,535.
std::optional<Endpoint> parse_endpoint(std::string_view text);

} // namespace cairn::net
