// Did you mean: known words that are near a mistyped one. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

/// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
/// neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// At most three, nearest first: those within a third of the length, or that the word begins.
std::vector<std::string> suggest(std::string_view typed, const std::vector<std::string>& known);

/// The hint "did you mean `send` or `set`?"; `otherwise` where nothing is near.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known,
                         std::string otherwise = {});

} // namespace cairn::cli
