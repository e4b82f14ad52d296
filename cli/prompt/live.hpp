// What is true of the session right now, for completion and hints. What is read for a hint is kept until
// `forget`, so that typing waits for nothing. Owned by the interface thread, like the session.
#pragma once

#include <cli/prompt/hint.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cairn::cli {

class Interpreter;
class Session;

class Live {
  public:
    /// Both outlive this. The session's core must be open.
    Live(Session& session, const Interpreter& interpreter) : session_(session), interpreter_(interpreter) {}

    /// Values that there are, for completion.
    std::vector<std::string> values(Kind kind, const Place& place);
    /// For hints; as of the last time that something was forgotten.
    const Known& known();
    void forget();

  private:
    std::vector<std::string> transactions(bool waiting_alone);
    std::vector<std::string> addresses();
    std::vector<std::string> settings(const Place& place, bool values);
    std::optional<Amount> available(const std::string& wallet);

    Session& session_;
    const Interpreter& interpreter_;
    std::optional<Known> known_;
    std::map<std::string, std::optional<Amount>> available_;
};

/// Files that `start` begins, folders with a slash behind them, sorted; hidden ones where the dot is typed.
/// Names that no line can hold are left out.
std::vector<std::string> files_that_begin(const std::string& start);

} // namespace cairn::cli
