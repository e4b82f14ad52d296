// Long answers at the prompt: through the user's pager, as git and psql do.
#pragma once

#include <cli/launch/signals.hpp>

#include <functional>
#include <optional>
#include <string>

namespace cairn::cli {

/// Which program: `setting` of `set pager` ("auto": CAIRN_PAGER, PAGER, else less). Empty: none.
std::string pager_command(const std::string& setting,
                          const std::function<std::optional<std::string>(const char*)>& environment);

/// Whether the program that a command begins with is installed. `path`: as PATH is.
bool is_on_path(const std::string& command, const std::string& path);

/// Whether it shows escapes of colour as colours: less does, asked by the LESS that it is given.
bool shows_colour(const std::string& command);

/// Whether the text is longer than a screen of so many rows and columns; a row at the bottom is the prompt's.
bool needs_pager(const std::string& text, unsigned rows, unsigned columns);

/// Shows the text in the pager, and waits until it has ended; a signal that ends the run ends it. False where
/// it cannot be started: then nothing was shown. Keys that were typed ahead are dropped: they were not meant
/// for it. Must not be called while a line is edited.
bool show_in_pager(const std::string& command, const std::string& text, Signals& signals);

} // namespace cairn::cli
