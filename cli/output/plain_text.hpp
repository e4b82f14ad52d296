// Text for plain and CSV: what could steer a terminal escaped, fields quoted by RFC 4180. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

/// What could steer a terminal escaped; backslashes as they are: most messages quote foreign text in escaped
/// form already.
std::string without_controls(std::string_view text);

/// One row without its line break: fields without controls, quoted where they must be. One that a spreadsheet
/// would take for a formula is given an apostrophe in front.
std::string csv_row(const std::vector<std::string>& fields);

} // namespace cairn::cli
