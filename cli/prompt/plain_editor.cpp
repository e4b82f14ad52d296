// The editor without GNU Readline: the terminal's own line discipline does the editing. Notices go below what
// is being typed, and the prompt follows them.
#ifndef CAIRN_READLINE

#include <cli/prompt/line_editor.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <unistd.h>

namespace cairn::cli {

namespace {

class PlainEditor final : public LineEditor {
  public:
    explicit PlainEditor(bool interactive_output)
        : descriptor_(interactive_output ? STDOUT_FILENO : STDERR_FILENO) {}

    void start(const std::string& prompt) override {
        prompt_ = prompt;
        running_ = true;
        say(prompt_);
    }
    void stop() override { running_ = false; }
    void set_prompt(const std::string& prompt) override { prompt_ = prompt; }

    std::optional<Typed> read() override {
        std::array<char, 4'096> buffer{};
        const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
        if (count <= 0) return Typed{Typed::What::end};
        line_.append(buffer.data(), static_cast<std::size_t>(count));
        const auto end = line_.find('\n');
        if (end == std::string::npos) return std::nullopt;
        Typed typed{Typed::What::line, line_.substr(0, end)};
        line_.erase(0, end + 1);
        stop();
        return typed;
    }

    void interrupt() override {
        line_.clear();
        say("\n" + prompt_);
    }
    void suspend() override {
        ::kill(::getpid(), SIGSTOP);
        say(prompt_);
    }
    void resize() override {}
    void above(const std::function<void()>& write) override {
        if (running_) say("\n");
        write();
        if (running_) say(prompt_);
    }
    void remember(const std::string&) override {}

  private:
    void say(const std::string& text) const {
        [[maybe_unused]] const auto written = ::write(descriptor_, text.data(), text.size());
    }

    int descriptor_;
    std::string prompt_;
    std::string line_;
    bool running_ = false;
};

} // namespace

std::unique_ptr<LineEditor> make_line_editor(Completer, bool interactive_output) {
    return std::make_unique<PlainEditor>(interactive_output);
}

} // namespace cairn::cli

#endif
