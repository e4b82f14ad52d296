// Where a transaction stands in the active chain.
#pragma once

#include <compare>
#include <cstdint>

namespace cairn::store {

/// A transaction's place in the active chain.
struct TxPlace {
    static constexpr std::uint32_t reward =
        0xffff'ffff; ///< index of the producer's reward and of allocations
    std::uint32_t height = 0;
    std::uint32_t index = 0;
    friend auto operator<=>(const TxPlace&, const TxPlace&) = default;
};

} // namespace cairn::store
