#include <protocol/transaction_requests.hpp>

#include <algorithm>
#include <tuple>

namespace cairn::net {
namespace {

constexpr std::uint32_t most_late = 16;      // so that a peer that recovers is trusted again
constexpr std::uint64_t look_again_ms = 500; // where others offer it, but were asked for enough

} // namespace

void TransactionRequests::add_peer(PeerId peer, bool preferred) { peers_[peer].preferred = preferred; }

void TransactionRequests::remove_peer(PeerId peer, std::uint64_t now_ms) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    const auto offers = std::exchange(found->second.offers, {}); // drop_source changes them
    for (const auto& [order, id] : offers) {
        const auto entry = wanted_.find(id);
        const bool asked = entry->second.asked == peer;
        if (asked) unask(entry);
        drop_source(entry, peer);
        if (asked || entry->second.sources.empty()) settle(entry, now_ms);
    }
    asks_.erase(peer);
    peers_.erase(peer);
}

bool TransactionRequests::offer(PeerId peer, const WitnessId& id, std::uint64_t now_ms) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return false;
    Peer& from = found->second;
    if (from.offers.size() >= max_offers) return false;
    const auto [entry, is_new] = wanted_.try_emplace(id);
    Wanted& wanted = entry->second;
    if (std::any_of(wanted.sources.begin(), wanted.sources.end(),
                    [&](const Source& source) { return source.peer == peer; }))
        return true;
    wanted.sources.push_back({peer, orders_});
    from.offers.emplace(orders_++, id);
    if (!wanted.asked) {
        settle(entry, now_ms);
        return true;
    }
    // Whoever is asked already had its time, or is known to let us wait: rather this one.
    const PeerId asked = *wanted.asked;
    const bool overdue = now_ms >= wanted.asked_at + patience_ms;
    const bool worse = peers_.at(asked).late > 0 && from.late == 0;
    if (from.may_ask() && (overdue || worse)) {
        unask(entry);
        if (overdue) {
            note_late(asked);
            drop_source(entry, asked);
        }
        ask(entry, peer, now_ms);
        pump(asked, now_ms);
    }
    return true;
}

bool TransactionRequests::delivered(PeerId peer, const WitnessId& id, std::uint64_t now_ms) {
    const auto entry = wanted_.find(id);
    if (entry == wanted_.end()) return false;
    const auto& sources = entry->second.sources;
    const bool offered = std::any_of(sources.begin(), sources.end(),
                                     [&](const Source& source) { return source.peer == peer; });
    if (offered) {
        Peer& from = peers_.at(peer);
        from.late -= from.late > 0 ? 1 : 0;
    }
    forget(id, now_ms);
    return offered;
}

void TransactionRequests::forget(const WitnessId& id, std::uint64_t now_ms) {
    const auto entry = wanted_.find(id);
    if (entry == wanted_.end()) return;
    const auto asked = entry->second.asked;
    erase(entry);
    if (asked) pump(*asked, now_ms);
}

bool TransactionRequests::missing(PeerId peer, const WitnessId& id, std::uint64_t now_ms) {
    const auto entry = wanted_.find(id);
    if (entry == wanted_.end() || entry->second.asked != peer) return false;
    unask(entry);
    drop_source(entry, peer);
    settle(entry, now_ms);
    pump(peer, now_ms);
    return true;
}

std::map<PeerId, std::uint32_t> TransactionRequests::expire(std::uint64_t now_ms) {
    std::map<PeerId, std::uint32_t> out;
    while (!deadlines_.empty() && deadlines_.begin()->first <= now_ms) {
        const auto entry = wanted_.find(deadlines_.begin()->second);
        Wanted& wanted = entry->second;
        const PeerId asked = *wanted.asked;
        const bool over = now_ms >= wanted.asked_at + long_patience_ms;
        if (!over && !best_source(wanted)) { // others are busy, or there are none
            set_deadline(entry, wanted.sources.size() > 1
                                    ? std::min(now_ms + look_again_ms, wanted.asked_at + long_patience_ms)
                                    : wanted.asked_at + long_patience_ms);
            continue;
        }
        out[asked] += over ? silent_cost : late_cost;
        note_late(asked);
        unask(entry);
        drop_source(entry, asked);
        settle(entry, now_ms);
        pump(asked, now_ms);
    }
    return out;
}

