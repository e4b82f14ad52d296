// What the user is to know of how the stores were opened: what was cut, made anew or lost.
#pragma once

#include <string>
#include <vector>

namespace cairn::chain {
struct OpenReport;
} // namespace cairn::chain
namespace cairn::net {
struct StoresReport;
} // namespace cairn::net

namespace cairn::cli {

/// Remarks for standard error, in order. That nothing is lost is said only where it is known.
std::vector<std::string> opening_remarks(const chain::OpenReport& chain, const net::StoresReport& stores);

} // namespace cairn::cli
