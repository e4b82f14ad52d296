// Names that the driver and the node share. The driver numbers connections, the node numbers what it asks
// for; none is used twice in a run.
#pragma once

#include <compare>
#include <cstdint>

namespace cairn::net {

/// A connection, from accepted or dialled to closed.
struct PeerId {
    std::uint64_t value = 0;
    friend auto operator<=>(const PeerId&, const PeerId&) = default;
};

/// An attempt to connect.
struct DialId {
    std::uint64_t value = 0;
    friend auto operator<=>(const DialId&, const DialId&) = default;
};

/// A block body given to be decoded and checked.
struct CheckId {
    std::uint64_t value = 0;
    friend auto operator<=>(const CheckId&, const CheckId&) = default;
};

} // namespace cairn::net
