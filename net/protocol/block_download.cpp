#include <protocol/block_download.hpp>

#include <algorithm>
#include <tuple>

namespace cairn::net {

// --- peers ---

void BlockDownload::add_peer(PeerId peer) { peers_.try_emplace(peer); }

void BlockDownload::remove_peer(PeerId peer) {
    const auto gone = peers_.find(peer);
    if (gone == peers_.end()) return;
    release_all(gone->second, 0);
    peers_.erase(gone);
}

void BlockDownload::shows(PeerId peer, const std::optional<BlockId>& best, const Uint256& work) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    found->second.work = work;
    if (found->second.best == best) return;
    found->second.best = best;
    found->second.is_path_stale = true;
}

// --- asking ---

BlockDownload::Assignment BlockDownload::assign(const chain::Chain& chain, const HeaderTree& tree,
                                                Instant now) {
    const std::uint64_t now_ms = now.steady_ms;
    Assignment out;
    prune(tree, now_ms);
    for (auto& [id, peer] : peers_) refresh_path(peer, chain, tree);
    find_stalls(chain, now_ms, out.stalls);
    retry_ms_.reset();
    for (auto* one : in_order(least_work_of_interest(chain), now_ms)) {
        auto ids = assign_to(one->first, one->second, tree, now_ms);
        if (!ids.empty()) out.gets.emplace_back(one->first, std::move(ids));
    }
    for (auto& [id, peer] : peers_) note_blocking(peer, chain, now_ms);
    note_wake(now_ms);
    return out;
}

/// Forgets what the tree no longer has: it was stored in another way, condemned, or nobody shows it.
void BlockDownload::prune(const HeaderTree& tree, std::uint64_t now_ms) {
    const bool all = tree.cuts() != cuts_;
    cuts_ = tree.cuts();
    for (auto& [peer_id, peer] : peers_) {
        if (all) peer.is_path_stale = true;
        std::erase_if(peer.late, [&](const auto& one) { return one.second.until_ms <= now_ms; });
        std::vector<BlockId> gone;
        for (const auto& [id, since] : peer.in_flight)
            if (tree.find(id) == nullptr) gone.push_back(id);
        for (const BlockId& id : gone) {
            const auto pending = blocks_.find(id);
            make_late(peer, id, pending->second.place, now_ms);
            erase(pending);
        }
    }
    if (!all) return;
    for (auto one = blocks_.begin(); one != blocks_.end();) {
        const auto next = std::next(one);
        if (tree.find(one->first) == nullptr) erase(one);
        one = next;
    }
}

/// The missing blocks of the peer's branch, from the lowest on.
void BlockDownload::refresh_path(Peer& peer, const chain::Chain& chain, const HeaderTree& tree) const {
    while (!peer.is_path_stale && peer.path_begin < peer.path.size()) {
        const BlockId& lowest = peer.path[peer.path_begin];
        if (tree.find(lowest) != nullptr) break;
        peer.is_path_stale = !chain.point(lowest);
        ++peer.path_begin;
        peer.below_first = lowest;
        peer.first = peer.first.next();
        if (peer.cursor > 0) --peer.cursor;
    }
    const bool reaches_best = !peer.path.empty() && peer.best == peer.path.back();
    if (!peer.is_path_stale && (reaches_best || peer.path.size() - peer.path_begin >= window_blocks)) return;
    peer.is_path_stale = false;
    peer.path_begin = 0;
    peer.cursor = 0;
    peer.path = peer.best ? tree.path(*peer.best, 2 * window_blocks) : std::vector<BlockId>{};
    if (peer.path.empty()) return;
    const HeaderTree::Entry* first = tree.find(peer.path.front());
    peer.first = first->point.height;
    peer.below_first = first->head.header.parent;
}

