// One run of a simulated network, decided by its seed: trouble for a while, then calm, then the oracles.
#pragma once

#include <cstdint>
#include <string>

namespace cairn::sim {

struct Outcome {
    std::string failure; ///< empty: every oracle holds
    std::uint64_t trace = 0;
    std::uint32_t height = 0;
    std::uint64_t messages = 0;
    std::uint64_t reorganisations = 0;
    std::uint64_t healed_ms = 0; ///< virtual time from the end of the trouble to one tip
};

/// `machines`: 0 lets the seed choose 2 to 8. `blocks`: about so many are mined in the trouble.
Outcome run_scenario(std::uint64_t seed, std::size_t machines, std::uint32_t blocks);

} // namespace cairn::sim
