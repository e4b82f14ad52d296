// Tables of the human view. Pure.
#pragma once

#include <cli/output/printer.hpp>

namespace cairn::cli {

/// Appends the table, or what it says when it is empty.
void render_table(std::string& out, const Table& table, const Style& style);

} // namespace cairn::cli