/// Those who can be asked: who answered well comes first, so that the lowest blocks are theirs.
std::vector<BlockDownload::Peers::value_type*> BlockDownload::in_order(const Uint256& least_work,
                                                                       std::uint64_t now_ms) {
    std::vector<Peers::value_type*> out;
    out.reserve(peers_.size());
    quickest_ms_ = unproven_ms;
    for (auto& one : peers_) {
        const Peer& peer = one.second;
        if (peer.is_proven) quickest_ms_ = std::min(quickest_ms_, peer.response_ms);
        if (peer.best && peer.work > least_work && peer.paused_ms <= now_ms) out.push_back(&one);
    }
    std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
        return std::tuple(a->second.stalls, a->second.response_ms, a->first) <
               std::tuple(b->second.stalls, b->second.response_ms, b->first);
    });
    return out;
}

std::size_t BlockDownload::free_slots(const Peer& peer) const {
    const bool is_slow = !peer.is_proven || peer.response_ms > 4 * quickest_ms_ + 250;
    const std::size_t most = is_slow && peers_.size() > 1 ? slow_in_flight : in_flight_per_peer;
    const std::size_t used = peer.in_flight.size() + peer.late.size();
    return most - std::min(most, used);
}

/// For the block that all wait for, a peer that is slow or unknown is better than one that is silent.
bool BlockDownload::can_take_lowest(const Peer& peer) {
    return peer.in_flight.size() + peer.late.size() < in_flight_per_peer;
}

/// Memory is reserved for the largest block there can be. The lowest block of a branch is always fetched:
/// with it others leave.
bool BlockDownload::has_room(bool is_lowest) const {
    return is_lowest || waiting_bytes_ + (in_flight_ + 1) * max_block_bytes_ <= window_bytes;
}

std::vector<BlockId> BlockDownload::assign_to(PeerId id, Peer& peer, const HeaderTree& tree,
                                              std::uint64_t now_ms) {
    std::vector<BlockId> out;
    std::size_t free = free_slots(peer);
    std::size_t end = std::min(peer.path.size() - peer.path_begin, window_blocks);
    if (free == 0 && can_take_lowest(peer)) {
        free = 1;
        end = std::min<std::size_t>(end, 1);
    }
    std::optional<std::size_t> first_refused;
    std::size_t at = peer.cursor;
    for (; at < end && free > 0; ++at) {
        const BlockId& block = peer.path[peer.path_begin + at];
        if (blocks_.contains(block)) continue;
        if (const auto refused = peer.refused.find(block); refused != peer.refused.end()) {
            if (refused->second > now_ms) {
                retry_ms_ = std::min(retry_ms_.value_or(refused->second), refused->second);
                if (!first_refused) first_refused = at;
                continue;
            }
            peer.refused.erase(refused);
        }
        const HeaderTree::Entry* entry = tree.find(block);
        if (entry == nullptr || !has_room(at == 0)) break;
        start(id, peer, *entry, now_ms);
        out.push_back(block);
        --free;
    }
    peer.cursor = first_refused.value_or(at);
    return out;
}

void BlockDownload::start(PeerId id, Peer& peer, const HeaderTree::Entry& entry, std::uint64_t now_ms) {
    Pending pending;
    pending.place = {entry.point.height, entry.head.header.parent};
    pending.peer = id;
    blocks_.emplace(entry.point.id, std::move(pending));
    peer.in_flight.emplace(entry.point.id, now_ms);
    peer.late.erase(entry.point.id);
    ++in_flight_;
}

bool BlockDownload::reserve(PeerId peer, const BlockId& id, const HeaderTree& tree, Instant now) {
    const auto found = peers_.find(peer);
    const HeaderTree::Entry* entry = tree.find(id);
    if (found == peers_.end() || entry == nullptr || blocks_.contains(id)) return false;
    if (!can_take_lowest(found->second)) return false; // the whole may have to be asked for
    start(peer, found->second, *entry, now.steady_ms);
    return true;
}

// --- silence ---

/// Of what the peer was asked for, a block whose parent is stored: others' bodies wait for it. The time
/// counts for one block: with other bodies nobody buys more.
void BlockDownload::note_blocking(Peer& peer, const chain::Chain& chain, std::uint64_t now_ms) const {
    const auto is_blocking = [&](const BlockId& id) {
        const BlockId& parent = blocks_.at(id).place.parent;
        return !blocks_.contains(parent) && chain.find(parent).has_value();
    };
    if (peer.blocking && peer.in_flight.contains(*peer.blocking) && is_blocking(*peer.blocking)) return;
    peer.blocking.reset();
    for (const auto& [id, since] : peer.in_flight) {
        if (!is_blocking(id)) continue;
        peer.blocking = id;
        peer.blocking_ms = now_ms;
        return;
    }
}

