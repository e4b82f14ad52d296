// Whom the node calls: the user's peers, addresses of the book, what was heard of nearby, and the listeners
// that inbound peers of this machine name.
#include <protocol/node_state.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace cairn::net {

using Code = PeerRefusal::Code;

namespace {

/// The address book is asked for a place this often while places are free.
constexpr std::uint64_t pick_every_ms = 5'000;
/// Places that turned out to be this node's own; addresses are not without number.
constexpr std::size_t max_own_places = 32;
/// Connections at once that only look whose listener stands there.
constexpr std::size_t max_confirming = 4;

} // namespace

// --- what comes of it ---

void Node::State::on(const DialFailed& failed, Instant now, Effects& out) {
    const bool unresolved = failed.why == DialFailed::Why::unresolved;
    if (const auto once = targets.once(failed.dial)) book.failed(*once, now.wall);
    give_up_or_retry(failed.dial, {unresolved ? Code::unresolved : Code::unreachable, failed.message}, now,
                     out);
    confirm_next(out);
}

void Node::State::give_up_or_retry(DialId dial, const PeerRefusal& why, Instant now, Effects& out) {
    if (Target* target = targets.target_of(dial)) {
        const bool first = !target->askers.empty() && !target->insist;
        const bool never = why.code == Code::itself || why.code == Code::wrong_network;
        tell_askers(*target, fail(why), out);
        if (auto failed = launch_peers.failed(target->name(), why, never))
            out.push_back(Notify{std::move(*failed)});
        if (first || never) targets.remove(target->name());
    }
    targets.ended(dial, now, random);
}

void Node::State::tell_askers(Target& target, const PeerAnswer& answer, Effects& out) {
    for (const Asker& asker : std::exchange(target.askers, {})) out.push_back(Reply{asker.id, answer});
}

void Node::State::found(Target& target, const Peer& here, Instant now, Effects& out) {
    for (const Asker& asker : target.askers) target.keep = target.keep || asker.keep;
    target.insist = true; // it was there once
    launch_peers.greeted(target.name());
    if (target.keep && book.keep({target.host, target.port})) keep_addresses(out);
    tell_askers(target, Peers::info(here, standing, now), out);
}

// --- places of the book, and heard of ---

bool Node::State::is_own(const Endpoint& at) const {
    return own_places.contains(at) || (is_loopback(at) && at.port == listening && listening != 0);
}

void Node::State::remember_own(const Endpoint& at) {
    if (own_places.size() < max_own_places) own_places.insert(at);
}

void Node::State::on(const Discovered& discovered, Instant now, Effects& out) {
    const Endpoint& at = discovered.at;
    if (is_own(at) || peers.is_connected_to(at) || standing.is_out(service_key(at), now)) return;
    const auto sought = targets.places();
    if (std::find(sought.begin(), sought.end(), at) != sought.end()) return;
    // Anybody nearby may send beacons, with any address: half of the places are the book's.
    if (targets.once_count() >= Peers::max_outbound / 2 || groups_in_use().contains(group_of(at))) return;
    out.push_back(targets.dial_once(at));
}

std::set<AddressGroup> Node::State::groups_in_use() const {
    std::set<AddressGroup> out;
    for (const auto& [id, peer] : peers.all())
        if (!peer.inbound()) out.insert(group_of(peer.remote));
    for (const Endpoint& at : targets.places()) out.insert(group_of(at));
    return out;
}

std::optional<Endpoint> Node::State::next_place(Instant now) {
    const auto is_of_use = [&](const Endpoint& at) {
        return !is_own(at) && !peers.is_connected_to(at) && !targets.has(to_text(at)) &&
               !standing.is_out(service_key(at), now);
    };
    if (const auto tested = book.to_test(now.wall)) {
        if (is_of_use(*tested)) return tested;
        if (peers.is_connected_to(*tested))
            book.tried(*tested, now.wall); // it is there: no other takes its place
        else
            book.failed(*tested, now.wall);
    }
    const auto at = book.pick(random, now.wall, groups_in_use());
    return at && is_of_use(*at) ? at : std::nullopt;
}

