// Attempts a second, over the last seconds and as they were over the last minute. Any thread may call.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace cairn::net {

class HashRate {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::size_t history_parts = 30; ///< of two seconds

    /// `attempts`: in total, never falling; `now` neither.
    void sample(std::uint64_t attempts, TimePoint now);
    void restart();
    double per_second(std::uint64_t attempts, TimePoint now) const;
    /// In each part of the last minute, oldest first; without the parts before the first sample. Between two
    /// samples the rate counts as even.
    std::vector<double> history(std::uint64_t attempts, TimePoint now) const;

  private:
    struct Sample {
        TimePoint at;
        std::uint64_t attempts = 0;
    };
    mutable std::mutex mutex_;
    std::deque<Sample> samples_; ///< at least 100 ms apart, of a little more than the last minute
};

} // namespace cairn::net
