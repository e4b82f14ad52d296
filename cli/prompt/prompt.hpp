// The interactive prompt: reads lines, carries them out, shows notices above the line being typed. Idle while
// nothing happens.
#pragma once

#include <cli/answer.hpp>
#include <cli/prompt/history.hpp>
#include <cli/prompt/line_editor.hpp>
#include <cli/prompt/live.hpp>
#include <cli/prompt/notices.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cairn::cli {

class Interpreter;
class Session;
class Signals;
class Streams;

class Prompt {
  public:
    /// `history`: the file, empty to keep none. All references outlive the prompt.
    Prompt(Session& session, Streams& streams, Signals& signals, Interpreter& interpreter,
           std::filesystem::path history);
    ~Prompt();
    Prompt(const Prompt&) = delete;
    Prompt& operator=(const Prompt&) = delete;

    /// Until `exit`, Ctrl-D or a signal. The chain is opened first: its failure ends it.
    Exit run();

  private:
    Exit loop();
    /// One wait; true where the prompt is to end.
    bool step();
    void give_up_line();
    void suspend();
    void carry_out(const std::string& typed);
    void carry_out_line(const std::string& line);
    /// For the history, whole or not at all.
    void keep_typed();
    void show_notices();
    /// Of the wallets that nobody used for long.
    void lock_idle_wallets();
    /// ms until there is something to do without a key pressed; -1: never.
    int idle_span() const;
    std::string text();
    NoticeStyle notice_style();
    Completion completion(std::string_view line);
    std::string hint_behind(std::string_view line);

    Session& session_;
    Streams& streams_;
    Signals& signals_;
    Interpreter& interpreter_;
    LineHistory history_;
    Notices notices_;
    Live live_;
    bool dumb_; ///< the terminal cannot move its cursor
    std::unique_ptr<LineEditor> editor_;
    std::string joined_;             ///< what a backslash at the end continues
    std::vector<std::string> typed_; ///< its lines, which the history does not have yet
    bool editing_ = false;
    bool ended_ = false;
};

} // namespace cairn::cli
