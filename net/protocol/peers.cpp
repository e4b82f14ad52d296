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

void Peers::remove(PeerId id, Instant now, Effects& out) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    queued_ -= found->second.queued;
    const bool shared = is_shared(found->second.account);
    if (shared) shared_unchecked_ -= found->second.unchecked;
    peers_.erase(found);
    if (shared) set_shared_reading(now, out); // the others may have waited for its work to be done
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

bool is_same_host(const Endpoint& a, const Endpoint& b) {
    return a.ip == b.ip || (is_loopback(a) && is_loopback(b));
}

template <typename Test> std::size_t count_of(const std::map<PeerId, Peer>& peers, Test test) {
    return static_cast<std::size_t>(
        std::count_if(peers.begin(), peers.end(), [&](const auto& one) { return test(one.second); }));
}

} // namespace

Peer* Peers::find_twin(const Peer& peer) {
    const std::uint64_t nonce = peer.hello.nonce;
    for (auto& [id, other] : peers_)
        if (nonce != 0 && other.id != peer.id && other.ready() && other.hello.nonce == nonce &&
            !(other.inbound() && peer.inbound()) && is_same_host(other.remote, peer.remote))
            return &other;
    return nullptr;
}

bool Peers::has_twin(const Peer& peer) const {
    return std::any_of(peers_.begin(), peers_.end(), [&](const auto& one) {
        const Peer& other = one.second;
        return other.id != peer.id && other.stage != Peer::Stage::leaving && peer.hello.nonce != 0 &&
               other.hello.nonce == peer.hello.nonce && is_same_host(other.remote, peer.remote);
    });
}

std::size_t Peers::ready_count() const {
    return count_of(peers_, [](const Peer& peer) { return peer.ready(); });
}

std::size_t Peers::inbound_count() const {
    return count_of(peers_, [](const Peer& peer) { return peer.inbound(); });
}

std::size_t Peers::inbound_count(const StandingKey& account) const {
    return count_of(peers_, [&](const Peer& peer) { return peer.inbound() && peer.account == account; });
}

bool Peers::is_connected_to(const Endpoint& at) const {
    return std::any_of(peers_.begin(), peers_.end(),
                       [&](const auto& one) { return !one.second.confirms && one.second.service() == at; });
}

void Peers::send(Peer& peer, const Message& message, Effects& out) {
    if (peer.stage == Peer::Stage::leaving) return;
    Bytes bytes = encode(message, peer.raw);
    set_queued(peer, peer.queued + bytes.size());
    out.push_back(Send{peer.id, std::move(bytes)});
    if (peer.queued > max_queued_of(peer)) drop(peer, "it reads too slowly", out);
    if (queued_ > max_queued_all) trim_queues(out);
}

std::size_t Peers::max_queued_of(const Peer& peer) const {
    constexpr std::size_t beside = 512u << 10; // lines, and what is told unasked
    const std::size_t largest = limits_.max_block_bytes * (peer.raw ? 1 : 2);
    return std::max(max_queued, Answers::send_room + largest + beside);
}

void Peers::set_queued(Peer& peer, std::size_t bytes) {
    queued_ += bytes - peer.queued;
    peer.queued = bytes;
}

void Peers::drop(Peer& peer, std::string why, Effects& out) {
    if (peer.stage == Peer::Stage::leaving) return;
    peer.stage = Peer::Stage::leaving;
    peer.farewell = std::move(why);
    out.push_back(Drop{peer.id});
}

void Peers::set_reading(Peer& peer, Instant now, Effects& out) {
    if (peer.slowed_until_ms && *peer.slowed_until_ms <= now.steady_ms) peer.slowed_until_ms.reset();
    const std::size_t unchecked = is_shared(peer.account) ? shared_unchecked_ : peer.unchecked;
    const bool stop = unchecked >= max_unchecked || peer.slowed_until_ms.has_value();
    if (stop == peer.stopped || peer.stage == Peer::Stage::leaving) return;
    peer.stopped = stop;
    out.push_back(Throttle{peer.id, stop});
}

/// Those whose account is the shared one have one budget of work.
void Peers::set_shared_reading(Instant now, Effects& out) {
    for (auto& [id, peer] : peers_)
        if (is_shared(peer.account)) set_reading(peer, now, out);
}

void Peers::add_unchecked(Peer& peer, std::size_t bytes, Instant now, Effects& out) {
    peer.unchecked += bytes;
    if (!is_shared(peer.account)) return set_reading(peer, now, out);
    shared_unchecked_ += bytes;
    set_shared_reading(now, out);
}

void Peers::take_unchecked(Peer& peer, std::size_t bytes, Instant now, Effects& out) {
    const std::size_t taken = std::min(peer.unchecked, bytes);
    peer.unchecked -= taken;
    if (!is_shared(peer.account)) return set_reading(peer, now, out);
    shared_unchecked_ -= taken;
    set_shared_reading(now, out);
}

void Peers::set_account(Peer& peer, const StandingKey& account, Instant now, Effects& out) {
    if (is_shared(peer.account)) shared_unchecked_ -= peer.unchecked;
    peer.account = account;
    if (is_shared(peer.account)) shared_unchecked_ += peer.unchecked;
    set_reading(peer, now, out);
    set_shared_reading(now, out);
}

/// All queues together are bounded: the longest goes first. What is leaving is flushed within a second.
void Peers::trim_queues(Effects& out) {
    std::size_t sum = 0;
    for (const auto& [id, peer] : peers_)
        if (peer.stage != Peer::Stage::leaving) sum += peer.queued;
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
        if (peer.is_greeting()) {
            if (now.steady_ms >= peer.connected_ms + hello_within_ms) drop(peer, "it said no HELLO", out);
        } else if (now.steady_ms >= peer.heard_ms + silent_for_ms) {
            drop(peer, "it fell silent", out);
        } else if (now.steady_ms >= ping_due(peer)) {
            peer.ping = random.next_u64();
            peer.ping_sent_ms = now.steady_ms;
            send(peer, Ping{peer.ping}, out);
        }
    }
}

/// After a while of silence; a lost answer stops no further one.
std::uint64_t Peers::ping_due(const Peer& peer) {
    return std::max(peer.heard_ms, peer.ping_sent_ms.value_or(0)) + ping_after_ms;
}

std::uint64_t Peers::next_deadline(const Peer& peer) {
    std::uint64_t next = peer.is_greeting() ? peer.connected_ms + hello_within_ms
                                            : std::min(peer.heard_ms + silent_for_ms, ping_due(peer));
    if (peer.slowed_until_ms || peer.unheard)
        next = std::min(next, peer.slowed_until_ms.value_or(peer.heard_ms));
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
