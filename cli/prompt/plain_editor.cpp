// The editor without GNU Readline: a line that is edited at its end, former lines by the arrow keys,
// completion by Tab. While a line is edited the terminal hands over each key as it is typed, so Ctrl-C stands
// in its place among them; between lines it is as it was found.
#ifndef CAIRN_READLINE

#include <cli/launch/places.hpp>
#include <cli/output/printer.hpp>
#include <cli/prompt/layout.hpp>
#include <cli/prompt/line_editor.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <cstring>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace cairn::cli {

namespace {

using What = LineEditor::Typed::What;

constexpr std::size_t longest_history = 10'000;
constexpr std::size_t longest_line = 1U << 20; // as in scripts

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

/// Takes the last character off.
void drop_last(std::string& text) {
    while (!text.empty() && is_continuation(text.back())) text.pop_back();
    if (!text.empty()) text.pop_back();
}

/// Takes the last word off, and the blanks behind it.
void drop_word(std::string& text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    while (!text.empty() && text.back() != ' ') text.pop_back();
}

/// The terminal's settings while keys are read one by one.
class Keys {
  public:
    ~Keys() { give_back(); }
    Keys() = default;
    Keys(const Keys&) = delete;
    Keys& operator=(const Keys&) = delete;

    void take() {
        if (taken_ || ::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        taken_ = true;
        interrupt_ = before_.c_cc[VINTR];
        suspend_ = before_.c_cc[VSUSP];
        termios state = before_;
        state.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN);
        state.c_cc[VINTR] = state.c_cc[VSUSP] = state.c_cc[VQUIT] = _POSIX_VDISABLE;
        state.c_cc[VMIN] = 1;
        state.c_cc[VTIME] = 0;
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &state);
    }
    void give_back() {
        if (taken_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
        taken_ = false;
    }
    bool is_interrupt(unsigned char key) const { return interrupt_ != _POSIX_VDISABLE && key == interrupt_; }
    bool is_suspend(unsigned char key) const { return suspend_ != _POSIX_VDISABLE && key == suspend_; }

  private:
    termios before_{};
    bool taken_ = false;
    cc_t interrupt_ = _POSIX_VDISABLE;
    cc_t suspend_ = _POSIX_VDISABLE;
};

class PlainEditor final : public LineEditor {
  public:
    PlainEditor(EditorHelp help, bool interactive_output)
        : help_(std::move(help)),
          descriptor_(interactive_output ? STDOUT_FILENO : STDERR_FILENO),
          moves_(process_environment()("TERM").value_or("dumb") != "dumb") {
        std::setlocale(LC_CTYPE, "");
        if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
    }
    ~PlainEditor() override { stop(); }

    void start(const std::string& prompt) override {
        prompt_ = prompt;
        forget_line();
        keys_.take();
        running_ = true;
        draw();
    }

    void stop() override {
        clear_hint();
        keys_.give_back();
        running_ = false;
    }

    void set_prompt(const std::string& prompt) override {
        if (prompt == prompt_) return;
        if (running_ && moves_) erase();
        prompt_ = prompt;
        if (running_ && moves_) draw();
    }

    /// One key: what follows a line's end is left to whoever reads next.
    std::optional<Typed> read() override {
        unsigned char key = 0;
        const ssize_t count = ::read(STDIN_FILENO, &key, 1);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
        if (count <= 0) return finish({What::end});
        clear_hint();
        if (keys_.is_interrupt(key)) return Typed{What::interrupt};
        if (keys_.is_suspend(key)) return Typed{What::suspend};
        if (in_escape(key)) {
            show_hint();
            return std::nullopt;
        }
        if (key == '\n' || key == '\r') {
            say("\n");
            return finish({What::line, line_});
        }
        if (key == ctrl('D') && line_.empty()) return finish({What::end});
        edit(key);
        show_hint();
        return std::nullopt;
    }

    void interrupt() override {
        if (!running_) return;
        clear_hint();
        forget_line();
        say("^C\n");
        draw();
    }

    void suspend(const std::function<void()>& stop_process) override {
        clear_hint();
        keys_.give_back();
        say("\n");
        stop_process();
        keys_.take();
        draw();
    }

    void resize() override {
        if (!running_ || !moves_) return;
        erase();
        draw();
    }

    void above(const std::function<void()>& write) override {
        if (!running_) return write();
        if (moves_)
            erase();
        else
            say("\n");
        write();
        draw();
    }

    void remember(const std::string& line) override {
        if (history_.size() == longest_history) history_.erase(history_.begin());
        history_.push_back(line);
    }

  private:
    static constexpr unsigned char ctrl(char letter) { return static_cast<unsigned char>(letter & 0x1f); }

    Typed finish(Typed typed) {
        stop();
        return typed;
    }

