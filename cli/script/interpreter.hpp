// The interpreter: carries out lines, from whichever place they come, and prints what they give. Owned by the
// interface thread. One grammar everywhere; what differs is said by LineOrigin and by `typed`.
#pragma once

#include <cli/command.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/output/printer.hpp>
#include <cli/script/line_source.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cairn::cli {

class LinesAhead;
class Streams;

class Interpreter {
  public:
    static constexpr unsigned deepest = 16; ///< nested `run`, `expect`, `watch`, aliases

    struct Options {
        OutputMode output = OutputMode::human;
        bool colour = false;
        bool keep_going = false;
        std::string pager = "auto"; ///< a command; auto: of the environment; off
        bool hints = true;
        std::optional<std::chrono::milliseconds> lock_after; ///< wallets lock after so long without use
    };

    /// The tree is filled by the caller and outlives this.
    Interpreter(Session& session, Streams& streams, const CommandTree& tree, Options options);

    /// A whole source. Returns the code that the run ends with: of the first failure, 0 without one.
    Exit run(LineSource& source, const std::string& name);
    /// -f FILE, `run FILE`: file_not_found (4).
    Expected<Exit> run_file(const std::string& name);
    /// One line. Blank lines and comments are 0. `typed`: at the prompt, so prefixes of commands count.
    Exit run_line(const std::string& text, const LineOrigin& origin, bool typed);
    /// The argument list: tokens that were split by somebody else.
    Exit run_words(const std::vector<std::string>& words);

    /// For `expect` and `watch`: carries out a command and gives its answer instead of printing it.
    Reply evaluate(const std::vector<std::string>& words, std::string* path = nullptr);
    /// Prints an answer as that of the running command (`watch`).
    void print(const Answer& answer, std::string_view path);

    /// The last failure that was reported, with its FILE:LINE before the message.
    const std::optional<Failure>& last_failure() const { return last_failure_; }
    /// Whether the last failure that was reported is of the same code.
    bool has_told(const Failure& failure) const;
    /// Prints a failure as that of a line (or, with an empty origin, of the run itself).
    Exit report_failure(const Failure& failure, const LineOrigin& origin);

    /// The path of the command that is being carried out; empty while there is none.
    std::string_view running() const { return current_ ? std::string_view(current_->path) : ""; }

    bool exit_requested() const { return exit_requested_.has_value(); }
    Exit exit_code() const { return exit_requested_.value_or(Exit::ok); }
    void request_exit(Exit code) { exit_requested_ = code; }

    Options& options() { return options_; }
    const Options& first_options() const { return first_options_; } ///< as the run began
    std::map<std::string, std::string>& aliases() { return aliases_; }
    const std::map<std::string, std::string>& aliases() const { return aliases_; }
    const CommandTree& tree() const { return tree_; }
    /// `record FILE`: every line that was carried out is appended, as typed. Empty: off.
    Expected<void> record(const std::string& file);

  private:
    struct Line {
        LineOrigin origin;
        bool typed = false;
        std::string path;                   ///< of the command, once known; before, the word typed
        OutputMode output{};                ///< of this line
        LinesAhead* ahead = nullptr;        ///< those of its script
        bool ignored = false;               ///< its failure does not count: `- COMMAND`
        std::optional<Prepared> prepared{}; ///< it is to be handed in with others
        bool held_up = false;               ///< it is to be carried out after those ahead of it
    };
    struct Command {
        const CommandSpec* spec = nullptr;
        std::vector<std::string> help_on{}; ///< without a command: of which group
        Args args;
    };
    struct Script;
    static bool ends_the_run(Exit code);
    Exit carry_out_next(Script& script);
    /// Prints what became of lines ahead: of all of them, or of one run while the next goes out.
    Exit settle(Script& script, bool all);
    Exit stopped(Script& script);
    void show_answers(Script& script);
    /// Prepares the line, to be handed in with others. False: it is to be carried out alone.
    bool goes_ahead(const Command& command, Line& line);
    /// Lines ahead of it are not answered yet: it is to be carried out after them.
    static bool is_held_up(Line& line);
    Exit run_line(const std::string& text, Line& line);
    Exit carry_out(std::vector<Token> tokens, Line& line);
    Expected<Command> understand(std::vector<Token> tokens, Line& line);
    Reply perform(const Command& command);
    Reply dispatch(std::vector<Token> tokens, Line& line);
    Expected<std::vector<Token>> expand_aliases(std::vector<Token> tokens) const;
    Exit report(const Reply& reply, const Line& line);
    void show(const Answer& answer, const Line& line);
    RecordHead next_head(const Line& line);
    Style style(OutputMode mode) const;
    /// The fields that the command promises.
    std::string_view promised(std::string_view path) const;
    /// For standard error, wrapped where that is a terminal.
    void tell(const std::string& message);
    void append_to_record(const std::string& line, const std::string& path);

    Session& session_;
    Streams& streams_;
    const CommandTree& tree_;
    ArgumentParser arguments_;
    const Options first_options_;
    Options options_;
    std::map<std::string, std::string> aliases_;
    std::optional<Exit> exit_requested_;
    std::uint64_t sequence_ = 0;
    unsigned depth_ = 0;
    int record_descriptor_ = -1;
    std::string record_name_;
    Line* current_ = nullptr; ///< the line being carried out
    std::optional<Failure> last_failure_;

  public:
    ~Interpreter();
    Interpreter(const Interpreter&) = delete;
    Interpreter& operator=(const Interpreter&) = delete;
};

} // namespace cairn::cli
