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
/// One command; of one that is a noun too (`mine`) also the others of that noun.
Answer help_of(const CommandTree& tree, const CommandSpec& spec);
/// `cairn --help`.
std::string launch_help(const CommandTree& tree);
/// Commands that are about a word, in any case: first those whose name or summary holds it, then those where
/// it stands in the details, the arguments, the options or an example.
Answer apropos(const CommandTree& tree, const std::string& word);
/// The pages of the guide's commands: file names and Markdown, README.md first.
std::vector<std::pair<std::string, std::string>> guide_pages(const CommandTree& tree);
/// roff, for man(7).
std::string man_page(const CommandTree& tree);
/// bash, zsh or fish.
std::string shell_completions(const CommandTree& tree, std::string_view shell);

} // namespace cairn::cli
