// Points in time as values. Nobody here reads a clock: `now` is always handed in.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn {

/// Milliseconds since the Unix epoch, UTC. The whole range of u64 can arrive from outside.
struct Time {
    std::uint64_t unix_ms = 0;
    friend auto operator<=>(const Time&, const Time&) = default;
};

/// The one that reads a clock implements this; tests and simulations hand in their own.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

/// RFC 3339, UTC, milliseconds: 2026-11-21T08:29:00.123Z. Times past the year 9999 read as its last ms.
std::string to_rfc3339(Time time);

/// Accepts YYYY-MM-DD, and date-times with T or a space, optional seconds and fraction, Z or a numeric offset
/// (none = UTC).
std::optional<Time> parse_rfc3339(std::string_view text);

/// A span such as 250ms, 30s, 5m, 2h, 7d, 1.5h; a bare number is seconds. In milliseconds.
std::optional<std::uint64_t> parse_duration_ms(std::string_view text);

} // namespace cairn
