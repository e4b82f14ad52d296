// Where text stands on a terminal that wraps it at its right edge. Pure; widths are those of the tables
// (cli/output/printer.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

struct Spot {
    std::size_t row = 0; ///< below the first
    std::size_t column = 0;
};
/// Where the cursor is to stand once `text` was written from the left edge of `columns` columns. A wide
/// character goes to the next row whole; a row filled to its edge ends there. Control characters are counted
/// as an editor shows them: ^X, a tab up to the next eighth column.
Spot spot_after(std::string_view text, std::size_t columns);

/// Of a prompt: without the marks that tell Readline where escapes stand; `and_escapes`: without those too.
std::string without_marks(std::string_view prompt, bool and_escapes);

/// What of `text` there is room for, the last column an ellipsis where something is left out; nothing where
/// that would be all.
std::string fitted(const std::string& text, std::size_t columns);

/// What of a hint can stand behind a line (its prompt in front) without touching the edge.
std::string fitted_behind(const std::string& hint, std::string_view shown, std::size_t columns);

/// Words side by side in as many columns as there is room for, down each column first.
std::string in_columns(const std::vector<std::string>& words, std::size_t columns);

} // namespace cairn::cli
