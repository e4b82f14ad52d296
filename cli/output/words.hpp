// Numbers, sizes and spans of time as people say them. Pure; answers for programs never use them.
#pragma once

#include <base/time.hpp>

#include <cstdint>
#include <string>

namespace cairn::cli {

/// Three digits and a prefix: "950", "10.5 k", "1.23 M", "210 G". Not negative.
std::string si_text(double value);

/// "179 B", "12.3 KiB", "1.00 MiB".
std::string bytes_text(std::uint64_t bytes);

/// "41s", "3m05s", "2h10m".
std::string span_text(std::uint64_t seconds);

/// How long ago, in one unit: "now", "41s", "3m", "2h", "12d"; from a hundred days on the day itself. What
/// lies ahead, by a clock that goes fast, is "now" as well.
std::string age_text(Time then, Time now);

/// The moment with its age: "2026-11-21 08:29:00 UTC, 3m ago".
std::string moment_text(Time then, Time now);

} // namespace cairn::cli
