// QR codes for a terminal. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

/// Lines of half-block characters, two modules high each, with the quiet zone of four modules. Dark modules
/// are left blank and light ones drawn, as a terminal is dark. Empty where `text` is too long for a code.
std::vector<std::string> qr_lines(std::string_view text);

} // namespace cairn::cli
