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

/// `points`: oldest first. The balance holds from each point to the next, and from the last to `now`. 60
/// columns by 8 rows of bars, with the scale at the left and the span of time below.
std::vector<std::string> graph_lines(const std::vector<GraphPoint>& points, Time now,
                                     const std::string& ticker);

} // namespace cairn::cli
