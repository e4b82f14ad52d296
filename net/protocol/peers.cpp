#include <protocol/peers.hpp>
#include <wire/encoder.hpp>

#include <algorithm>

namespace cairn::net {

Peers::Peers(const consensus::Network& network)
    : limits_{network.seal_kind(), network.parameters().max_block_bytes, network.parameters().max_block_txs} {
}

Peer& Peers::add(const Connected& connected, Instant now) {
    Peer& peer = peers_.try_emplace(connected.peer, connected.peer, limits_).first->second;
    peer.remote = connected.remote;
    peer.dial = connected.dial;
    peer.since = now.wall;
    peer.connected_ms = now.steady_ms;
    peer.heard_ms = now.steady_ms;
    return peer;
}

Peer* Peers::find(PeerId id) {
    const auto found = peers_.find(id);
    return found == peers_.end() ? nullptr : &found->second;
}

const Peer* Peers::find(PeerId id) const {
    const auto found = peers_.find(id);
    return found == peers_.end() ? nullptr : &found->second;
}

namespace {

template <typename Test> std::size_t count_of(const std::map<PeerId, Peer>& peers, Test test) {
    return static_cast<std::size_t>(
        std::count_if(peers.begin(), peers.end(), [&](const auto& one) { return test(one.second); }));
}

} // namespace

std::size_t Peers::ready_count() const {
    return count_of(peers_, [](const Peer& peer) { return peer.ready(); });
}

std::size_t Peers::inbound_count() const {
    return count_of(peers_, [](const Peer& peer) { return peer.inbound(); });
}

std::size_t Peers::local_inbound_count() const {
    return count_of(peers_, [](const Peer& peer) { return peer.inbound() && is_shared(peer.account); });
}

bool Peers::is_connected_to(const Endpoint& at) const {
    return std::any_of(peers_.begin(), peers_.end(), [&](const auto& one) {
        const Peer& peer = one.second;
        const std::uint16_t port = peer.inbound() ? peer.hello.port : peer.remote.port;
        return peer.remote.ip == at.ip && port == at.port;
    });
}

void Peers::send(Peer& peer, const Message& message, Effects& out) {
    if (peer.stage == Peer::Stage::leaving) return;
    Bytes bytes = encode(message, peer.raw);
    peer.queued += bytes.size();
    out.push_back(Send{peer.id, std::move(bytes)});
    if (peer.queued > max_queued) drop(peer, "it reads too slowly", out);
}

void Peers::drop(Peer& peer, std::string why, Effects& out) {
    if (peer.stage == Peer::Stage::leaving) return;
    peer.stage = Peer::Stage::leaving;
    peer.farewell = std::move(why);
    out.push_back(Drop{peer.id});
}

void Peers::set_reading(Peer& peer, Instant now, Effects& out) {
    if (peer.slowed_until_ms && *peer.slowed_until_ms <= now.steady_ms) peer.slowed_until_ms.reset();
    const bool stop = peer.unchecked >= max_unchecked || peer.slowed_until_ms.has_value();
    if (stop == peer.stopped || peer.stage == Peer::Stage::leaving) return;
    peer.stopped = stop;
    out.push_back(Throttle{peer.id, stop});
}

/// All queues together are bounded: the longest goes first.
void Peers::trim_queues(Effects& out) {
    std::size_t sum = 0;
    for (const auto& [id, peer] : peers_) sum += peer.queued;
    while (sum > max_queued_all) {
        Peer* longest = nullptr;
        for (auto& [id, peer] : peers_)
            if (peer.stage != Peer::Stage::leaving && (longest == nullptr || peer.queued > longest->queued))
                longest = &peer;
        if (longest == nullptr) return;
        sum -= longest->queued;
        drop(*longest, "the send queues are full", out);
    }
}

void Peers::on_time(Instant now, Random& random, Effects& out) {
    for (auto& [id, peer] : peers_) {
        if (peer.stage == Peer::Stage::leaving) continue;
        set_reading(peer, now, out);
        if (peer.stage == Peer::Stage::hello) {
            if (now.steady_ms >= peer.connected_ms + hello_within_ms) drop(peer, "it said no HELLO", out);
        } else if (now.steady_ms >= peer.heard_ms + silent_for_ms) {
            drop(peer, "it fell silent", out);
        } else if (!peer.ping_sent_ms && now.steady_ms >= peer.heard_ms + ping_after_ms) {
            peer.ping = random.next_u64();
            peer.ping_sent_ms = now.steady_ms;
            send(peer, Ping{peer.ping}, out);
        }
    }
    trim_queues(out);
}

std::uint64_t Peers::next_deadline(const Peer& peer) {
    if (peer.stage == Peer::Stage::hello) return peer.connected_ms + hello_within_ms;
    std::uint64_t next = peer.heard_ms + (peer.ping_sent_ms ? silent_for_ms : ping_after_ms);
    if (peer.slowed_until_ms) next = std::min(next, *peer.slowed_until_ms);
    return next;
}

std::optional<std::uint64_t> Peers::wake_at() const {
    std::optional<std::uint64_t> out;
    for (const auto& [id, peer] : peers_) {
        if (peer.stage == Peer::Stage::leaving) continue;
        const std::uint64_t next = next_deadline(peer);
        if (!out || next < *out) out = next;
    }
    return out;
}

PeerInfo Peers::info(const Peer& peer, const Standing& standing, Instant now) {
    PeerInfo out;
    out.id = peer.id;
    out.at = peer.remote;
    out.name = peer.name;
    out.inbound = peer.inbound();
    out.ready = peer.ready();
    out.height = peer.hello.height;
    out.latency_ms = peer.latency_ms;
    out.agent = peer.hello.agent;
    out.score = standing.score(peer.account, now);
    out.since = peer.since;
    out.kept = peer.kept;
    return out;
}

} // namespace cairn::net
