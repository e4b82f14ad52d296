// What the benchmarks time with: the medians of two things done in turn.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace cairn::bench {

/// That `work` took, by the clock on the wall.
template <typename Work> double microseconds(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

/// Of at least one.
inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace cairn::bench
