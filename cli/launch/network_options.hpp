// What the launch says of the node and its network, as the core takes it.
#pragma once

#include <cli/answer.hpp>

namespace cairn::net {
struct CoreOptions;
} // namespace cairn::net

namespace cairn::cli {

struct LaunchOptions;

/// A run that stays (the prompt, --daemon) lets others in if not told otherwise; scripts and single commands
/// do so only when asked. `in_is_terminal`: of standard input.
Expected<void> set_network_options(net::CoreOptions& options, const LaunchOptions& launch,
                                   bool in_is_terminal);

} // namespace cairn::cli
