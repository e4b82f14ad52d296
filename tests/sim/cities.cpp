#include "cities.hpp"

#include <array>
#include <utility>

namespace cairn::sim {
namespace {

using Row = std::array<std::uint16_t, city_count>;

constexpr std::array<const char*, city_count> names = {"Dallas", "Toronto", "Washington", "Frankfurt",
                                                       "London", "Madrid",  "Montreal",   "Chennai",
                                                       "Osaka",  "Sydney",  "Tokyo",      "Sao Paulo"};

// What is right of the diagonal.
constexpr std::array<Row, city_count> round_trips = {{
    {1, 34, 32, 123, 112, 117, 42, 247, 152, 183, 143, 143},
    {0, 1, 20, 92, 82, 105, 11, 220, 142, 212, 135, 140},
    {0, 0, 1, 86, 76, 86, 16, 235, 147, 214, 139, 128},
    {0, 0, 0, 1, 13, 29, 89, 137, 245, 251, 239, 200},
    {0, 0, 0, 0, 1, 25, 79, 137, 253, 260, 247, 192},
    {0, 0, 0, 0, 0, 1, 103, 148, 267, 274, 259, 210},
    {0, 0, 0, 0, 0, 0, 1, 214, 152, 223, 145, 130},
    {0, 0, 0, 0, 0, 0, 0, 1, 120, 125, 110, 358},
    {0, 0, 0, 0, 0, 0, 0, 0, 1, 122, 9, 291},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 115, 324},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 284},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
}};

} // namespace

const char* city_name(std::size_t city) { return names.at(city); }

std::uint32_t round_trip_ms(std::size_t a, std::size_t b) {
    if (a > b) std::swap(a, b);
    return round_trips.at(a).at(b);
}

} // namespace cairn::sim
