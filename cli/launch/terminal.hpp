// The terminal that the user types at. While the prompt has it, what is typed during a command is not shown
// in the middle of the command's output: it waits, key by key, for whoever reads next (a question, or the
// next line). Ctrl-C, Ctrl-\ and Ctrl-Z send their signals as ever. Any thread may call; one lock guards the
// state.
#pragma once

#include <mutex>
#include <termios.h>

namespace cairn::cli {

class Terminal {
  public:
    /// Of standard input; without one that is a terminal nothing here does anything.
    Terminal() = default;
    ~Terminal() { give_back(); }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    /// For the scope: no echo, no lines put together by the terminal.
    class Taken {
      public:
        explicit Taken(Terminal& terminal) : terminal_(terminal) { terminal_.enter(); }
        ~Taken() { terminal_.leave(); }
        Taken(const Taken&) = delete;
        Taken& operator=(const Taken&) = delete;

      private:
        Terminal& terminal_;
    };

    /// For the scope: as it was found, for another program that reads keys (a pager), or for lines that are
    /// read from standard input. Such a program needs the signal mask unblocked as well: Signals blocks its
    /// signals in every thread, and what is started inherits that.
    class Lent {
      public:
        explicit Lent(Terminal& terminal) : terminal_(terminal) { terminal_.lend(); }
        ~Lent() { terminal_.take_again(); }
        Lent(const Lent&) = delete;
        Lent& operator=(const Lent&) = delete;

      private:
        Terminal& terminal_;
    };

    /// As it was found, for the end of the process.
    void give_back();
    /// Taken again after a time in the background, where the terminal was somebody else's.
    void hold();
    /// As it was found while the process is stopped; on return it is taken again if it was, and if the
    /// process was not sent to the background.
    void stop_process();

  private:
    void enter();
    void leave();
    void lend();
    void take_again();
    void apply(bool taken); ///< with the lock held

    std::mutex mutex_;
    termios found_{};
    unsigned users_ = 0; ///< scopes of Taken
    unsigned lent_ = 0;  ///< scopes of Lent
    bool is_taken_ = false;
};

} // namespace cairn::cli
