// What must hold of every network when the trouble is over. Each says what does not, in words; empty: all is
// well. They look at the machines alone, and change nothing.
#pragma once

#include "world.hpp"

#include <string>

namespace cairn::sim {

/// The supply is exact, and the chain as it stands, judged anew from nothing, has the same state.
std::string chain_fault(const World& world, std::size_t index);
/// Every machine has what it acknowledged, and no bound was broken on the way.
std::string promise_fault(const World& world);
/// What a machine still wants confirmed is known to all: nothing is left behind. Or its place is taken: by a
/// payment that was told to others and then lost with the power, unacknowledged.
std::string payment_fault(const World& world);
/// The same of everything that waits anywhere, whose ever it is. Holds where no message was ever lost.
std::string mempool_fault(const World& world);
/// A line for each machine: its tip and its peers.
std::string describe(const World& world);

} // namespace cairn::sim
