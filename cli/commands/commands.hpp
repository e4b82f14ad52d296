// The commands that use the engine, by noun. Each function adds its commands to the tree.
#pragma once

#include <cli/command.hpp>

namespace cairn::cli {

/// All of them.
void add_commands(CommandTree& tree);

} // namespace cairn::cli
