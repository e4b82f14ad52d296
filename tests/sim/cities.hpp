// Where simulated machines stand, and how far apart that is.
//
// Round trips in milliseconds between cities, as IBM publishes them for its data centres: "Network latency
// dashboards", averages of 10 January to 8 February 2026 (ibm-cloud-docs/vpc). Twelve cities on five
// continents; the way there and the way back were taken to be equal.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cairn::sim {

inline constexpr std::size_t city_count = 12;

const char* city_name(std::size_t city);
/// 1 within a city.
std::uint32_t round_trip_ms(std::size_t a, std::size_t b);

} // namespace cairn::sim
