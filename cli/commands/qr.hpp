// QR codes for a terminal. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

/// Lines of half-block characters, two modules high each, with the quiet zone of four modules. Dark modules
/// are left blank and light ones drawn, as a terminal is dark. With as much correction of errors as leaves it
/// within so many columns and rows; empty where it does not fit even with the least.
std::vector<std::string> qr_lines(std::string_view text, std::size_t columns, std::size_t rows);

} // namespace cairn::cli
