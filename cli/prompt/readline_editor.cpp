// GNU Readline by its callback interface: the only file that includes it. Readline keeps its state in the
// process, so there is one editor at a time, and its callbacks find it by `active`.
#ifdef CAIRN_READLINE

#include <cli/prompt/line_editor.hpp>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>
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
char** on_completion(const char* text, int start, int end);
char* next_match(const char* text, int state);
int on_interrupt_key(int count, int key);
int on_suspend_key(int count, int key);
void prepare_terminal(int meta);

class ReadlineEditor final : public LineEditor {
  public:
    ReadlineEditor(Completer completer, bool interactive_output) : completer_(std::move(completer)) {
        std::setlocale(LC_CTYPE, "");
        if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
        rl_instream = stdin;
        rl_outstream = interactive_output ? stdout : stderr;
        rl_readline_name = "cairn";
        rl_catch_signals = 0; // signals come through poll(2)
        rl_catch_sigwinch = 0;
        rl_change_environment = 0;
        rl_basic_word_break_characters = " \t\n";
        rl_completer_word_break_characters = " \t\n";
        rl_attempted_completion_function = on_completion;
        rl_bind_key('\t', rl_complete);
        rl_prep_term_function = prepare_terminal;
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
        if (running_) rl_callback_handler_remove();
        running_ = false;
    }

    void set_prompt(const std::string& prompt) override {
        if (prompt == prompt_) return;
        prompt_ = prompt;
        // While Readline shows another prompt (a search, a list of completions) ours waits.
        if (!running_ || RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_COMPLETING)) return;
        rl_clear_visible_line();
        rl_set_prompt(prompt_.c_str());
        rl_on_new_line();
        rl_redisplay();
    }

    std::optional<Typed> read() override {
        typed_.reset();
        rl_callback_read_char();
        return std::exchange(typed_, std::nullopt);
    }

    void interrupt() override {
        if (!running_) return;
        rl_callback_sigcleanup(); // leaves a search or a digit argument
        std::fputs("^C\n", rl_outstream);
        rl_replace_line("", 1);
        rl_set_prompt(prompt_.c_str());
        rl_on_new_line();
        rl_redisplay();
    }

    void suspend() override {
        rl_deprep_terminal();
        std::fputc('\n', rl_outstream);
        std::fflush(rl_outstream);
        ::kill(::getpid(), SIGSTOP);
        rl_prep_terminal(1);
        rl_forced_update_display();
    }

    void resize() override { rl_resize_terminal(); }

    void above(const std::function<void()>& write) override {
        if (!running_) return write();
        rl_clear_visible_line();
        std::fflush(rl_outstream);
        write();
        rl_on_new_line();
        rl_redisplay();
    }

    void remember(const std::string& line) override { add_history(line.c_str()); }

    // --- Readline's callbacks ---
    void take(char* line) {
        typed_ = line ? Typed{Typed::What::line, line} : Typed{Typed::What::end};
        std::free(line);
        stop();
    }
    void take_key(Typed::What what) { typed_ = Typed{what}; }
    const Completer& completer() const { return completer_; }
    std::vector<std::string> matches;
    std::size_t next = 0;

  private:
    Completer completer_;
    std::string prompt_;
    bool running_ = false;
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
    ::tcsetattr(terminal, TCSADRAIN, &state);
}

char* next_match(const char*, int state) {
    if (state == 0) active->next = 0;
    if (active->next >= active->matches.size()) return nullptr;
    return ::strdup(active->matches[active->next++].c_str()); // Readline frees it
}

char** on_completion(const char* text, int, int end) {
    if (!active) return nullptr;
    auto found = active->completer()(std::string_view(rl_line_buffer, static_cast<std::size_t>(end)));
    rl_attempted_completion_over = found.files ? 0 : 1;
    active->matches = std::move(found.words);
    return active->matches.empty() ? nullptr : rl_completion_matches(text, next_match);
}

} // namespace

std::unique_ptr<LineEditor> make_line_editor(Completer completer, bool interactive_output) {
    return std::make_unique<ReadlineEditor>(std::move(completer), interactive_output);
}

} // namespace cairn::cli

#endif
