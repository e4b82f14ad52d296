// A moment as the driver hands it in: the wall's time and a count that never goes back. Nobody here reads a
// clock.
#pragma once

#include <base/checked.hpp>
#include <base/time.hpp>

#include <limits>

namespace cairn {

/// Times from outside span the whole of u64: a sum beyond it is its end.
constexpr std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) {
    return checked_add(a, b).value_or(std::numeric_limits<std::uint64_t>::max());
}

struct Instant {
    Time wall;                   ///< judges headers, stamps what is made; may step
    std::uint64_t steady_ms = 0; ///< of any origin, never less than before: times waits, intervals and rates
    friend bool operator==(const Instant&, const Instant&) = default;
};

} // namespace cairn
