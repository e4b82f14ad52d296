// peers: connections to other nodes.
#include <base/utf8.hpp>
#include <cli/commands/commands.hpp>
#include <cli/commands/network_words.hpp>
#include <cli/commands/support.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using boost::json::array;
using boost::json::object;
using Code = net::PeerRefusal::Code;

/// Asks the node, and waits for what it says.
Expected<net::PeerInfo> ask(Session& session, net::Request request) {
    auto response = session.wait_for(session.core().submit(std::move(request)));
    if (!response) return fail(std::move(response.error()));
    auto& answer = std::get<net::PeerAnswer>(*response);
    if (!answer) return fail(failure_of(answer.error()));
    return std::move(*answer);
}

std::string address_of(const net::PeerInfo& peer) {
    return peer.name.empty() ? net::to_text(peer.at) : peer.name;
}

object peer_json(const net::PeerInfo& peer) {
    object out{{"id", peer.id.value},
               {"address", address_of(peer)},
               {"direction", peer.inbound ? "in" : "out"},
               {"height", peer.height.value},
               {"latency_ms", nullptr},
               {"agent", peer.agent},
               {"score", peer.score},
               {"since", to_rfc3339(peer.since)},
               {"kept", peer.kept}};
    if (peer.latency_ms) out["latency_ms"] = *peer.latency_ms;
    return out;
}

std::vector<net::PeerInfo> ready_peers(Session& session) {
    auto all = session.core().read([](const net::Node& node) { return node.peers(); });
    std::erase_if(all, [](const net::PeerInfo& peer) { return !peer.ready; });
    return all;
}

std::vector<net::Refused> refused_peers(Session& session) {
    return session.core().read([](const net::Node& node) { return node.refused(); });
}

