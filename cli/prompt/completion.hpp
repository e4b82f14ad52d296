// What fits at the cursor, from the command tree and the values that live right now, and how it is to be
// written so that it is read back as it is. Pure.
#pragma once

#include <cli/prompt/line_editor.hpp>
#include <cli/prompt/place.hpp>

#include <functional>

namespace cairn::cli {

/// Values of a kind that there are: names of wallets, ids, files that begin with the place's word.
using LiveValues = std::function<std::vector<std::string>(Kind kind, const Place& place)>;

/// Whole words that begin with what is typed, each once.
std::vector<std::string> candidates(const Language& language, const Place& place, const LiveValues& live);

Completion complete(const Language& language, std::string_view line, const LiveValues& live);

} // namespace cairn::cli
