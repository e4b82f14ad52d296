// Standard input, output and error of the process. The interface thread alone writes; every write is whole
// and reaches the operating system before it returns.
#pragma once

#include <base/fault.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace cairn::cli {

/// The reader of standard output has gone: the run ends with exit 141, without a word.
struct ClosedPipe {};

class Streams {
  public:
    /// SIGPIPE must be ignored (signals.hpp sees to it). To be made before any file is opened: what of the
    /// three is closed gets /dev/null, or the next file opened would stand in its place.
    Streams();

    /// Standard output was closed when the program began.
    bool out_was_closed() const { return out_was_closed_; }

    /// To standard output. ClosedPipe where nobody reads; Fault for a full disk and the like.
    void out(std::string_view text);
    /// To standard error: never fails loudly, there is nobody left to tell.
    void err(std::string_view text);

    bool in_is_terminal() const { return in_is_terminal_; }
    bool out_is_terminal() const { return out_is_terminal_; }
    bool err_is_terminal() const { return err_is_terminal_; }
    unsigned width() const;  ///< columns of the terminal; 80 where there is none
    unsigned height() const; ///< rows; 24 where there is none

    /// At the prompt: what is about to be written to the terminal must go above the line being typed. Called
    /// with the text; nullptr takes it back.
    using Lane = std::function<void(std::string_view text, bool to_error)>;
    void set_lane(Lane lane) { lane_ = std::move(lane); }
    /// Past the lane: for the lane itself.
    void write_out(std::string_view text);
    void write_err(std::string_view text);

  private:
    bool out_was_closed_;
    bool in_is_terminal_;
    bool out_is_terminal_;
    bool err_is_terminal_;
    Lane lane_;
};

} // namespace cairn::cli