bool BlockDownload::can_replace(PeerId silent, const BlockId& id, std::uint64_t now_ms) const {
    const Height height = blocks_.at(id).place.height;
    return std::any_of(peers_.begin(), peers_.end(), [&](const auto& one) {
        const Peer& peer = one.second;
        if (one.first == silent || peer.paused_ms > now_ms || !can_take_lowest(peer)) return false;
        if (height < peer.first || peer.refused.contains(id)) return false;
        const std::size_t at = peer.path_begin + (height.value - peer.first.value);
        return at < peer.path.size() && peer.path[at] == id;
    });
}

void BlockDownload::find_stalls(const chain::Chain& chain, std::uint64_t now_ms, std::vector<Stall>& out) {
    for (auto& [id, peer] : peers_) {
        note_blocking(peer, chain, now_ms);
        peer.check_ms.reset();
        if (!peer.blocking || now_ms < peer.blocking_ms + timeout_ms_) continue;
        const bool is_alone = !can_replace(id, *peer.blocking, now_ms);
        if (is_alone && now_ms < peer.blocking_ms + last_timeout_ms) {
            peer.check_ms = peer.blocking_ms + last_timeout_ms;
            continue;
        }
        release_all(peer, now_ms);
        ++peer.stalls;
        peer.paused_ms = now_ms + (is_alone ? last_timeout_ms : timeout_ms_);
        timeout_ms_ = std::min(2 * timeout_ms_, last_timeout_ms);
        out.push_back({id, is_alone});
    }
}

void BlockDownload::note_wake(std::uint64_t now_ms) {
    wake_ms_ = retry_ms_;
    const auto note = [&](std::uint64_t at) { wake_ms_ = std::min(wake_ms_.value_or(at), at); };
    for (const auto& [id, peer] : peers_) {
        if (peer.blocking) note(peer.check_ms.value_or(peer.blocking_ms + timeout_ms_));
        if (peer.best && peer.paused_ms > now_ms) note(peer.paused_ms);
    }
}

// --- what comes ---

bool BlockDownload::is_asked(PeerId peer) const {
    const auto found = peers_.find(peer);
    return found != peers_.end() && !found->second.in_flight.empty();
}

bool BlockDownload::received(PeerId from, const BlockId& id, std::size_t bytes, const HeaderTree& tree,
                             Instant now) {
    if (!asked(from, id)) return false;
    Peer& peer = peers_.at(from);
    const std::uint64_t now_ms = now.steady_ms;
    if (const auto asked_for = peer.in_flight.find(id); asked_for != peer.in_flight.end()) {
        const std::uint64_t took = now_ms - std::max(asked_for->second, peer.last_body_ms);
        peer.response_ms = peer.is_proven ? (3 * peer.response_ms + took) / 4 : took;
        peer.is_proven = true;
        if (peer.stalls > 0) --peer.stalls;
        timeout_ms_ = std::max(first_timeout_ms, timeout_ms_ - timeout_ms_ / 8);
    }
    peer.last_body_ms = now_ms;
    Pending arrived;
    if (const auto late = peer.late.find(id); late != peer.late.end()) {
        arrived.place = late->second.place;
        peer.late.erase(late);
    }
    const bool is_wanted = tree.find(id) != nullptr;
    if (const auto known = blocks_.find(id); known != blocks_.end()) {
        if (known->second.stage != Stage::in_flight) return false;
        arrived.place = known->second.place;
        if (known->second.peer != from) make_late(peers_.at(known->second.peer), id, arrived.place, now_ms);
        erase(known);
    }
    if (!is_wanted) return false;
    arrived.stage = Stage::checking;
    arrived.peer = from;
    arrived.bytes = bytes;
    waiting_bytes_ += bytes;
    blocks_.emplace(id, std::move(arrived));
    return true;
}

