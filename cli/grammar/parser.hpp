// From the tokens of one line to checked arguments, by the command's specification. CLI11 does the matching;
// its errors never reach the user: every refusal here names the argument in our words.
#pragma once

#include <cli/command.hpp>
#include <cli/grammar/tokenizer.hpp>

#include <map>
#include <memory>

namespace cairn::cli {

/// What amounts and addresses are read with. Without one (Needs::nothing) no argument may be of these kinds.
struct ArgumentContext {
    std::string prefix;
    std::string ticker;
};

/// Reads the arguments of line after line: what CLI11 needs to know of a command is made once. One owner
/// thread.
class ArgumentParser {
  public:
    ArgumentParser();
    ~ArgumentParser();
    ArgumentParser(const ArgumentParser&) = delete;
    ArgumentParser& operator=(const ArgumentParser&) = delete;

    /// As parse_arguments. `spec` stays where it is, and as it is.
    Expected<Args> parse(const CommandSpec& spec, const std::vector<Token>& tokens,
                         const ArgumentContext& context);

  private:
    class Matcher;
    std::map<const CommandSpec*, std::unique_ptr<Matcher>> matchers_;
};

/// `tokens`: those after the command's name. `-h` and `--help` anywhere give has("--help") and nothing else.
/// Beside the specification's own options every command takes --json, --output, --wallet and --yes (-y) for
/// its line alone.
Expected<Args> parse_arguments(const CommandSpec& spec, const std::vector<Token>& tokens,
                               const ArgumentContext& context);

/// The options that every command takes.
const std::vector<Option>& common_options();
/// --output, of a line and of the launch.
Option output_option();

/// Whether a token is an option by its looks: `--fee`, `-y`, not a negative number.
bool looks_like_option(const Token& token);
/// The option that `--fee`, `--fee=1`, `-n` or `-n5` names; nullptr where the command has none such.
const Option* find_option(const CommandSpec& spec, std::string_view text);

/// `text` as a value of this kind. The failure begins with `argument`.
Expected<Value> read_value(Kind kind, std::string_view argument, const std::string& text,
                           const std::vector<std::string>& choices, const ArgumentContext& context);

/// "send TO AMOUNT|all [--fee A]"
std::string usage_of(const CommandSpec& spec);
std::string placeholder(const Positional& positional); ///< "AMOUNT", "[HEIGHT]", "FILE..."
std::string placeholder(const Option& option);         ///< "[--fee A]", "[-y|--yes]", "[--wait [N]]"

} // namespace cairn::cli
