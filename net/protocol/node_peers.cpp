// Connections: who is let in, what both say first, who goes. Whom the node calls is node_dialling.cpp's.
#include <protocol/node_state.hpp>

#include <algorithm>
#include <charconv>

namespace cairn::net {

using Code = PeerRefusal::Code;

namespace {

/// A slowed peer is not read from for so long after each misdeed.
constexpr std::uint64_t slowed_ms = 1'000;
constexpr auto refused_word = "refused-for-a-while";

PeerAnswer refusal(Code code, std::string why) { return fail(PeerRefusal{code, std::move(why)}); }

} // namespace

// --- from the driver ---

void Node::State::on(const Connected& connected, Instant now, Effects& out) {
    Peer& peer = peers.add(connected, now);
    peer.account = standing_key(peer.remote);
    if (peer.dial) {
        // What was dialled is this place; one who comes by himself has yet to say which he is.
        peer.account = service_key(peer.remote);
        peer.confirms = targets.confirms(*peer.dial);
        if (const Target* target = targets.target_of(*peer.dial)) {
            peer.name = target->name();
            peer.kept = true;
        }
        if (!peer.confirms && standing.is_out(peer.account, now)) {
            peer.refusal =
                PeerRefusal{Code::refused, "its address is refused for a while; `peers unban` lets it in"};
            peers.drop(peer, peer.refusal->why, out);
        }
        return; // the listening side speaks first
    }
    if (standing.is_out(peer.account, now))
        return turn_away(peer, refused_word, "it is refused for a while", out);
    const std::size_t most = is_shared(peer.account) ? Peers::max_unconfirmed_local : Peers::max_inbound_each;
    if (peers.inbound_count() > Peers::max_inbound || peers.inbound_count(peer.account) > most)
        return turn_away(peer, "no-place-left", "no place is left", out);
    say_hello(peer, now, out);
}

void Node::State::on(const Disconnected& gone, Instant now, Effects& out) {
    Peer* peer = peers.find(gone.peer);
    if (peer == nullptr) return;
    const std::string why = peer->farewell.empty() ? "it closed the connection" : peer->farewell;
    if (peer->was_ready) out.push_back(Notify{PeerLost{Peers::info(*peer, standing, now), why}});
    const auto refused = peer->refusal.value_or(PeerRefusal{Code::refused, why});
    std::vector<DialId> dials = std::move(peer->stands_for);
    if (peer->dial && !peer->superseded) dials.push_back(*peer->dial);
    const auto once = peer->dial ? targets.once(*peer->dial) : std::nullopt;
    const bool was_short = peer->ready() && now.steady_ms < peer->connected_ms + Targets::lasting_ms;
    if (once && (was_short || !peer->was_ready) && refused.code == Code::refused)
        book.failed(*once, now.wall); // no node, or it has no place
    charge_unshown(*peer, now);
    const bool was_greeted = peer->was_ready;
    const PeerId id = peer->id;
    peers.remove(id, now, out);
    downloads.remove_peer(id);
    headers.keep_only(downloads.shown());
    relay.remove_peer(id, now);
    compact.forget(id);
    if (std::erase(compact_from, id) > 0)
        for (auto& [other_id, other] : peers.all())
            if (other.ready() && !other.asked_compact && other.hello.compact_blocks) {
                prefer_compact_from(other, now, out);
                break;
            }
    for (const DialId dial : dials) {
        const Target* target = was_greeted ? targets.target_of(dial) : nullptr;
        if (target == nullptr || target->askers.empty()) {
            give_up_or_retry(dial, refused, now, out);
            continue;
        }
        // Asked for while the old connection was closing: the answer is that of a new one.
        const std::string name = target->name();
        targets.ended(dial, now, random);
        targets.hasten(name, now);
        dial_due(now, out);
    }
    confirm_next(out);
    fetch(now, out);
}

void Node::State::on(const Queued& queued, Instant now, Effects& out) {
    Peer* peer = peers.find(queued.peer);
    if (peer == nullptr) return;
    peers.set_queued(*peer, queued.bytes);
    answer(*peer, out);
    peers.set_reading(*peer, now, out);
}

void Node::State::on(const Listening& where, Instant /*now*/, Effects& /*out*/) { listening = where.port; }

// --- the user's wishes ---

Peer* Node::State::peer_named(const std::string& which) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), number);
    if (error == std::errc() && end == which.data() + which.size()) return peers.find(PeerId{number});
    for (auto& [id, peer] : peers.all())
        if (peer.name == which || to_text(peer.remote) == which) return &peer;
    return nullptr;
}

