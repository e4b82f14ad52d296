// Attempts a second, over the last seconds. Any thread may call.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>

namespace cairn::net {

class HashRate {
  public:
    using Clock = std::chrono::steady_clock;

    /// `attempts`: in total, never falling.
    void sample(std::uint64_t attempts) {
        const std::lock_guard guard(mutex_);
        const auto now = Clock::now();
        if (!samples_.empty() && now - samples_.back().at < std::chrono::milliseconds(100)) return;
        samples_.push_back({now, attempts});
        while (samples_.size() > 2 && now - samples_.front().at > window) samples_.pop_front();
    }
    void restart() {
        const std::lock_guard guard(mutex_);
        samples_.clear();
    }
    double per_second(std::uint64_t attempts) const {
        const std::lock_guard guard(mutex_);
        if (samples_.empty()) return 0;
        const std::chrono::duration<double> span = Clock::now() - samples_.front().at;
        return span.count() <= 0 ? 0
                                 : static_cast<double>(attempts - samples_.front().attempts) / span.count();
    }

  private:
    static constexpr std::chrono::seconds window{10};
    struct Sample {
        Clock::time_point at;
        std::uint64_t attempts;
    };
    mutable std::mutex mutex_;
    std::deque<Sample> samples_;
};

} // namespace cairn::net
