// A moment as the driver hands it in: the wall's time and a count that never goes back. Nobody here reads a
// clock.
#pragma once

#include <base/time.hpp>

namespace cairn {

struct Instant {
    Time wall;                   ///< judges headers, stamps what is made; may step
    std::uint64_t steady_ms = 0; ///< of any origin, never less than before: times waits, intervals and rates
    friend bool operator==(const Instant&, const Instant&) = default;
};

} // namespace cairn
