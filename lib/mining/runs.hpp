// What kernels that try several nonces side by side share: how a search is cut into runs.
#pragma once

#include <mining/kernel.hpp>

namespace cairn::mining {

/// As `try_run` would do it, which is only handed nonces whose upper 32 bits are the same.
std::optional<std::uint64_t> in_runs_of_one_half(TryNonces try_run, const Hash256& digest,
                                                 const Uint256& target, std::uint64_t first,
                                                 std::uint64_t count);

} // namespace cairn::mining
