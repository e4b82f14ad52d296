// What help, the man page, the guide and the completions say alike of a command. Pure.
#pragma once

#include <cli/command.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

/// "wallet" of "wallet new".
std::string noun_of(const CommandSpec& spec);
/// The first words of all visible commands, in the order of the tree.
std::vector<std::string> nouns_of(const CommandTree& tree);
/// The visible commands of a noun, the noun itself among them.
std::vector<const CommandSpec*> members_of(const CommandTree& tree, std::string_view noun);
/// What a noun is about: of the group, or of the one command. May be empty.
std::string summary_of(const CommandTree& tree, const std::string& noun);

/// A summary as a sentence: with a capital and a full stop.
std::string sentence(std::string summary);

/// "-y, --yes", "--fee A", "--wait [N]"
std::string option_text(const Option& option);
/// The options that `help` shows.
std::vector<const Option*> shown_options(const std::vector<Option>& options);
/// All exit codes, and what they mean to every command.
const std::vector<ExitReason>& exit_codes();

/// Lines of at most `width` bytes where there are blanks to break at; what is wrapped goes on behind `indent`
/// blanks. Lines of the text that begin with a blank stay as they are.
std::vector<std::string> wrapped(std::string_view text, std::size_t width, std::size_t indent = 0);

/// How a command is written, as wrapped lines: what stands in brackets is not torn apart.
std::vector<std::string> usage_lines(const CommandSpec& spec, std::size_t width,
                                     const std::string& before = {});

} // namespace cairn::cli
