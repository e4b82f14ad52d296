// Answers of a script's lines that were carried out and are not durable yet. They are kept back and printed
// together, after one sync of the disk: so a script of many payments does not wait for a sync each, and still
// nothing is acknowledged that could be lost. Owned by the interface thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace cairn::cli {

class HeldAnswers {
  public:
    static constexpr std::size_t most = 4'096;
    static constexpr std::size_t most_bytes = 1u << 20;
    static constexpr std::chrono::milliseconds longest{100}; ///< that the first of them waits

    /// Of the line that begins: whether its answer may be kept back.
    void allow(bool allowed) {
        allowed_ = allowed;
        line_owes_ = false;
    }
    bool allowed() const { return allowed_; }

    /// The line's effects are not durable yet.
    void owe() { line_owes_ = owing_ = true; }
    bool line_owes() const { return line_owes_; }
    bool owing() const { return owing_; }

    void hold(const std::string& answer, std::chrono::steady_clock::time_point now) {
        if (count_++ == 0) since_ = now;
        text_ += answer;
    }
    bool are_due(std::chrono::steady_clock::time_point now) const {
        return count_ >= most || text_.size() >= most_bytes || (count_ > 0 && now - since_ >= longest);
    }
    /// All of them, in order; then nothing is owed.
    std::string take() {
        line_owes_ = owing_ = false;
        count_ = 0;
        return std::exchange(text_, {});
    }

  private:
    bool allowed_ = false;
    bool line_owes_ = false;
    bool owing_ = false;
    std::size_t count_ = 0;
    std::string text_;
    std::chrono::steady_clock::time_point since_;
};

} // namespace cairn::cli
