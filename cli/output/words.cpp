#include <cli/output/words.hpp>

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace cairn::cli {

namespace {

std::string three_digits(double value) {
    return fmt::format("{:.{}f}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

} // namespace

std::string si_text(double value) {
    constexpr std::array prefixes = {"", " k", " M", " G", " T", " P", " E"};
    std::size_t at = 0;
    for (; value >= 999.5 && at + 1 < prefixes.size(); ++at) value /= 1'000;
    if (at == 0) return fmt::format("{:.0f}", value);
    return three_digits(value) + prefixes[at];
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array units = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1'024) return fmt::format("{} B", bytes);
    double value = static_cast<double>(bytes) / 1'024;
    std::size_t at = 0;
    for (; value >= 999.5 && at + 1 < units.size(); ++at) value /= 1'024;
    return fmt::format("{} {}", three_digits(value), units[at]);
}

std::string span_text(std::uint64_t seconds) {
    if (seconds < 60) return fmt::format("{}s", seconds);
    if (seconds < 3'600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
    return fmt::format("{}h{:02}m", seconds / 3'600, seconds / 60 % 60);
}

std::string age_text(Time then, Time now) {
    constexpr std::uint64_t minute = 60, hour = 60 * minute, day = 24 * hour;
    const std::uint64_t seconds = now > then ? (now.unix_ms - then.unix_ms) / 1'000 : 0;
    if (seconds == 0) return "now";
    if (seconds < minute) return fmt::format("{}s", seconds);
    if (seconds < hour) return fmt::format("{}m", seconds / minute);
    if (seconds < day) return fmt::format("{}h", seconds / hour);
    if (seconds < 100 * day) return fmt::format("{}d", seconds / day);
    return to_rfc3339(then).substr(0, 10);
}

std::string moment_text(Time then, Time now) {
    auto text = to_rfc3339(then).substr(0, 19);
    text[10] = ' ';
    const auto age = age_text(then, now);
    return text + " UTC" + (age == "now" ? ", now" : age.size() == 10 ? "" : ", " + age + " ago");
}

} // namespace cairn::cli
