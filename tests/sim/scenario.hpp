// Runs of a simulated network, each decided by its seed: trouble, then calm, then the oracles.
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
    std::uint64_t healed_ms = 0;   ///< virtual time from the end of the trouble to one tip
    std::uint64_t interval_ms = 0; ///< between blocks
};

/// Everything at once: messages that are lost, doubled, reordered, partitions, losses of power.
/// `machines`: 0 lets the seed choose 2 to 8. `blocks`: about so many are mined in the trouble.
Outcome run_scenario(std::uint64_t seed, std::size_t machines, std::uint32_t blocks);

/// Two halves mine apart and meet: they must agree within 3 block intervals, in which one of them leads.
/// `machines`: 0 lets the seed choose 4 to 12. `blocks`: at most about so many are mined apart.
Outcome run_heal(std::uint64_t seed, std::size_t machines, std::uint32_t blocks);

/// Strangers say HELLO with false times. What the machines do must not depend on the times by one byte.
Outcome run_lies(std::uint64_t seed, std::size_t machines, std::uint32_t blocks);

} // namespace cairn::sim
