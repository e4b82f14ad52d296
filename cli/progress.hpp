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
    virtual void update(std::uint64_t done, std::string_view note = {}) = 0;
    /// Takes the line away.
    virtual void finish() = 0;
};

/// The text of the line: share, rate, time left.
std::string progress_line(std::string_view what, std::string_view unit, std::uint64_t done,
                          std::uint64_t total, std::uint64_t elapsed_ms, std::string_view note);

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
