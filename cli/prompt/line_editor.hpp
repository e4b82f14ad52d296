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

struct Completions {
    std::vector<std::string> words; ///< whole words that begin with what is typed
    bool files = false;             ///< names of files fit here too
};
/// What fits at the end of `line`, which ends where the cursor stands.
using Completer = std::function<Completions(std::string_view line)>;

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
    /// The terminal in order, the process stopped; on return it goes on.
    virtual void suspend() = 0;
    virtual void resize() = 0;
    /// Writes above the line being typed, which stays intact. `write` does the writing.
    virtual void above(const std::function<void()>& write) = 0;
    /// For the arrow keys and Ctrl-R.
    virtual void remember(const std::string& line) = 0;
};

/// The one this build has. `interactive_output`: standard output is the terminal, else the line is edited on
/// standard error.
std::unique_ptr<LineEditor> make_line_editor(Completer completer, bool interactive_output);

} // namespace cairn::cli
