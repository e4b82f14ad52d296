// What fits at the cursor, from the command tree and the values that live right now. Pure.
#pragma once

#include <cli/command.hpp>
#include <cli/prompt/line_editor.hpp>

#include <functional>

namespace cairn::cli {

/// Values of a kind: names of wallets, contacts, ids.
using LiveValues = std::function<std::vector<std::string>(Kind kind)>;

Completions complete(const CommandTree& tree, std::string_view line, const LiveValues& live);

} // namespace cairn::cli