void Node::State::dial_due(Instant now, Effects& out) {
    for (Dial& dial : targets.due(now)) out.push_back(std::move(dial));
    for (; !anchors_left.empty(); anchors_left.pop_back()) {
        const Endpoint& at = anchors_left.back();
        if (!is_own(at) && !targets.has(to_text(at))) out.push_back(targets.dial_once(at));
    }
    if (next_pick_ms && now.steady_ms < *next_pick_ms) return;
    next_pick_ms.reset();
    if (targets.once_count() >= Peers::max_outbound || book.count() == 0) return;
    next_pick_ms = now.steady_ms + pick_every_ms;
    if (const auto at = next_place(now)) out.push_back(targets.dial_once(*at));
}

void Node::State::note_anchors(Instant now) {
    using Rank = std::tuple<std::uint32_t, std::uint64_t, Endpoint>; // its costs, since when
    std::vector<Rank> outbound;
    for (const auto& [id, peer] : peers.all())
        if (peer.ready() && peer.dial)
            outbound.emplace_back(standing.score(peer.account, now), peer.connected_ms, peer.remote);
    std::sort(outbound.begin(), outbound.end());
    std::vector<Endpoint> anchors;
    const auto take = [&anchors](const Endpoint& at) {
        if (std::find(anchors.begin(), anchors.end(), at) == anchors.end()) anchors.push_back(at);
    };
    for (const auto& one : outbound) take(std::get<Endpoint>(one));
    for (const Endpoint& at : book.anchors()) take(at); // while there are fewer now
    book.set_anchors(std::move(anchors));
}

void Node::State::keep_addresses(Effects& out) {
    book_kept = book.revision();
    out.push_back(KeepAddresses{book.encode()});
}

// --- the user's ---

const Peer* Node::State::peer_of(const std::string& name) const {
    const auto dial = targets.dial_of(name);
    if (!dial) return nullptr;
    for (const auto& [id, peer] : peers.all()) {
        const auto& others = peer.stands_for;
        if (peer.ready() &&
            (peer.dial == dial || std::find(others.begin(), others.end(), *dial) != others.end()))
            return &peer;
    }
    return nullptr;
}

void Node::State::seek(const AddPeer& request, RequestId id, Instant now, Effects& out) {
    Target target{request.host, request.port, request.keep && request.insist, request.insist, {}};
    target.askers.push_back({id, request.keep});
    const std::string name = target.name();
    if (request.insist) launch_peers.add(name);
    const auto refuse = [&](std::string why) {
        const PeerRefusal refused{Code::refused, std::move(why)};
        if (auto failed = launch_peers.failed(name, refused, true)) out.push_back(Notify{std::move(*failed)});
        out.push_back(Reply{id, PeerAnswer(fail(refused))});
    };
    if (const auto at = parse_endpoint(name); at && standing.is_out(service_key(*at), now))
        return refuse(name + " is banned; `peers unban " + name + "` lets it in");
    if (Target* known = targets.find(name)) {
        known->askers.push_back(target.askers.front());
        known->insist = known->insist || request.insist;
        targets.hasten(name, now);
        if (const Peer* here = peer_of(name)) return found(*known, *here, now, out);
    } else if (!targets.add(std::move(target), now)) {
        return refuse("too many peers are sought already");
    }
    dial_due(now, out);
}

// --- whose listener is it? ---

void Node::State::confirm_next(Effects& out) {
    while (!to_confirm.empty() && targets.confirming() < max_confirming) {
        const Peer* peer = peers.find(to_confirm.front());
        to_confirm.pop_front();
        if (peer == nullptr || !peer->ready()) continue;
        out.push_back(targets.dial_to_confirm(peer->service(), peer->id));
    }
}

/// The first that it says, and all that is heard of it.
void Node::State::hear_listener(Peer& probe, const Decoder::Step& step, Instant now, Effects& out) {
    peers.drop(probe, "its listener was looked at", out);
    const auto* message = std::get_if<Message>(&step);
    const auto* hello = message != nullptr ? std::get_if<Hello>(message) : nullptr;
    Peer* peer = peers.find(*probe.confirms);
    if (hello == nullptr || peer == nullptr || !peer->ready()) return;
    if (hello->net != chain.network().tag() || hello->nonce != peer->hello.nonce) return;
    peers.set_account(*peer, standing_key(peer->remote, peer->hello.port), now, out);
    if (standing.is_out(peer->account, now))
        turn_away(*peer, "refused-for-a-while", "it is refused for a while", out);
}

} // namespace cairn::net
