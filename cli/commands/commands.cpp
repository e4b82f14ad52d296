#include <cli/commands/commands.hpp>

namespace cairn::cli {

void add_commands(CommandTree&) {}

} // namespace cairn::cli
