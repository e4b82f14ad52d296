// From the tokens of one line to checked arguments, by the command's specification. CLI11 does the matching,
// fresh for each line; its errors never reach the user: every refusal here names the argument in our words.
#pragma once

#include <cli/command.hpp>
#include <cli/grammar/tokenizer.hpp>

namespace cairn::cli {

/// What amounts and addresses are read with. Without one (Needs::nothing) no argument may be of these kinds.
struct ArgumentContext {
    std::string prefix;
    std::string ticker;
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
