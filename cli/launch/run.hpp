// The run of the program: from the argument list to the exit code.
#pragma once

#include <string>
#include <vector>

namespace cairn::cli {

/// Never throws.
int run_program(const std::vector<std::string>& arguments);

} // namespace cairn::cli
