#include <base/checked.hpp>
#include <cli/commands/graph.hpp>
#include <cli/output/printer.hpp>
#include <cli/output/words.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace cairn::cli {
namespace {

constexpr std::size_t most_columns = 60;
constexpr std::size_t least_columns = 10;
constexpr std::size_t rows = 8;
constexpr std::array<const char*, 9> eighths{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/// The balance at the end of each column's share of the time.
std::vector<Amount> sampled(const std::vector<GraphPoint>& points, std::uint64_t from, std::uint64_t to,
                            std::size_t columns) {
    std::vector<Amount> samples(columns);
    std::size_t at = 0;
    for (std::size_t column = 0; column < columns; ++column) {
        const auto end = from + static_cast<std::uint64_t>(Uint128{to - from} * (column + 1) / columns);
        while (at + 1 < points.size() && points[at + 1].time.unix_ms <= end) ++at;
        samples[column] = points[at].balance;
    }
    return samples;
}

std::string padded(std::string text, std::size_t width) {
    text.insert(0, width - std::min(width, text.size()), ' ');
    return text;
}

} // namespace

std::vector<std::string> graph_lines(const std::vector<GraphPoint>& points, Time now,
                                     const std::string& ticker, std::size_t width) {
    if (points.empty()) return {"nothing has happened yet"};
    const auto from = points.front().time.unix_ms;
    const auto to = std::max({now.unix_ms, points.back().time.unix_ms, from + 1});
    const auto highest_of = [](const std::vector<Amount>& samples) {
        return std::max(std::max_element(samples.begin(), samples.end())->units(), std::uint64_t{1});
    };
    const auto top_of = [&](std::uint64_t units) {
        return to_text(Amount::from_units(units)) + " " + ticker;
    };
    // As wide as the scale leaves it, which is told by what is drawn.
    auto samples = sampled(points, from, to, most_columns);
    const std::size_t scale = top_of(highest_of(samples)).size() + 2;
    const std::size_t columns = std::clamp(width - std::min(width, scale), least_columns, most_columns);
    if (columns < most_columns) samples = sampled(points, from, to, columns);
    const auto highest = highest_of(samples);
    auto top = top_of(highest);
    top.insert(0, scale - 2 - std::min(scale - 2, top.size()), ' ');

    std::vector<std::string> lines;
    for (std::size_t row = rows; row-- > 0;) {
        std::string line = padded(row + 1 == rows ? top : row == 0 ? "0" : "", top.size()) + " │";
        for (const auto& sample : samples) {
            const auto filled = static_cast<std::size_t>(Uint128{sample.units()} * 8 * rows / highest);
            const auto above = filled > 8 * row ? filled - 8 * row : 0;
            line += eighths[std::min<std::size_t>(above, 8)];
        }
        lines.push_back(std::move(line));
    }
    for (const std::size_t digits : {16u, 10u}) { // with the time of day, and without
        const auto first = to_rfc3339(points.front().time).substr(0, digits);
        const auto last = to_rfc3339(Time{to}).substr(0, digits);
        if (first.size() + last.size() >= columns) continue;
        lines.push_back(std::string(top.size() + 2, ' ') + first +
                        std::string(columns - first.size() - last.size(), ' ') + last);
        return lines;
    }
    lines.push_back(to_rfc3339(points.front().time).substr(0, 16) + " to " +
                    to_rfc3339(Time{to}).substr(0, 16));
    return lines;
}

std::string trend_text(const std::vector<double>& values, std::size_t width) {
    constexpr std::size_t most = 40, least = 5;
    if (values.empty()) return {};
    const auto drawn = [&](std::size_t count) {
        const auto first = values.end() - static_cast<std::ptrdiff_t>(std::min(count, values.size()));
        const auto [lowest, highest] = std::minmax_element(first, values.end());
        std::string line;
        for (auto value = first; value != values.end(); ++value) {
            // all alike: in the middle
            const double share = *highest > *lowest ? (*value - *lowest) / (*highest - *lowest) : 0.5;
            line += eighths[1 + static_cast<std::size_t>(std::lround(share * 7))];
        }
        const auto low = si_text(*lowest), high = si_text(*highest);
        return line + " " + (low == high ? high : low + " to " + high);
    };
    std::size_t count = std::min(most, values.size());
    std::string line = drawn(count);
    while (display_width(line) > width && count > least) line = drawn(--count);
    return line;
}

} // namespace cairn::cli