PeerAnswer Node::State::remove(const RemovePeer& request, Instant now, Effects& out) {
    Peer* peer = peer_named(request.which);
    PeerInfo info;
    std::string name = request.which;
    if (peer != nullptr) {
        info = Peers::info(*peer, standing, now);
        if (!peer->name.empty()) name = peer->name;
        peers.drop(*peer, "it was removed", out);
        book.forget(peer->service());
    }
    auto target = targets.remove(name);
    launch_peers.forget(name);
    if (target) tell_askers(*target, refusal(Code::refused, "it was removed"), out);
    const bool kept = target && target->keep && book.unkeep({target->host, target->port});
    if (peer == nullptr && !target && !kept) return refusal(Code::unknown, "no peer " + request.which);
    if (kept) keep_addresses(out);
    if (peer == nullptr) info.name = name;
    return info;
}

PeerAnswer Node::State::ban(const BanPeer& request, Instant now, Effects& out) {
    Peer* peer = peer_named(request.which);
    const auto at = parse_endpoint(request.which);
    if (peer == nullptr && !at) return refusal(Code::unknown, "no peer " + request.which);
    const StandingKey account = peer != nullptr ? peer->account : service_key(*at);
    PeerInfo info;
    info.at = peer != nullptr ? peer->remote : *at;
    if (peer != nullptr) info = Peers::info(*peer, standing, now);
    if (!standing.ban(account, request.span_ms, now))
        return refusal(Code::refused, "connections from this machine itself are not banned");
    for (auto& [id, other] : peers.all())
        if (other.account == account) peers.drop(other, "it was banned", out);
    return info;
}

PeerAnswer Node::State::unban(const UnbanPeer& request, Instant now) {
    for (const auto& [key, left_ms] : standing.bans(now))
        if (to_text(key) == request.which && standing.unban(key)) {
            PeerInfo info;
            info.at = {key.prefix, key.port};
            return info;
        }
    const auto at = parse_endpoint(request.which);
    if (!at) return refusal(Code::unknown, "no refused peer " + request.which);
    const bool service = standing.unban(service_key(*at));
    const bool host = standing.unban(standing_key(*at));
    if (!service && !host) return refusal(Code::unknown, request.which + " is not banned");
    PeerInfo info;
    info.at = *at;
    return info;
}

// --- handshake ---

void Node::State::say_hello(Peer& peer, Instant now, Effects& out) {
    Hello hello;
    hello.net = chain.network().tag();
    hello.height = chain.height();
    hello.work = chain.tip().work;
    hello.tip = chain.tip().id;
    hello.nonce = own_nonce;
    hello.agent = options.agent;
    hello.compact_blocks = true;
    hello.port = listening;
    hello.time = now.wall;
    hello.raw = true;
    peers.send(peer, hello, out);
}

void Node::State::refuse(Peer& peer, PeerRefusal why, unsigned code, Effects& out) {
    std::string word = why.code == Code::wrong_network ? "wrong-network" : "refused";
    if (code == 400) word = "unknown-version";
    if (why.code == Code::itself) word = "self";
    if (why.code == Code::already_connected) word = "already-connected";
    peers.send(peer, Err{code, "", std::move(word)}, out);
    peers.drop(peer, why.why, out);
    if (peer.dial && (why.code == Code::itself || why.code == Code::wrong_network)) book.forget(peer.remote);
    if (peer.dial && why.code == Code::itself) remember_own(peer.remote);
    peer.refusal = std::move(why);
}

void Node::State::turn_away(Peer& peer, const std::string& word, std::string why, Effects& out) {
    peers.send(peer, Err{429, "", word}, out);
    peers.drop(peer, std::move(why), out);
}

/// Of two connections to one node, both ends keep the one that the node with the lesser nonce began; of two
/// in the same direction the older.
bool Node::State::is_to_replace(const Peer& peer, const Peer& twin) const {
    const bool ours_stays = own_nonce < peer.hello.nonce;
    return twin.inbound() != peer.inbound() && peer.inbound() != ours_stays;
}

bool Node::State::prevails(Peer& peer, Peer& twin, Instant now, Effects& out) {
    const bool newer_stays = is_to_replace(peer, twin);
    Peer& winner = newer_stays ? peer : twin;
    Peer& loser = newer_stays ? twin : peer;
    if (loser.dial) {
        if (Target* target = targets.target_of(*loser.dial)) {
            if (!winner.kept) winner.name = target->name();
            winner.kept = true;
            targets.succeeded(*loser.dial, now);
        }
        winner.stands_for.push_back(*loser.dial);
        loser.superseded = true;
    }
    winner.stands_for.insert(winner.stands_for.end(), loser.stands_for.begin(), loser.stands_for.end());
    loser.stands_for.clear();
    refuse(loser, {Code::already_connected, "another connection to the same node stays"}, 409, out);
    return newer_stays;
}

