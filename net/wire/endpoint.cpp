#include <wire/endpoint.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace cairn::net {
namespace {

constexpr ByteArray<12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr ByteArray<16> loopback6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, port);
    if (text.empty() || text.size() > 5 || error != std::errc{} || at != end) return std::nullopt;
    return port;
}

std::optional<Endpoint> parse_address4(const std::string& text) {
    ByteArray<4> address;
    if (inet_pton(AF_INET, text.c_str(), address.data()) != 1) return std::nullopt;
    return ipv4_endpoint(address, 0);
}

std::optional<Endpoint> parse_address6(const std::string& text) {
    Endpoint out;
    if (inet_pton(AF_INET6, text.c_str(), out.ip.data()) != 1) return std::nullopt;
    return out;
}

} // namespace

Endpoint ipv4_endpoint(const ByteArray<4>& address, std::uint16_t port) {
    Endpoint out;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), out.ip.begin());
    std::copy(address.begin(), address.end(), out.ip.begin() + mapped_prefix.size());
    out.port = port;
    return out;
}

bool is_ipv4(const Endpoint& at) {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), at.ip.begin());
}

bool is_loopback(const Endpoint& at) { return is_ipv4(at) ? at.ip[12] == 127 : at.ip == loopback6; }

bool is_private(const Endpoint& at) {
    if (!is_ipv4(at)) return (at.ip[0] & 0xfe) == 0xfc || (at.ip[0] == 0xfe && (at.ip[1] & 0xc0) == 0x80);
    const Byte a = at.ip[12];
    const Byte b = at.ip[13];
    return a == 10 || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168) || (a == 169 && b == 254);
}

std::string to_text(const Endpoint& at) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const std::string port = ":" + std::to_string(at.port);
    if (is_ipv4(at)) {
        inet_ntop(AF_INET, at.ip.data() + mapped_prefix.size(), text.data(), text.size());
        return text.data() + port;
    }
    inet_ntop(AF_INET6, at.ip.data(), text.data(), text.size());
    return "[" + std::string(text.data()) + "]" + port;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find('\0') != std::string_view::npos) return std::nullopt;
    const auto port = parse_port(text.substr(colon + 1));
    std::string address(text.substr(0, colon));
    if (!port || address.empty()) return std::nullopt;
    const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
    auto out = bracketed ? parse_address6(address.substr(1, address.size() - 2)) : parse_address4(address);
    if (out) out->port = *port;
    return out;
}

} // namespace cairn::net
