// peers, node: the network with others, as far as this version has one.
#include <base/version.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/support.hpp>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;

Reply no_network(Session&, const Args&) {
    return failure(Exit::network, "no_network", "this version does not connect to other nodes yet",
                   "`chain export` and `chain import` carry blocks from one data directory to another");
}

Reply run_peers(Session&, const Args&) {
    Answer answer;
    answer.data["peers"] = array{};
    answer.view.line("no peers: this version does not connect to other nodes yet");
    return answer;
}

Reply run_status(Session& session, const Args&) {
    const auto height = session.core().read([](const net::Node& node) { return node.chain().height(); });
    const auto uptime = static_cast<std::uint64_t>(session.uptime().count()) / 1'000;
    Answer answer;
    answer.data = object{{"listen", "off"},        {"network", session.network().parameters().name},
                         {"version", version},     {"peers", 0},
                         {"height", height.value}, {"synced", true},
                         {"uptime_s", uptime}};
    answer.view.fields({{"network", Cell{session.network().parameters().name, Tone::strong}},
                        {"listening", "off"},
                        {"peers", "0"},
                        {"height", std::to_string(height.value)},
                        {"version", std::string(version)},
                        {"running for", counted(uptime, "second")}});
    return answer;
}

} // namespace

void add_node_commands(CommandTree& tree) {
    tree.describe_group("peers", "other nodes");
    tree.describe_group("node", "this node");
    const auto later = [&tree](std::string path, std::string summary, std::vector<Positional> positionals,
                               std::vector<Option> options = {}) {
        tree.add({.path = std::move(path),
                  .summary = std::move(summary),
                  .needs = Needs::nothing,
                  .positionals = std::move(positionals),
                  .options = std::move(options),
                  .run = no_network});
    };
    const Positional peer{"id", Kind::peer, "a peer"};
    later("peers add", "connect to a node", {{"address", Kind::endpoint, "HOST:PORT"}});
    tree.add({.path = "peers list",
              .summary = "the nodes that this one is connected to",
              .needs = Needs::nothing,
              .run = run_peers});
    later("peers show", "one peer", {peer});
    later("peers remove", "disconnect from a peer and forget it", {peer});
    later("peers ban", "refuse a peer", {peer}, {option("--for", "D", Kind::duration, "for this long")});
    later("peers unban", "stop refusing a peer", {peer});
    tree.add({.path = "node status", .summary = "what this node does", .run = run_status});
    later("node listen", "accept connections", {{"where", Kind::text, "[HOST:]PORT, or off"}});
    later("node sync", "catch up with the others", {}, {flag("--wait", "until it is done")});
    tree.set_default("node", "node status");
    add_network_commands(tree);
}

} // namespace cairn::cli
