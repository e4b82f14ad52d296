// What was typed, kept for the next run: one line each, 0600. Secrets never come here: they are typed
// elsewhere.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cairn::cli {

class LineHistory {
  public:
    static constexpr std::size_t most = 10'000; ///< lines that are kept

    /// An empty path keeps nothing. What cannot be read or written is passed over: history is a convenience.
    explicit LineHistory(std::filesystem::path file);
    const std::vector<std::string>& lines() const { return lines_; } ///< oldest first
    /// False where the line stays out: blank, begun with a blank, or the same as the one before.
    bool add(const std::string& line);

  private:
    std::filesystem::path file_;
    std::vector<std::string> lines_;
};

} // namespace cairn::cli
