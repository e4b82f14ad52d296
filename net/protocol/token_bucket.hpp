// A token bucket: how much of something is allowed by now. A value; time is handed in.
#pragma once

#include <algorithm>
#include <cstdint>

namespace cairn::net {

class TokenBucket {
  public:
    /// Full at first. `milli_per_second`: thousandths of a token that come in a second, at least 1;
    /// `burst`: the most that it holds, at most 10^12.
    TokenBucket(std::uint64_t milli_per_second, std::uint64_t burst)
        : rate_(milli_per_second), top_(burst * micro), level_(top_) {}

    std::uint64_t available(std::uint64_t now_ms) {
        if (now_ms > at_ms_) {
            const std::uint64_t passed = now_ms - at_ms_;
            const std::uint64_t missing = top_ - level_;
            level_ = passed > missing / rate_ ? top_ : level_ + passed * rate_;
            at_ms_ = now_ms;
        }
        return level_ / micro;
    }
    /// As many of `wanted` as there are; they are taken.
    std::uint64_t take(std::uint64_t wanted, std::uint64_t now_ms) {
        const std::uint64_t taken = std::min(wanted, available(now_ms));
        level_ -= taken * micro;
        return taken;
    }

  private:
    static constexpr std::uint64_t micro = 1'000'000; // milliseconds × thousandths a second

    std::uint64_t rate_;
    std::uint64_t top_;
    std::uint64_t level_;
    std::uint64_t at_ms_ = 0;
};

} // namespace cairn::net
