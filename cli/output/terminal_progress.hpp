// Progress as a line of standard error that is written anew.
#pragma once

#include <cli/output/streams.hpp>
#include <cli/progress.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace cairn::cli {

class TerminalProgress final : public Progress {
  public:
    /// `shown`: false keeps it silent.
    TerminalProgress(Streams& streams, bool shown) : streams_(streams), shown_(shown) {}
    void start(std::string_view what, std::string_view unit, std::uint64_t total) override;
    void update(std::uint64_t done, std::string_view note) override;
    void expect(std::uint64_t total) override { total_ = total; }
    void finish() override;

  private:
    using SteadyClock = std::chrono::steady_clock;
    Streams& streams_;
    bool shown_;
    bool visible_ = false;
    std::string what_;
    std::string unit_;
    std::uint64_t total_ = 0;
    std::optional<std::uint64_t> before_; ///< of the first update
    SteadyClock::time_point started_;
    SteadyClock::time_point written_;
};

} // namespace cairn::cli