/// What the user asked for is here already. Where it came by itself it is kept from now on; where it is
/// sought under another name, that one is enough.
void Node::State::settle(Target& asked, const Peer& here, bool was_sought, Instant now, Effects& out) {
    if (!was_sought || asked.insist) return found(asked, here, now, out);
    if (asked.askers.empty()) return;
    tell_askers(asked,
                refusal(Code::already_connected, "that node is among the peers already, as " + here.name),
                out);
    launch_peers.forget(asked.name());
    targets.remove(asked.name());
}

void Node::State::receive(Peer& peer, Hello&& hello, Instant now, Effects& out) {
    if (peer.stage != Peer::Stage::hello) {
        peers.send(peer, Err{400, "", "hello-twice"}, out);
        return punish(peer, cost::malformed, "it said HELLO twice", now, out);
    }
    peer.hello = std::move(hello);
    const ChainTag tag = chain.network().tag();
    if (peer.hello.net != tag)
        return refuse(peer,
                      {Code::wrong_network, "it is of another network: its genesis is " +
                                                to_hex(peer.hello.net.bytes) + "…, ours " +
                                                to_hex(tag.bytes) + "…"},
                      403, out);
    if (peer.hello.version != 1)
        return refuse(peer, {Code::refused, "it speaks another version of the protocol"}, 400, out);
    if (peer.hello.nonce == own_nonce)
        return refuse(peer, {Code::itself, "that is this node itself"}, 409, out);
    peer.raw = peer.hello.raw;
    if (peer.raw) peer.decoder.use_raw();
    if (peer.dial) {
        // One that is not to stay goes before the other side takes it for a peer.
        const Peer* twin = peers.find_twin(peer);
        if (twin != nullptr && !is_to_replace(peer, *twin)) return (void)stays(peer, now, out);
        say_hello(peer, now, out);
        peer.stage = Peer::Stage::greeted;
        return;
    }
    // On loopback it says which it is: whose name is refused is not let in by it, be it his or not.
    if (peer.hello.port != 0 && standing.is_out(service_key(peer.service()), now))
        return turn_away(peer, refused_word, "it is refused for a while", out);
    peers.send(peer, Ok{"HELLO", {}}, out);
    if (stays(peer, now, out)) welcome(peer, now, out);
}

void Node::State::receive(Peer& peer, const Ok& ok, Instant now, Effects& out) {
    if (peer.stage != Peer::Stage::greeted || ok.re != "HELLO") return;
    if (stays(peer, now, out)) welcome(peer, now, out);
}

bool Node::State::stays(Peer& peer, Instant now, Effects& out) {
    while (Peer* twin = peers.find_twin(peer)) {
        const bool was_sought = twin->kept;
        if (prevails(peer, *twin, now, out)) continue;
        Target* asked = peer.dial ? targets.target_of(*peer.dial) : nullptr;
        if (asked != nullptr) settle(*asked, *twin, was_sought, now, out);
        return false;
    }
    return true;
}

void Node::State::welcome(Peer& peer, Instant now, Effects& out) {
    peer.stage = Peer::Stage::ready;
    peer.was_ready = true;
    const PeerInfo info = Peers::info(peer, standing, now);
    out.push_back(Notify{PeerConnected{info}});
    if (peer.dial) {
        targets.succeeded(*peer.dial, now);
        book.tried(peer.remote, now.wall);
        note_anchors(now);
        if (Target* target = targets.target_of(*peer.dial)) found(*target, peer, now, out);
        peer.asked_addresses = true;
        peers.send(peer, GetAddr{}, out);
    } else if (peer.hello.port != 0) {
        const Endpoint service = peer.service();
        if (!is_own(service)) {
            book.add({service, now.wall}, peer.remote, now.wall);
            if (is_loopback(service) && peer.hello.nonce != 0) to_confirm.push_back(peer.id);
            confirm_next(out);
        }
    }
    downloads.add_peer(peer.id);
    relay.add_peer(peer.id, !peer.inbound(), now);
    if (peer.hello.compact_blocks && compact_from.size() < CompactBlocks::max_sources)
        prefer_compact_from(peer, now, out);
    peer.ping = random.next_u64();
    peer.ping_sent_ms = now.steady_ms;
    peers.send(peer, Ping{peer.ping}, out);
    hear_claim(peer, now, out);
}

void Node::State::punish(Peer& peer, std::uint32_t amount, const std::string& why, Instant now,
                         Effects& out) {
    if (amount == 0 || peer.stage == Peer::Stage::leaving) return;
    switch (standing.add(peer.account, amount, now)) {
    case Standing::Level::fine:
        break;
    case Standing::Level::slowed:
        peer.slowed_until_ms = now.steady_ms + slowed_ms;
        peers.set_reading(peer, now, out);
        break;
    case Standing::Level::dropped: {
        peers.drop(peer, why, out);
        const StandingKey account = peer.account;
        for (auto& [id, other] : peers.all())
            if (other.account == account) peers.drop(other, "its address is refused for a while", out);
        break;
    }
    }
}

} // namespace cairn::net
