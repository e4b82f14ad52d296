// The editor of the line being typed, behind one interface: GNU Readline (readline_editor.cpp), or a plain
// one where cairn is built without it. Owned by the interface thread; never blocks.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

/// What Tab does to the word at the cursor.
struct Completion {
    std::size_t begin = 0;              ///< byte of the line where the word begins
    std::string text{};                 ///< what is to stand there up to the cursor
    std::vector<std::string> choices{}; ///< to be shown, where several fit and nothing could be added
};
/// Of a line that ends where the cursor stands.
using Completer = std::function<Completion(std::string_view line)>;
/// What is shown dim behind such a line; empty where there is nothing to say.
using Hinter = std::function<std::string(std::string_view line)>;

class LineEditor {
  public:
    virtual ~LineEditor() = default;

    /// Shows the prompt and takes the terminal; `coloured`: with the escapes of colour in it.
    virtual void start(const std::string& prompt) = 0;
    /// Gives the terminal back, before a command runs.
    virtual void stop() = 0;
    /// The prompt's text changed while a line is typed.
    virtual void set_prompt(const std::string& prompt) = 0;

    struct Typed {
        enum class What {
            line,
            end,       ///< Ctrl-D on an empty line, or the terminal is gone
            interrupt, ///< Ctrl-C, where the editor takes it as a key: in its place among the other keys
            suspend,   ///< Ctrl-Z, likewise
        } what = What::line;
        std::string line{};
    };
    /// To be called when standard input is readable: a line once it is complete. After `line` and `end` the
    /// editor is stopped.
    virtual std::optional<Typed> read() = 0;

    /// The line is given up.
    virtual void interrupt() = 0;
    /// The terminal as it was before `start`, the process stopped by `stop_process`; on return it goes on.
    virtual void suspend(const std::function<void()>& stop_process) = 0;
    virtual void resize() = 0;
    /// Writes above the line being typed, which stays intact. `write` does the writing.
    virtual void above(const std::function<void()>& write) = 0;
    /// For the arrow keys and Ctrl-R.
    virtual void remember(const std::string& line) = 0;
};

/// What the editor asks of its owner. Both are called while a key is dealt with: they must be quick, and must
/// not throw.
struct EditorHelp {
    Completer complete;
    Hinter hint;
};

/// The one this build has. `interactive_output`: standard output is the terminal, else the line is edited on
/// standard error.
std::unique_ptr<LineEditor> make_line_editor(EditorHelp help, bool interactive_output);

} // namespace cairn::cli
