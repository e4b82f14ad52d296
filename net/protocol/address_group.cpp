#include <protocol/address_group.hpp>

#include <algorithm>

namespace cairn::net {
namespace {

int reach_of(const Endpoint& at) { return is_loopback(at) ? 0 : is_private(at) ? 1 : 2; }

} // namespace

AddressGroup group_of(const Endpoint& at) {
    AddressGroup out{at.ip, 128, 0};
    if (is_loopback(at)) {
        out.port = at.port;
    } else if (!is_private(at)) {
        out.bits = is_ipv4(at) ? 96 + 16 : 32;
        std::fill(out.prefix.begin() + out.bits / 8, out.prefix.end(), Byte{0});
    }
    return out;
}

bool is_dialable(const Endpoint& at) {
    if (at.port == 0) return false;
    if (is_ipv4(at)) return at.ip[12] != 0 && at.ip[12] < 224; // RFC 1122, 3.2.1.3; RFC 5771; RFC 1112, 4
    const bool is_low = std::all_of(at.ip.begin(), at.ip.begin() + 12, [](Byte byte) { return byte == 0; });
    return at.ip[0] != 0xff && (!is_low || is_loopback(at)); // RFC 4291, 2.5.2, 2.5.5.1 and 2.7
}

bool may_tell(const Endpoint& from, const Endpoint& at) { return reach_of(at) >= reach_of(from); }

} // namespace cairn::net
