// A plot of a balance over time, in characters. Pure.
#pragma once

#include <base/time.hpp>
#include <model/amount.hpp>

#include <string>
#include <vector>

namespace cairn::cli {

/// The balance from a time on.
struct GraphPoint {
    Time time;
    Amount balance;
};

/// `points`: oldest first. The balance holds from each point to the next, and from the last to `now`. At
/// most 60 columns by 8 rows of bars, with the scale at the left and the span of time below: so many as leave
/// the whole within `width` columns, and 10 at least.
std::vector<std::string> graph_lines(const std::vector<GraphPoint>& points, Time now,
                                     const std::string& ticker, std::size_t width = 80);

/// How numbers went, in a line of at most `width` columns: a bar for each of the last 40 or fewer, the lowest
/// of them low and the highest high, and these two beside it. "▁▃▅▇ 8.20 M to 10.5 M"; empty without numbers.
std::string trend_text(const std::vector<double>& values, std::size_t width = 80);

} // namespace cairn::cli
