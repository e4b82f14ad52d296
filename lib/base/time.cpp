#include <base/time.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace cairn {
namespace {

constexpr std::uint64_t last_printable_ms = 253402300799999; // 9999-12-31T23:59:59.999Z

/// Takes `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc{} || end != text.data() + digits || text[0] == '-') return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

/// `.123` as milliseconds; digits past the third are read and dropped.
std::optional<int> take_fraction_ms(std::string_view& text) {
    if (!take(text, '.')) return 0;
    int value = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 3) value = value * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 3; ++digits) value *= 10;
    return value;
}

/// `Z`, nothing, or `+hh:mm`: minutes east of UTC.
std::optional<int> take_offset_min(std::string_view& text) {
    if (text.empty() || take(text, 'Z') || take(text, 'z')) return 0;
    const int sign = text.front() == '-' ? -1 : 1;
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    return sign * (*hours * 60 + *minutes);
}

} // namespace

std::string to_rfc3339(Time time) {
    using namespace std::chrono;
    const std::uint64_t ms = std::min(time.unix_ms, last_printable_ms);
    const sys_time<milliseconds> point{milliseconds{static_cast<std::int64_t>(ms)}};
    const auto day = floor<days>(point);
    const year_month_day date{day};
    const hh_mm_ss<milliseconds> clock{point - day};
    std::array<char, 40> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    const auto y = take_number(text, 4);
    if (!y || !take(text, '-')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m || !take(text, '-')) return std::nullopt;
    const auto d = take_number(text, 2);
    if (!d) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok() || *y < 1970) return std::nullopt;
    std::int64_t ms = duration_cast<milliseconds>(sys_days{date}.time_since_epoch()).count();
    if (!text.empty()) {
        if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
        const auto hour = take_number(text, 2);
        if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
        const auto minute = take_number(text, 2);
        if (!minute || *minute > 59) return std::nullopt;
        std::optional<int> second = 0;
        if (take(text, ':')) second = take_number(text, 2);
        if (!second || *second > 60) return std::nullopt;
        const auto fraction = take_fraction_ms(text);
        const auto offset = fraction ? take_offset_min(text) : std::nullopt;
        if (!offset || !text.empty()) return std::nullopt;
        ms += ((*hour * 60 + *minute - *offset) * 60LL + *second) * 1000 + *fraction;
    }
    if (ms < 0) return std::nullopt;
    return Time{static_cast<std::uint64_t>(ms)};
}

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 6> units{
        {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}, {"w", 604800e3}}};
    const std::size_t split = text.find_first_not_of("0123456789.");
    const std::string_view number = text.substr(0, split);
    const std::string_view unit = split == std::string_view::npos ? "s" : text.substr(split);
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (number.empty() || error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
    for (const auto& [name, scale] : units) {
        if (unit != name) continue;
        if (value * scale > 1e15) return std::nullopt;
        return static_cast<std::uint64_t>(std::llround(value * scale));
    }
    return std::nullopt;
}

} // namespace cairn
