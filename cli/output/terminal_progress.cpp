#include <cli/output/terminal_progress.hpp>
#include <cli/output/words.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cairn::cli {

namespace {

constexpr std::chrono::milliseconds patience{300}; // quick works show nothing
constexpr std::chrono::milliseconds pace{100};

} // namespace

std::string progress_line(std::string_view what, std::string_view unit, std::uint64_t done,
                          std::uint64_t total, std::uint64_t elapsed_ms, std::string_view note) {
    std::string line = std::string(what) + ": ";
    if (!unit.empty())
        line += total > 0 ? fmt::format("{}/{} {}", done, total, unit) : fmt::format("{} {}", done, unit);
    const auto share = static_cast<double>(done) / static_cast<double>(std::max<std::uint64_t>(total, 1));
    if (total > 0) line += fmt::format("{}{:.0f} %", unit.empty() ? "" : ", ", std::min(100.0, share * 100));
    if (done > 0 && elapsed_ms > 0) {
        const double seconds = static_cast<double>(elapsed_ms) / 1000;
        const double rate = static_cast<double>(done) / seconds;
        if (!unit.empty()) line += ", " + (rate < 10 ? fmt::format("{:.1f}", rate) : si_text(rate)) + "/s";
        if (total > done)
            line += ", " + span_text(static_cast<std::uint64_t>(seconds / share - seconds)) + " left";
    }
    if (!note.empty()) line += fmt::format(", {}", note);
    return line;
}

void TerminalProgress::start(std::string_view what, std::string_view unit, std::uint64_t total) {
    what_ = what;
    unit_ = unit;
    total_ = total;
    started_ = SteadyClock::now();
    written_ = {};
}

void TerminalProgress::update(std::uint64_t done, std::string_view note) {
    if (!shown_) return;
    const auto now = SteadyClock::now();
    if (now - started_ < patience || now - written_ < pace) return;
    written_ = now;
    visible_ = true;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_).count();
    std::string line = progress_line(what_, unit_, done, total_, static_cast<std::uint64_t>(elapsed), note);
    const std::size_t width = streams_.width();
    if (line.size() >= width) line.resize(width - 1);
    streams_.write_err("\r" + line + "\x1b[K");
}

void TerminalProgress::finish() {
    if (visible_) streams_.write_err("\r\x1b[K");
    visible_ = false;
}

} // namespace cairn::cli
