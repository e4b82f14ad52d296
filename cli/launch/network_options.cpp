#include <cli/commands/network_words.hpp>
#include <cli/launch/network_options.hpp>
#include <cli/launch/options.hpp>
#include <transport/core.hpp>

namespace cairn::cli {

Expected<void> set_network_options(net::CoreOptions& options, const LaunchOptions& launch,
                                   bool in_is_terminal) {
    const bool given = !launch.command.empty() || !launch.scripts.empty();
    const bool stays = launch.daemon || launch.interactive || (!given && in_is_terminal);
    const std::string listen = launch.listen.value_or(stays && !launch.scratch ? "auto" : "off");
    if (listen == "auto") {
        options.listen = {"127.0.0.1", 0};
    } else if (listen != "off") {
        auto at = split_endpoint("--listen", listen);
        if (!at) return fail(std::move(at.error()));
        options.listen = {at->host, at->port};
    }
    for (const auto& text : launch.connect) {
        auto at = split_endpoint("--connect", text);
        if (!at) return fail(std::move(at.error()));
        options.connect.push_back({at->host, at->port});
    }
    if (launch.cache_mib) options.node.chain.cache_bytes = std::size_t{*launch.cache_mib} << 20;
    // Nothing of ours is told beyond this machine unless the user says so.
    const std::string reach = launch.discovery.value_or(options.listen ? "local" : "off");
    options.discovery = reach == "lan"     ? net::DiscoveryReach::local_network
                        : reach == "local" ? net::DiscoveryReach::this_machine
                                           : net::DiscoveryReach::nowhere;
    return {};
}

} // namespace cairn::cli
