// GNU Readline by its callback interface: the only file that includes it. Readline keeps its state in the
// process, so there is one editor at a time, and its callbacks find it by `active`.
#ifdef CAIRN_READLINE

#include <cli/output/printer.hpp>
#include <cli/prompt/layout.hpp>
#include <cli/prompt/line_editor.hpp>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

// after <cstdio>: its headers use FILE
#include <readline/history.h>
#include <readline/readline.h>

namespace cairn::cli {

namespace {

class ReadlineEditor;
ReadlineEditor* active = nullptr; // Readline's callbacks carry no context

void on_line(char* line);
int on_tab(int count, int key);
char** no_completion(const char* text, int start, int end);
int on_interrupt_key(int count, int key);
int on_suspend_key(int count, int key);
void prepare_terminal(int meta);

class ReadlineEditor final : public LineEditor {
  public:
    ReadlineEditor(EditorHelp help, bool interactive_output) : help_(std::move(help)) {
        std::setlocale(LC_CTYPE, "");
        if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
        rl_instream = stdin;
        rl_outstream = interactive_output ? stdout : stderr;
        rl_readline_name = "cairn";
        rl_catch_signals = 0; // signals come through poll(2)
        rl_catch_sigwinch = 0;
        rl_change_environment = 0;
        rl_attempted_completion_function = no_completion;
        rl_prep_term_function = prepare_terminal;
        rl_initialize();
        for (Keymap map : {emacs_standard_keymap, vi_insertion_keymap}) rl_bind_key_in_map('\t', on_tab, map);
        for (const char* keys : {"\\e?", "\\e="}) rl_bind_keyseq_in_map(keys, on_tab, emacs_standard_keymap);
        using_history();
        stifle_history(10'000);
        active = this;
    }
    ~ReadlineEditor() override {
        stop();
        clear_history();
        active = nullptr;
    }

    void start(const std::string& prompt) override {
        prompt_ = prompt;
        rl_callback_handler_install(prompt_.c_str(), on_line);
        running_ = true;
    }

    void stop() override {
        clear_hint();
        if (running_) rl_callback_handler_remove();
        running_ = false;
    }

    void set_prompt(const std::string& prompt) override {
        prompt_ = prompt;
        // While Readline shows another prompt (a search, a digit argument) ours waits.
        if (!running_ || shows_other_prompt() || (rl_prompt && prompt == rl_prompt)) return;
        clear_hint();
        clear_line();
        rl_set_prompt(prompt_.c_str());
        draw();
    }

    std::optional<Typed> read() override {
        typed_.reset();
        clear_hint();
        rl_callback_read_char();
        if (!typed_) set_prompt(prompt_); // one that came while Readline showed its own
        show_hint();
        return std::exchange(typed_, std::nullopt);
    }

    void interrupt() override {
        if (!running_) return;
        clear_hint();
        rl_callback_sigcleanup(); // leaves a search or a digit argument
        show_to_the_end();
        std::fputs("^C\n", rl_outstream);
        rl_replace_line("", 1);
        rl_set_prompt(prompt_.c_str());
        draw();
    }

    void suspend(const std::function<void()>& stop_process) override {
        clear_hint();
        const int point = rl_point;
        show_to_the_end();
        rl_point = point;
        rl_deprep_terminal();
        std::fputc('\n', rl_outstream);
        std::fflush(rl_outstream);
        stop_process();
        prepare_terminal(1);
        rl_reset_screen_size();
        rl_on_new_line();
        rl_redisplay();
        show_hint();
    }

    /// Readline would take the line to stand in as many rows as before. Most terminals wrap it anew, and the
    /// cursor goes along: what is known is where the cursor stands in the line, so the rows above it are told
    /// from the new width.
    void resize() override {
        if (!running_) return rl_reset_screen_size();
        const std::string before_cursor = without_marks(rl_display_prompt ? rl_display_prompt : "", true) +
                                          std::string(rl_line_buffer, static_cast<std::size_t>(rl_point));
        const auto rows = spot_after(before_cursor, columns()).row;
        if (rows > 0) std::fprintf(rl_outstream, "\x1b[%zuA", rows);
        std::fputs("\r\x1b[J", rl_outstream);
        hint_shown_ = false;
        rl_reset_screen_size();
        draw();
    }

    void above(const std::function<void()>& write) override {
        if (!running_) return write();
        clear_hint();
        clear_line();
        std::fflush(rl_outstream);
        write();
        draw();
    }

    void remember(const std::string& line) override { add_history(line.c_str()); }

    // --- Readline's callbacks ---
    void take(char* line) {
        typed_ = line ? Typed{Typed::What::line, line} : Typed{Typed::What::end};
        std::free(line);
        stop();
    }
    void take_key(Typed::What what) { typed_ = Typed{what}; }

    void complete() {
        const auto point = static_cast<std::size_t>(rl_point);
        const auto found = help_.complete(std::string_view(rl_line_buffer, point));
        const auto old = std::string_view(rl_line_buffer, point).substr(std::min(found.begin, point));
        if (found.text != old) {
            rl_begin_undo_group();
            rl_delete_text(static_cast<int>(point - old.size()), rl_point);
            rl_point = static_cast<int>(point - old.size());
            rl_insert_text(found.text.c_str());
            rl_end_undo_group();
        } else if (found.choices.empty()) {
            rl_ding();
        } else {
            above([&] {
                std::fputs(in_columns(found.choices, columns()).c_str(), rl_outstream);
                std::fflush(rl_outstream);
            });
        }
    }

  private:
    static bool shows_other_prompt() {
        return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_COMPLETING) !=
               0;
    }