Reply run_list(Session& session, const Args&) {
    Answer answer;
    Table table{{{"id", Align::right},
                 {"address", Align::left, Cut::never},
                 {"direction"},
                 {"height", Align::right},
                 {"latency", Align::right},
                 {"score", Align::right},
                 {"agent"},
                 {"since", Align::right}},
                {},
                "no peers; `peers add HOST:PORT` connects to a node"};
    array list;
    for (const net::PeerInfo& peer : ready_peers(session)) {
        list.push_back(peer_json(peer));
        table.rows.push_back({std::to_string(peer.id.value),
                              {escape_for_display(address_of(peer)), Tone::strong},
                              peer.inbound ? "in" : "out",
                              std::to_string(peer.height.value),
                              peer.latency_ms ? std::to_string(*peer.latency_ms) + " ms" : "-",
                              std::to_string(peer.score),
                              escape_for_display(peer.agent),
                              {age_text(peer.since, session.now()), Tone::dim}});
    }
    answer.data["peers"] = std::move(list);
    answer.view.table(std::move(table));
    for (const net::Refused& one : refused_peers(session))
        answer.view.line({"refused for " + span_text(one.left_ms / 1'000) + ": " + one.name, Tone::dim});
    return answer;
}

void add_peer_view(const net::PeerInfo& peer, Time now, View& view) {
    view.fields({{"peer", Cell{escape_for_display(address_of(peer)), Tone::strong}},
                 {"id", std::to_string(peer.id.value)},
                 {"direction", peer.inbound ? "in" : "out"},
                 {"address", net::to_text(peer.at)},
                 {"height", std::to_string(peer.height.value)},
                 {"latency", peer.latency_ms ? std::to_string(*peer.latency_ms) + " ms" : "-"},
                 {"agent", escape_for_display(peer.agent)},
                 {"score", std::to_string(peer.score)},
                 {"since", moment_text(peer.since, now)}});
}

Reply run_show(Session& session, const Args& args) {
    const auto& which = args.text("id");
    for (const net::PeerInfo& peer : ready_peers(session)) {
        if (which != std::to_string(peer.id.value) && which != address_of(peer)) continue;
        Answer answer;
        answer.data = peer_json(peer);
        add_peer_view(peer, session.now(), answer.view);
        return answer;
    }
    return fail(failure_of(net::PeerRefusal{Code::unknown, "no peer " + which}));
}

Reply run_add(Session& session, const Args& args) {
    auto at = split_endpoint("address", args.text("address"));
    if (!at) return fail(std::move(at.error()));
    auto peer = ask(session, net::AddPeer{at->host, at->port, true, false});
    if (!peer) return fail(std::move(peer.error()));
    Answer answer;
    answer.data = peer_json(*peer);
    answer.view.line("Connected to " + escape_for_display(address_of(*peer)) + ", at height " +
                     std::to_string(peer->height.value) + ".");
    return answer;
}

/// Of remove, ban and unban: what was done to whom.
Answer done(const std::string& which, const char* what) {
    Answer answer;
    answer.data["peer"] = which;
    answer.view.line(escape_for_display(which) + " " + what);
    return answer;
}

Reply run_remove(Session& session, const Args& args) {
    auto peer = ask(session, net::RemovePeer{args.text("id")});
    if (!peer) return fail(std::move(peer.error()));
    return done(address_of(*peer), "is a peer no more");
}

Reply run_ban(Session& session, const Args& args) {
    constexpr std::uint64_t day_ms = 86'400'000;
    auto peer = ask(session, net::BanPeer{args.text("id"), args.number_or("--for", day_ms)});
    if (!peer) return fail(std::move(peer.error()));
    return done(address_of(*peer), "is refused");
}

Reply run_unban(Session& session, const Args& args) {
    const std::string& which = args.text("id");
    const bool number = std::all_of(which.begin(), which.end(), [](char c) { return c >= '0' && c <= '9'; });
    const auto refused = refused_peers(session);
    const bool told =
        std::any_of(refused.begin(), refused.end(), [&](const auto& one) { return one.name == which; });
    if (!number && !told && !net::parse_endpoint(which))
        return bad_argument("id", "'" + escape_for_display(which) + "' is not of the form ADDRESS:PORT",
                            "`peers list` names who is refused");
    auto peer = ask(session, net::UnbanPeer{args.text("id")});
    if (!peer) return fail(std::move(peer.error()));
    return done(args.text("id"), "is let in again");
}

} // namespace

void add_peer_commands(CommandTree& tree) {
    tree.describe_group("peers", "other nodes");
    const Positional peer{"id", Kind::peer, "a peer's number, or HOST:PORT"};
    tree.add({.path = "peers add",
              .summary = "connect to a node, now and in later runs",
              .positionals = {{"address", Kind::endpoint, "HOST:PORT"}},
              .run = run_add,
              .details = "Waits until both have greeted each other. Where that fails, nothing is kept.",
              .examples = {"peers add 192.168.1.20:9401"}});
    tree.add({.path = "peers list",
              .summary = "the nodes that this one is connected to",
              .run = run_list,
              .examples = {"peers list", "peers"}});
    tree.add({.path = "peers show",
              .summary = "one peer",
              .positionals = {peer},
              .run = run_show,
              .examples = {"peers show 1"}});
    tree.add({.path = "peers remove",
              .summary = "disconnect from a peer and forget it",
              .positionals = {peer},
              .run = run_remove,
              .examples = {"peers remove 192.168.1.20:9401"}});
    tree.add({.path = "peers ban",
              .summary = "disconnect from a peer and refuse its address",
              .positionals = {peer},
              .options = {option("--for", "D", Kind::duration, "for this long; a day if not given")},
              .run = run_ban,
              .examples = {"peers ban 1 --for 1h"}});
    tree.add(
        {.path = "peers unban",
         .summary = "let a refused address in again",
         .positionals = {{"id", Kind::refused_peer, "ADDRESS:PORT, or what `peers list` says is refused"}},
         .run = run_unban,
         .examples = {"peers unban 192.168.1.20:9401"}});
}

} // namespace cairn::cli
