// The commands of the language itself: variables, scripts, conditions, help. They drive the interpreter,
// which outlives the tree's use.
#pragma once

#include <cli/command.hpp>

namespace cairn::cli {

class Interpreter;

void add_builtin_commands(CommandTree& tree, Interpreter& interpreter);

/// Whether it is a command, or the first word of one: an alias of that name would never be met.
bool names_command(const CommandTree& tree, const std::string& name);

void add_script_commands(CommandTree& tree,
                         Interpreter& interpreter); ///< set unset alias run record echo sleep
void add_condition_commands(CommandTree& tree, Interpreter& interpreter); ///< wait assert expect watch
void add_help_commands(CommandTree& tree,
                       Interpreter& interpreter); ///< help apropos version clear completions man exit
/// The data and the exit codes of all commands, once they are added.
void add_promises(CommandTree& tree);

} // namespace cairn::cli
