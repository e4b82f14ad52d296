// Progress of one long work: a line on standard error that is written anew, after 300 ms and at most ten
// times a second; nothing where standard error is no terminal.
#pragma once

#include <base/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::cli {

class Progress {
  public:
    virtual ~Progress() = default;
    /// `what`: "Mining", `unit`: "blocks"; empty: the share alone. `total` 0: unknown.
    virtual void start(std::string_view what, std::string_view unit, std::uint64_t total) = 0;
    /// `done`: of the total; the rate is that since the first update.
    virtual void update(std::uint64_t done, std::string_view note = {}) = 0;
    /// The total is known better now.
    virtual void expect(std::uint64_t total) = 0;
    /// Takes the line away.
    virtual void finish() = 0;
};

/// The text of the line: share, rate, time left. `before`: of `done`, what was there at the beginning.
/// Without unit and total: the time that has passed.
struct ProgressState {
    std::string_view what;
    std::string_view unit;
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::uint64_t before = 0;
    std::uint64_t elapsed_ms = 0;
    std::string_view note;
};
/// At most so many columns: what comes last is left out where there is no room for it.
std::string progress_line(const ProgressState& state, std::size_t columns = SIZE_MAX);

/// Takes the line away at the end of a scope.
class ProgressScope {
  public:
    ProgressScope(Progress& progress, std::string_view what, std::string_view unit, std::uint64_t total)
        : progress_(progress) {
        progress_.start(what, unit, total);
    }
    ~ProgressScope() { progress_.finish(); }
    ProgressScope(const ProgressScope&) = delete;
    ProgressScope& operator=(const ProgressScope&) = delete;

  private:
    Progress& progress_;
};

} // namespace cairn::cli