    static std::size_t columns() {
        winsize size{};
        const bool known = ::ioctl(::fileno(rl_outstream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
        return known ? size.ws_col : std::size_t{80};
    }

    /// From the line's first row to its last, with the cursor left at the beginning.
    static void clear_line() {
        rl_clear_visible_line();
        std::fputc('\r', rl_outstream);
    }

    /// With the cursor behind the line, so that what is written next does not stand in its rows.
    static void show_to_the_end() {
        rl_point = rl_end;
        rl_redisplay();
    }

    void draw() {
        rl_on_new_line();
        rl_redisplay();
        show_hint();
    }

    /// A hint stands behind the cursor, which stands at the end of the line: as long as Readline has not
    /// moved it, clearing to the right takes the hint away and nothing else.
    void clear_hint() {
        if (hint_shown_) std::fputs("\x1b[K", rl_outstream);
        hint_shown_ = false;
    }

    void show_hint() {
        if (!running_ || typed_ || hint_shown_ || rl_point != rl_end || shows_other_prompt()) return;
        int waiting = 0; // more keys: what stands here is of no interest to anybody
        if (::ioctl(::fileno(rl_instream), FIONREAD, &waiting) == 0 && waiting > 0) return;
        const std::string_view line(rl_line_buffer, static_cast<std::size_t>(rl_end));
        if (std::any_of(line.begin(), line.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
            return;
        const std::string text =
            fitted_behind(help_.hint(line), without_marks(prompt_, true) + std::string(line), columns());
        if (text.empty()) return;
        std::fprintf(rl_outstream, "\x1b\x37%s\x1b\x38", coloured(text, Tone::dim, true).c_str());
        std::fflush(rl_outstream);
        hint_shown_ = true;
    }

    EditorHelp help_;
    std::string prompt_;
    bool running_ = false;
    bool hint_shown_ = false;
    std::optional<Typed> typed_;
};

void on_line(char* line) {
    if (active) active->take(line);
}

int on_interrupt_key(int, int) {
    if (active) active->take_key(LineEditor::Typed::What::interrupt);
    return 0;
}

int on_suspend_key(int, int) {
    if (active) active->take_key(LineEditor::Typed::What::suspend);
    return 0;
}

void bind_everywhere(int key, rl_command_func_t* function) {
    for (Keymap map : {emacs_standard_keymap, emacs_meta_keymap, emacs_ctlx_keymap, vi_insertion_keymap,
                       vi_movement_keymap})
        rl_bind_key_in_map(key, function, map);
}

/// The keys that would send SIGINT and SIGTSTP are read like any other while a line is edited: a signal comes
/// by another way than the keys, so what is typed after Ctrl-C could still join the line that it gave up.
/// Readline puts the terminal back as it was.
void prepare_terminal(int meta) {
    rl_prep_terminal(meta);
    rl_tty_set_echoing(1); // it takes the terminal's lack of an echo for a wish
    const int terminal = ::fileno(rl_instream);
    termios state{};
    if (::tcgetattr(terminal, &state) != 0) return;
    const auto take_over = [&](cc_t& key, rl_command_func_t* function) {
        if (key == _POSIX_VDISABLE) return;
        bind_everywhere(key, function);
        key = _POSIX_VDISABLE;
    };
    take_over(state.c_cc[VINTR], on_interrupt_key);
    take_over(state.c_cc[VSUSP], on_suspend_key);
    state.c_cc[VQUIT] = _POSIX_VDISABLE;
    ::tcsetattr(terminal, TCSADRAIN, &state);
}

int on_tab(int, int) {
    if (active) active->complete();
    return 0;
}

/// Readline's own commands of completion know nothing of ours.
char** no_completion(const char*, int, int) {
    rl_attempted_completion_over = 1;
    return nullptr;
}

} // namespace

std::unique_ptr<LineEditor> make_line_editor(EditorHelp help, bool interactive_output) {
    return std::make_unique<ReadlineEditor>(std::move(help), interactive_output);
}

} // namespace cairn::cli

#endif
