// A large network in virtual time: how fast blocks spread between cities, and how many are found in vain.
#pragma once

#include <cstdint>
#include <string>

namespace cairn::sim {

struct ScaleRequest {
    std::size_t nodes = 1'000;
    std::uint64_t interval_ms = 15'000; ///< mean time between blocks
    std::uint32_t blocks = 100;         ///< about so many are mined
    std::uint64_t payments = 2;         ///< an interval
    std::uint64_t seed = 1;
};

struct ScaleReport {
    std::string failure; ///< empty: all nodes are on one tip in the end, and every oracle holds
    std::uint32_t height = 0;
    std::size_t found = 0;     ///< blocks
    std::size_t stale = 0;     ///< of these, not on the chain in the end
    std::size_t confirmed = 0; ///< payments
    std::uint64_t messages = 0;
    std::uint64_t span_ms = 0; ///< virtual, in which blocks were mined
    /// From a block's discovery until half and nine tenths of the nodes have it: of the block in the middle,
    /// and of the one that is slower than nine tenths of all.
    std::uint64_t half_ms = 0;
    std::uint64_t half_slow_ms = 0;
    std::uint64_t most_ms = 0;
    std::uint64_t most_slow_ms = 0;
};

/// Nodes stand in the cities of cities.hpp in turn; each seeks 8 peers; every tenth mines, all with the same
/// power. Links carry 80 Mbit/s; a block takes its checker 1 ms and 1 ms for 100 kB; else computing takes no
/// time. Memory: about 2.2 MB a node.
ScaleReport run_scale(const ScaleRequest& request);

} // namespace cairn::sim