    void forget_line() {
        line_.clear();
        escape_ = Escape::none;
        place_ = history_.size();
    }

    /// The arrows and other keys that send several bytes, of which the two for the history count.
    bool in_escape(unsigned char key) {
        if (escape_ == Escape::none) {
            if (key == 0x1b) escape_ = Escape::begun;
            return key == 0x1b;
        }
        if (escape_ == Escape::begun) {
            escape_ = key == '[' || key == 'O' ? Escape::inside : Escape::none;
            return true;
        }
        if (key < 0x40) return true;
        escape_ = Escape::none;
        if (key == 'A' && place_ > 0) recall(place_ - 1);
        if (key == 'B' && place_ < history_.size()) recall(place_ + 1);
        return true;
    }

    void recall(std::size_t place) {
        place_ = place;
        change(place < history_.size() ? history_[place] : std::string());
    }

    void edit(unsigned char key) {
        std::string changed = line_;
        if (key == 0x7f || key == ctrl('H')) {
            drop_last(changed);
        } else if (key == ctrl('U')) {
            changed.clear();
        } else if (key == ctrl('W')) {
            drop_word(changed);
        } else if (key == ctrl('L') && moves_) {
            say("\x1b[H\x1b[2J");
            return draw();
        } else if (key == '\t') {
            return complete();
        } else {
            if (key >= 0x20 && line_.size() < longest_line) add(static_cast<char>(key));
            return;
        }
        change(std::move(changed));
    }

    void add(char byte) {
        line_ += byte;
        std::size_t begin = line_.size() - 1;
        while (begin > 0 && is_continuation(line_[begin])) --begin;
        const auto lead = static_cast<unsigned char>(line_[begin]);
        const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (line_.size() - begin < size) return; // how wide it is will be known with its last byte
        say(std::string_view(line_).substr(begin));
        step_over_edge();
    }

    /// Shows another line in place of the one that stands there.
    void change(std::string line) {
        if (moves_) {
            erase();
        } else {
            const auto width = display_width(line_);
            for (std::size_t i = 0; i < width; ++i) say("\b \b");
        }
        line_ = std::move(line);
        if (moves_)
            draw();
        else
            say(line_);
    }

    void complete() {
        const auto found = help_.complete(line_);
        const auto begin = std::min(found.begin, line_.size());
        if (found.text != line_.substr(begin)) return change(line_.substr(0, begin) + found.text);
        if (!found.choices.empty()) above([&] { say(in_columns(found.choices, columns())); });
    }

    std::size_t columns() const {
        winsize size{};
        const bool known = ::ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
        return known ? size.ws_col : std::size_t{80};
    }

    std::string shown() const { return without_marks(prompt_, true) + line_; }

    void draw() {
        say(without_marks(prompt_, false) + line_);
        step_over_edge();
        show_hint();
    }

    /// A terminal keeps the cursor on a column that was just filled up to the edge: so that it is known where
    /// it stands, it goes to the next row, by a blank that the terminal wraps: it stays one line of several
    /// rows where the terminal wraps them anew.
    void step_over_edge() {
        const Spot end = spot_after(shown(), columns());
        if (moves_ && end.row > 0 && end.column == 0) say(" \r");
    }

    void erase() {
        const auto rows = spot_after(shown(), columns()).row;
        if (rows > 0) say("\x1b[" + std::to_string(rows) + "A");
        say("\r\x1b[J");
        hint_shown_ = false;
    }

    void clear_hint() {
        if (hint_shown_) say("\x1b[K");
        hint_shown_ = false;
    }

    void show_hint() {
        if (!running_ || !moves_ || hint_shown_ || escape_ != Escape::none) return;
        int waiting = 0; // more keys, maybe the rest of a character
        if (::ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting > 0) return;
        const auto text = fitted_behind(help_.hint(line_), shown(), columns());
        if (text.empty()) return;
        say("\x1b\x37" + coloured(text, Tone::dim, true) + "\x1b\x38"); // save and restore the cursor
        hint_shown_ = true;
    }

    void say(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return; // whoever watched has gone
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }

    enum class Escape { none, begun, inside };

    EditorHelp help_;
    int descriptor_;
    bool moves_; ///< the terminal understands escapes that move the cursor
    Keys keys_;
    std::string prompt_;
    std::string line_;
    std::vector<std::string> history_;
    std::size_t place_ = 0; ///< in the history; its size is the line being typed
    Escape escape_ = Escape::none;
    bool running_ = false;
    bool hint_shown_ = false;
};

} // namespace

std::unique_ptr<LineEditor> make_line_editor(EditorHelp help, bool interactive_output) {
    return std::make_unique<PlainEditor>(std::move(help), interactive_output);
}

} // namespace cairn::cli

#endif
