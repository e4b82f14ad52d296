// Which addresses are likely one owner's, and who may tell whom of which. Pure.
#pragma once

#include <wire/endpoint.hpp>

namespace cairn::net {

/// Addresses that count as one when places are given out: a /16 of IPv4, a /32 of IPv6, one address of a
/// private network, one port on loopback.
struct AddressGroup {
    ByteArray<16> prefix{};
    std::uint8_t bits = 0;
    std::uint16_t port = 0; ///< on loopback
    friend auto operator<=>(const AddressGroup&, const AddressGroup&) = default;
};
AddressGroup group_of(const Endpoint& at);

/// Can be dialled at all: has a port, and is neither unspecified, multicast, broadcast nor reserved.
bool is_dialable(const Endpoint& at);

/// True where `from` may tell us of `at`, and we may tell `from` of it: loopback addresses among those on
/// loopback, private ones also on a private network, others everywhere. So nobody from outside makes us try
/// the doors of our own network.
bool may_tell(const Endpoint& from, const Endpoint& at);

} // namespace cairn::net