std::map<PeerId, TransactionRequests::Ids> TransactionRequests::take_asks() {
    std::map<PeerId, Ids> out;
    for (const auto& [peer, ids] : asks_)
        for (const WitnessId& id : ids) { // some may have come, or are asked of others, since
            const auto entry = wanted_.find(id);
            if (entry == wanted_.end() || entry->second.asked != peer) continue;
            Ids& asked = out[peer]; // max_in_flight at most
            if (std::find(asked.begin(), asked.end(), id) == asked.end()) asked.push_back(id);
        }
    asks_.clear();
    return out;
}

std::optional<std::uint64_t> TransactionRequests::wake_at() const {
    if (!asks_.empty()) return 0;
    return deadlines_.empty() ? std::nullopt : std::optional(deadlines_.begin()->first);
}

/// Of those that may be asked and are not asked already: who let us wait least, then who we chose, then who
/// has least to do, then who offered it first.
std::optional<PeerId> TransactionRequests::best_source(const Wanted& wanted) const {
    const Peer* best = nullptr;
    std::optional<PeerId> out;
    for (const Source& source : wanted.sources) {
        const Peer& peer = peers_.at(source.peer);
        if (!peer.may_ask() || wanted.asked == source.peer) continue;
        const auto rank = [](const Peer& one) { return std::tuple(one.late, !one.preferred, one.in_flight); };
        if (best != nullptr && rank(*best) <= rank(peer)) continue;
        best = &peer;
        out = source.peer;
    }
    return out;
}

void TransactionRequests::ask(Entry entry, PeerId peer, std::uint64_t now_ms) {
    Wanted& wanted = entry->second;
    for (const Source& source : wanted.sources) peers_.at(source.peer).ready.erase(source.order);
    wanted.asked = peer;
    wanted.asked_at = now_ms;
    ++peers_.at(peer).in_flight;
    set_deadline(entry, now_ms + patience_ms);
    asks_[peer].push_back(entry->first);
}

void TransactionRequests::unask(Entry entry) {
    Wanted& wanted = entry->second;
    deadlines_.erase({wanted.deadline, entry->first});
    --peers_.at(*wanted.asked).in_flight;
    wanted.asked.reset();
}

void TransactionRequests::set_deadline(Entry entry, std::uint64_t at_ms) {
    deadlines_.erase({entry->second.deadline, entry->first});
    entry->second.deadline = at_ms;
    deadlines_.emplace(at_ms, entry->first);
}

void TransactionRequests::drop_source(Entry entry, PeerId peer) {
    std::vector<Source>& sources = entry->second.sources;
    const auto source =
        std::find_if(sources.begin(), sources.end(), [&](const Source& one) { return one.peer == peer; });
    if (source == sources.end()) return;
    Peer& from = peers_.at(peer);
    from.offers.erase(source->order);
    from.ready.erase(source->order);
    sources.erase(source);
}

void TransactionRequests::settle(Entry entry, std::uint64_t now_ms) {
    if (entry->second.sources.empty()) {
        erase(entry);
    } else if (const auto best = best_source(entry->second)) {
        ask(entry, *best, now_ms);
    } else {
        for (const Source& source : entry->second.sources) peers_.at(source.peer).ready.insert(source.order);
    }
}

void TransactionRequests::erase(Entry entry) {
    if (entry->second.asked) unask(entry);
    for (const Source& source : entry->second.sources) {
        Peer& from = peers_.at(source.peer);
        from.offers.erase(source.order);
        from.ready.erase(source.order);
    }
    wanted_.erase(entry);
}

void TransactionRequests::note_late(PeerId peer) {
    Peer& from = peers_.at(peer);
    from.late = std::min(from.late + 1, most_late);
}

void TransactionRequests::pump(PeerId peer, std::uint64_t now_ms) {
    Peer& from = peers_.at(peer);
    while (from.may_ask() && !from.ready.empty())
        ask(wanted_.find(from.offers.at(*from.ready.begin())), peer, now_ms);
}

} // namespace cairn::net
