// Help, the man page and the completions of shells, all made from the command tree. Pure.
#pragma once

#include <cli/command.hpp>

#include <string>
#include <vector>

namespace cairn::cli {

/// `help`: the groups and their commands.
Answer help_overview(const CommandTree& tree);
/// `help COMMAND`: a command, or all of a noun. unknown_command (2).
Reply help_on(const CommandTree& tree, const std::vector<std::string>& words);
Answer help_of(const CommandTree& tree, const CommandSpec& spec);
/// `cairn --help`.
std::string launch_help(const CommandTree& tree);
/// Commands whose name, summary or details hold the word, in any case.
Answer apropos(const CommandTree& tree, const std::string& word);
/// roff, for man(7).
std::string man_page(const CommandTree& tree);
/// bash, zsh or fish.
std::string shell_completions(const CommandTree& tree, std::string_view shell);

} // namespace cairn::cli
