// Signals and the run's time limit as values. SIGINT, SIGTERM and SIGHUP (and, for the prompt, SIGTSTP,
// SIGQUIT and SIGWINCH) are blocked in every thread; one thread waits for them, sets the stop token and makes
// a descriptor readable. SIGPIPE and SIGXFSZ are ignored. To be made before any other thread.
#pragma once

#include <cli/launch/terminal.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

namespace cairn::cli {

class Signals {
  public:
    /// `time_limit_ms`: from now on, after which the run is to stop. `terminal`: SIGTSTP and SIGWINCH are
    /// waited for as well.
    Signals(std::optional<std::uint64_t> time_limit_ms, bool terminal);
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    enum class Reason { none, interrupted, terminated, timeout };
    /// Why the token is set.
    Reason reason() const;
    /// Of the running command; a new one after `forgive`.
    std::stop_token token() const;
    /// At the prompt: an interruption ends the command alone. Termination and timeout stay.
    void forgive();

    /// Readable while something came that `take` has not told yet.
    int descriptor() const;
    struct Taken {
        bool interrupt = false;
        bool suspend = false;
        bool resize = false;
    };
    Taken take();

    /// While editing the prompt sees to SIGTSTP, as it has a terminal to put in order first; otherwise the
    /// process stops at once, as ever.
    void set_editing(bool editing);

    /// In order again before a signal stops or ends the process.
    Terminal& terminal();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::cli
