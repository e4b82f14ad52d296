#include <cli/output/printer.hpp>
#include <cli/output/terminal_progress.hpp>
#include <cli/output/words.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cairn::cli {

namespace {

constexpr std::chrono::milliseconds patience{300}; // quick works show nothing
constexpr std::chrono::milliseconds pace{100};

} // namespace

std::string progress_line(const ProgressState& state, std::size_t columns) {
    std::string line = std::string(state.what) + ":";
    if (!state.unit.empty())
        line += state.total > 0 ? fmt::format(" {}/{} {},", state.done, state.total, state.unit)
                                : fmt::format(" {} {},", state.done, state.unit);
    const auto total = static_cast<double>(std::max<std::uint64_t>(state.total, 1));
    if (state.total > 0)
        line += fmt::format(" {:.0f} %,", std::min(100.0, static_cast<double>(state.done) * 100 / total));
    const double seconds = static_cast<double>(state.elapsed_ms) / 1000;
    if (state.done > state.before && state.elapsed_ms > 0) {
        const double rate = static_cast<double>(state.done - state.before) / seconds;
        if (!state.unit.empty())
            line += fmt::format(" {}/s,", rate < 10 ? fmt::format("{:.1f}", rate) : si_text(rate));
        if (state.total > state.done)
            line += fmt::format(" {} left,", span_text(static_cast<std::uint64_t>(
                                                 static_cast<double>(state.total - state.done) / rate)));
    }
    if (state.unit.empty() && state.total == 0)
        line += fmt::format(" {},", span_text(state.elapsed_ms / 1'000));
    if (!state.note.empty()) line += fmt::format(" {},", state.note);
    line.pop_back();
    while (display_width(line) > columns) {
        const auto comma = line.rfind(", ");
        if (comma == std::string::npos) return line.substr(0, columns); // ASCII: the words are our own
        line.resize(comma);
    }
    return line;
}

void TerminalProgress::start(std::string_view what, std::string_view unit, std::uint64_t total) {
    what_ = what;
    unit_ = unit;
    total_ = total;
    before_.reset();
    started_ = SteadyClock::now();
    written_ = {};
}

void TerminalProgress::update(std::uint64_t done, std::string_view note) {
    if (!shown_) return;
    if (!before_) before_ = done;
    const auto now = SteadyClock::now();
    if (now - started_ < patience || now - written_ < pace) return;
    written_ = now;
    visible_ = true;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_).count();
    const std::string line =
        progress_line({what_, unit_, done, total_, *before_, static_cast<std::uint64_t>(elapsed), note},
                      streams_.width() - 1);
    streams_.write_err("\r" + line + "\x1b[K");
}

void TerminalProgress::finish() {
    if (visible_) streams_.write_err("\r\x1b[K");
    visible_ = false;
}

} // namespace cairn::cli
