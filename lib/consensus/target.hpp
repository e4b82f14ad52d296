// Compact targets, work, and the ASERT difficulty rule on counted time. Integers only.
#pragma once

#include <base/uint256.hpp>
#include <consensus/parameters.hpp>

namespace cairn::consensus {

/// nullopt where the compact form is not minimal, is zero or exceeds 256 bits.
std::optional<Uint256> expand(CompactTarget compact);
/// Floors. `target` ≥ 1.
CompactTarget compact(const Uint256& target);
/// floor(2^256 / (target + 1)): expected attempts.
Uint256 work_of(const Uint256& target);

/// v(n) of a block: v(n−1) + min(time(n) − time(n−1), half-life). Rule 3 has held: time > parent's.
std::uint64_t counted_time(const Parameters& parameters, std::uint64_t parent_counted_ms, Time parent,
                           Time block);

/// Target of the block after `parent` (height p, counted time v(p)): ASERT (Toomim, Lundeberg: "ASERT",
/// the aserti3-2d specification) anchored at the genesis' initial target. Before compaction.
Uint256 next_target_exact(const Parameters& parameters, Height parent, std::uint64_t parent_counted_ms);
CompactTarget next_target(const Parameters& parameters, Height parent, std::uint64_t parent_counted_ms);

} // namespace cairn::consensus
