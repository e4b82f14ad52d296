// node: what this node does, where it listens, and how far it is behind.
#include <base/utf8.hpp>
#include <base/version.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/network_words.hpp>
#include <cli/commands/support.hpp>
#include <cli/output/event_record.hpp>
#include <cli/progress.hpp>

namespace cairn::cli {
namespace {

using boost::json::object;

struct Look {
    Height height;
    std::size_t peers = 0;
    net::SyncStatus sync;
};

Look look_at(Session& session) {
    return session.core().read([](const net::Node& node) {
        return Look{node.chain().height(), node.peer_count(), node.sync_status()};
    });
}

std::string listening_text(Session& session) {
    const auto at = session.core().listening();
    return at ? net::to_text(*at) : "off";
}

/// Why it is not in step.
std::string lag_text(const Look& look) {
    if (look.sync.best > look.height) return "others are at " + std::to_string(look.sync.best.value);
    if (look.sync.refused) return peer_failure(*look.sync.refused);
    if (look.sync.unreached) return "no peer of --connect was reached yet";
    return "others are being asked";
}

Reply run_status(Session& session, const Args&) {
    const Look look = look_at(session);
    const auto uptime = static_cast<std::uint64_t>(session.uptime().count()) / 1'000;
    const auto& name = session.network().parameters().name;
    const std::string listening = listening_text(session);
    Answer answer;
    answer.data = object{{"listen", listening},         {"network", name},
                         {"version", version},          {"peers", look.peers},
                         {"height", look.height.value}, {"synced", look.sync.synced},
                         {"uptime_s", uptime},          {"best_height", look.sync.best.value}};
    answer.view.fields({{"network", Cell{name, Tone::strong}},
                        {"listening", listening},
                        {"peers", std::to_string(look.peers)},
                        {"height", std::to_string(look.height.value)},
                        {"synced", look.sync.synced ? "yes" : "no, " + lag_text(look)},
                        {"version", std::string(version)},
                        {"running for", counted(uptime, "second")}});
    return answer;
}

Reply run_listen(Session& session, const Args& args) {
    const auto& where = args.text("where");
    if (where == "off") {
        session.core().stop_listening();
    } else {
        HostPort at{"127.0.0.1", 0};
        if (where != "auto") {
            auto typed = split_endpoint("where", where);
            if (!typed) return fail(std::move(typed.error()));
            at = std::move(*typed);
        }
        if (auto opened = session.core().listen(at.host, at.port); !opened)
            return failure(Exit::network, "cannot_listen", escape_for_display(opened.error()),
                           "choose another port, or `node listen auto`");
    }
    Answer answer;
    answer.data["listen"] = listening_text(session);
    answer.view.line(where == "off" ? "Listening no more." : "Listening on " + listening_text(session) + ".");
    return answer;
}

Reply run_sync(Session& session, const Args& args) {
    Look look = look_at(session);
    const ProgressScope progress(session.progress(), "Syncing", "blocks", look.sync.best.value);
    while (args.has("--wait") && !look.sync.synced) {
        if (const auto& refused = look.sync.refused) {
            Failure why = failure_of(refused->refusal);
            why.message = peer_failure(*refused);
            return fail(std::move(why));
        }
        session.progress().expect(look.sync.best.value);
        session.progress().update(look.height.value);
        constexpr std::chrono::milliseconds nap{100};
        if (auto waited = session.wait_for_events(nap); !waited) return fail(std::move(waited.error()));
        look = look_at(session);
    }
    Answer answer;
    answer.data = object{{"synced", look.sync.synced},
                         {"height", look.height.value},
                         {"best_height", look.sync.best.value},
                         {"peers", look.peers}};
    answer.view.line(look.sync.synced ? "In step with " + counted(look.peers, "peer") + ", at height " +
                                            std::to_string(look.height.value) + "."
                                      : "Not in step: at height " + std::to_string(look.height.value) + ", " +
                                            lag_text(look) + ".");
    return answer;
}

} // namespace

void add_node_commands(CommandTree& tree) {
    tree.describe_group("node", "this node");
    tree.add({.path = "node status",
              .summary = "what this node does",
              .run = run_status,
              .examples = {"node status"}});
    const Positional where{"where", Kind::text, "[HOST:]PORT, auto or off", true, false, {"auto", "off"}};
    tree.add({.path = "node listen",
              .summary = "accept connections, or no more",
              .positionals = {where},
              .run = run_listen,
              .details = "Without HOST: on this machine alone. For others on the network name an address of "
                         "this machine, or 0.0.0.0 for all.",
              .examples = {"node listen 0.0.0.0:9401", "node listen off"}});
    tree.add({.path = "node sync",
              .summary = "how far this node is behind the others",
              .options = {flag("--wait", "until it is in step with them")},
              .run = run_sync,
              .examples = {"node sync", "node sync --wait"}});
    tree.set_default("node", "node status");
    add_peer_commands(tree);
    add_network_commands(tree);
}

} // namespace cairn::cli