void BlockDownload::missing(PeerId from, const BlockId& id, Instant now) {
    const auto found = peers_.find(from);
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    peer.late.erase(id);
    if (!peer.in_flight.contains(id)) return;
    const auto pending = blocks_.find(id);
    const Height height = pending->second.place.height;
    erase(pending);
    refuse(peer, id, now.steady_ms + missing_retry_ms, now.steady_ms);
    rewind(height);
}

std::optional<PeerId> BlockDownload::checked(const BlockId& id, chain::BlockPtr block, Instant now) {
    const auto pending = blocks_.find(id);
    if (pending == blocks_.end() || pending->second.stage != Stage::checking) return std::nullopt;
    const PeerId giver = pending->second.peer;
    const Place place = pending->second.place;
    if (block == nullptr) {
        erase(pending);
        if (const auto peer = peers_.find(giver); peer != peers_.end())
            refuse(peer->second, id, UINT64_MAX, now.steady_ms);
        rewind(place.height);
        return giver;
    }
    pending->second.stage = Stage::ready;
    pending->second.block = std::move(block);
    if (blocks_.contains(place.parent))
        ready_after_[place.parent].insert(id);
    else
        ready_.emplace(place.height, id);
    return giver;
}

chain::BlockPtr BlockDownload::take_next(const chain::Chain& chain, const HeaderTree& tree) {
    for (auto one = ready_.begin(); one != ready_.end();) {
        const auto pending = blocks_.find(one->second);
        ++one; // erase() takes the present one out, and those it adds stand higher
        if (tree.find(pending->first) == nullptr) {
            erase(pending);
            one = ready_.begin();
            continue;
        }
        // On a condemned one as well: that is for the chain to refuse.
        if (!chain.find(pending->second.place.parent)) continue;
        chain::BlockPtr out = std::move(pending->second.block);
        erase(pending);
        return out;
    }
    return nullptr;
}

// --- keeping the books ---

void BlockDownload::make_late(Peer& peer, const BlockId& id, const Place& place, std::uint64_t now_ms) {
    peer.late.insert_or_assign(id, Late{place, now_ms + last_timeout_ms});
}

/// Who refuses much is left alone for a while, and costs no memory.
void BlockDownload::refuse(Peer& peer, const BlockId& id, std::uint64_t until_ms, std::uint64_t now_ms) {
    constexpr std::size_t most = 64;
    peer.refused.insert_or_assign(id, until_ms);
    if (peer.refused.size() <= most) return;
    peer.refused.clear();
    ++peer.stalls;
    peer.paused_ms = now_ms + missing_retry_ms;
}

void BlockDownload::release_all(Peer& peer, std::uint64_t now_ms) {
    const auto in_flight = peer.in_flight;
    for (const auto& [id, since] : in_flight) {
        const auto pending = blocks_.find(id);
        const Place place = pending->second.place;
        make_late(peer, id, place, now_ms);
        erase(pending);
        rewind(place.height);
    }
    peer.blocking.reset();
}

/// Takes a block out of the books, wherever it stands.
void BlockDownload::erase(std::map<BlockId, Pending>::iterator pending) {
    const BlockId id = pending->first;
    const Pending& block = pending->second;
    if (block.stage == Stage::in_flight) {
        --in_flight_;
        peers_.at(block.peer).in_flight.erase(id);
    } else {
        waiting_bytes_ -= block.bytes;
        ready_.erase({block.place.height, id});
        if (const auto siblings = ready_after_.find(block.place.parent); siblings != ready_after_.end()) {
            siblings->second.erase(id);
            if (siblings->second.empty()) ready_after_.erase(siblings);
        }
    }
    blocks_.erase(pending);
    const auto waiting = ready_after_.find(id);
    if (waiting == ready_after_.end()) return;
    for (const BlockId& child : waiting->second) ready_.emplace(blocks_.at(child).place.height, child);
    ready_after_.erase(waiting);
}

/// A block of this height is to be asked for again.
void BlockDownload::rewind(Height to) {
    for (auto& [id, peer] : peers_)
        if (to >= peer.first) peer.cursor = std::min<std::size_t>(peer.cursor, to.value - peer.first.value);
}

} // namespace cairn::net
