#include <protocol/cost.hpp>
#include <protocol/transaction_relay.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace cairn::net {
namespace {

constexpr std::size_t walk_step = 100;        // transactions looked at for one batch
constexpr std::uint64_t fee_step_ms = 10'000; // how often the least fee is looked at
constexpr std::uint64_t usual_fee = 1;        // units a byte: what need not be told
constexpr std::uint64_t no_fee_suffices = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t measured_bytes = 1'000; // of the transaction whose least fee is told

WitnessId witness(const Hash256& id) { return WitnessId{id}; }

/// To be refused by whoever knows the network, whatever the state: rules 7 and 8 but for the expiry.
bool is_nobodys(const chain::Refusal& refusal) {
    return refusal.rule && refusal.rule->code != consensus::RuleCode::tx_expired;
}

} // namespace

TransactionRelay::TransactionRelay(const consensus::Network& network) : network_(network) {}

void TransactionRelay::add_peer(PeerId peer, bool preferred, Instant /*now*/) {
    peers_.try_emplace(peer);
    news_ = true;
    requests_.add_peer(peer, preferred);
    fees_at_ = 0;
}

void TransactionRelay::remove_peer(PeerId peer, Instant now) {
    requests_.remove_peer(peer, now.steady_ms);
    orphans_.remove_peer(peer);
    peers_.erase(peer);
}

void TransactionRelay::set_synced(bool synced) {
    if (synced != synced_) fees_at_ = 0;
    synced_ = synced;
}

// --- what peers send ---

std::uint32_t TransactionRelay::on_inv(PeerId peer, std::span<const Hash256> ids,
                                       const chain::Mempool& mempool, Instant now) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return 0;
    Peer& from = found->second;
    const std::size_t granted = from.incoming.take(ids.size(), now.steady_ms);
    auto out = static_cast<std::uint32_t>(ids.size() - granted) * cost::excess_inv;
    for (const Hash256& bytes : ids.first(granted)) {
        const WitnessId id = witness(bytes);
        from.known.insert(id);
        if (!synced_ || mempool.find(id) || rejected_.contains(id) || confirmed_.contains(id)) continue;
        if (const auto displaced = orphans_.add_owner(peer, id))
            out += static_cast<std::uint32_t>(*displaced) * cost::displaced_orphan;
        else
            requests_.offer(peer, id, now.steady_ms);
    }
    return out;
}

TransactionRelay::Taken TransactionRelay::on_tx(PeerId peer, const Transaction& tx, Pool pool, Instant now) {
    Taken out;
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return out;
    Peer& from = found->second;
    const WitnessId& id = tx.witness_id();
    from.known.insert(id);
    // Asked or not: its offer took a token, or it takes one now.
    if (!requests_.delivered(peer, id, now.steady_ms) && from.incoming.take(1, now.steady_ms) == 0) {
        out.passed_over = true;
        out.cost = cost::excess_tx;
        return out;
    }
    if (const auto displaced = orphans_.add_owner(peer, id)) {
        chain::Refusal gap;
        gap.code = chain::RefusalCode::nonce_gap;
        out.refusal = gap;
        out.orphan = true;
        out.cost = static_cast<std::uint32_t>(*displaced) * cost::displaced_orphan;
        return out;
    }
    const auto admission = pool.mempool.admit(tx, pool.accounts, pool.next);
    if (admission) {
        note_admitted(tx, *admission, now, out);
        admit_orphans(tx.sender(), pool, now, out);
        return out;
    }
    out.refusal = admission.error();
    if (out.refusal->code == chain::RefusalCode::nonce_gap && keep_orphan(peer, tx, pool, now, out))
        return out;
    if (is_nobodys(*out.refusal)) out.cost = cost::broken_rule;
    // By its witness id: with another signature it may be sound.
    if (!pool.mempool.find(id)) rejected_.insert(id);
    return out;
}

/// True where it is kept. Else it is of no use, or its signature does not hold: then the refusal says so.
bool TransactionRelay::keep_orphan(PeerId peer, const Transaction& tx, Pool pool, Instant now, Taken& out) {
    const auto number = pool.accounts.find(tx.sender());
    const Uint128 needed = total_out(tx.fields().body) + tx.fields().fee.units();
    if (!number || needed > pool.accounts.at(*number).balance.units()) return false;
    if (tx.fields().fee < pool.mempool.least_fee(tx.size())) return false;
    if (!consensus::check_signature(network_, tx)) {
        out.refusal->code = chain::RefusalCode::rule;
        out.refusal->rule = consensus::RuleError{consensus::RuleCode::signature};
        return false;
    }
    const std::size_t displaced = orphans_.add(peer, tx, now.steady_ms);
    out.orphan = true;
    out.cost = static_cast<std::uint32_t>(displaced) * cost::displaced_orphan;
    return true;
}

TransactionRelay::Given TransactionRelay::on_get(PeerId peer, std::span<const Hash256> ids,
                                                 const chain::Mempool& mempool, Instant now) {
    Given out;
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return out;
    Peer& to = found->second;
    out.answers.reserve(ids.size());
    std::size_t bytes = 0;
    for (const Hash256& one : ids) {
        const WitnessId id = witness(one);
        const Transaction* tx = mempool.find(id);
        if (tx && bytes + tx->size() > max_answer_bytes) tx = nullptr;
        if (!tx) {
            const bool is_told = to.known.contains(id); // and it is confirmed, replaced or evicted by now
            if (!is_told || to.misses.take(1, now.steady_ms) == 0) out.cost += cost::unknown_get;
        } else {
            if (to.served.contains(id))
                out.cost += cost::repeated_get + static_cast<std::uint32_t>(tx->size() / 256);
            to.served.insert(id);
            to.known.insert(id);
            bytes += tx->size();
        }
        out.answers.push_back({one, tx});
    }
    const std::uint64_t excess = bytes - to.bytes.take(bytes, now.steady_ms);
    out.cost += static_cast<std::uint32_t>(excess / 4'096) * cost::excess_page;
    return out;
}

bool TransactionRelay::on_missing(PeerId peer, const Hash256& id, Instant now) {
    return requests_.missing(peer, witness(id), now.steady_ms);
}

std::uint32_t TransactionRelay::on_fee(PeerId peer, std::uint64_t units_per_byte, Instant now) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return 0;
    Peer& from = found->second;
    if (from.fees_in.take(1, now.steady_ms) == 0) return cost::excess_fee;
    if (from.least_fee == no_fee_suffices) from.known.clear(); // it passed over what we told it meanwhile
    if (units_per_byte < from.least_fee) {
        walk_again(from);
        news_ = true;
    }
    from.least_fee = units_per_byte;
    return 0;
}

// --- what happens here ---

void TransactionRelay::walk_again(Peer& peer) {
    if (peer.walking && peer.walked) peer.walk_twice = true;
    peer.walking = true;
}

void TransactionRelay::announce(const WitnessId& id) {
    news_ = true;
    for (auto& [to, peer] : peers_) {
        if (peer.known.contains(id)) continue;
        if (peer.queue.size() < max_queue)
            peer.queue.push_back(id);
        else
            walk_again(peer); // which finds it
    }
}

/// While it was confirmed here, nobody could have it from us: who asked was told 404, whoever we told of it.
void TransactionRelay::announce_again(const Block& taken_back, const chain::Mempool& mempool) {
    for (const Transaction& tx : taken_back.transactions) {
        if (!mempool.find(tx.witness_id())) continue;
        for (auto& [to, peer] : peers_) peer.known.erase(tx.witness_id());
        announce(tx.witness_id());
    }
}

void TransactionRelay::note_admitted(const Transaction& tx, const chain::Admission& admission, Instant now,
                                     Taken& out) {
    requests_.forget(tx.witness_id(), now.steady_ms);
    out.admitted.push_back(tx.id());
    if (admission.replaced) out.gone.push_back(*admission.replaced);
    out.gone.insert(out.gone.end(), admission.evicted.begin(), admission.evicted.end());
    announce(tx.witness_id());
}

void TransactionRelay::admit_orphans(const crypto::Address& sender, Pool pool, Instant now, Taken& out) {
    for (const Transaction& tx : orphans_.of(sender)) {
        const auto admission = pool.mempool.admit(tx, pool.accounts, pool.next, true);
        if (!admission && admission.error().code == chain::RefusalCode::nonce_gap) return; // so have the rest
        orphans_.erase(tx.witness_id());
        if (admission)
            note_admitted(tx, *admission, now, out);
        else
            rejected_.insert(tx.witness_id());
    }
}

void TransactionRelay::set_own(std::span<const WitnessId> ids, const chain::Mempool& mempool, Instant now) {
    if (own_.empty()) own_again_at_ = now.steady_ms + own_again_ms;
    const std::set<WitnessId> listed(ids.begin(), ids.end());
    std::erase_if(own_, [&](const auto& one) { return !listed.contains(one.second.id); });
    std::erase_if(own_numbers_, [&](const auto& one) { return !listed.contains(one.first); });
    for (const WitnessId& id : ids)
        if (own_numbers_.try_emplace(id, next_own_).second) own_.emplace(next_own_++, Own{id, false});
    for (auto& [number, own] : own_) {
        if (own.announced || !mempool.find(own.id)) continue;
        own.announced = true;
        announce(own.id);
    }
}

TransactionRelay::Taken TransactionRelay::fold(const chain::Events& events, Pool pool, Instant now) {
    std::set<crypto::Address> touched;
    std::vector<const Block*> taken_back; // newest first
    for (const chain::Event& event : events) {
        const auto* up = std::get_if<chain::BlockConnected>(&event);
        const auto* down = std::get_if<chain::BlockDisconnected>(&event);
        if (!up && !down) continue;
        rejected_.clear();
        if (down) {
            confirmed_.clear();
            taken_back.push_back(down->block.get());
        }
        for (const Transaction& tx : (up ? up->block : down->block)->transactions) {
            if (orphans_.count() > 0) touched.insert(tx.sender());
            if (!up) continue;
            confirmed_.insert(tx.witness_id());
            requests_.forget(tx.witness_id(), now.steady_ms);
            orphans_.erase(tx.witness_id());
        }
    }
    for (auto block = taken_back.rbegin(); block != taken_back.rend(); ++block)
        announce_again(**block, pool.mempool);
    Taken out;
    for (const crypto::Address& sender : touched) admit_orphans(sender, pool, now, out);
    return out;
}

// --- what is sent ---

std::vector<TransactionRelay::Due> TransactionRelay::flush(const chain::Mempool& mempool, Instant now) {
    const std::uint64_t now_ms = now.steady_ms;
    std::map<PeerId, Due> due;
    for (const auto& [peer, charged] : requests_.expire(now_ms)) due[peer].cost = charged;
    orphans_.expire(now_ms);
    for (const auto& [peer, ids] : requests_.take_asks())
        for (const WitnessId& id : ids) due[peer].get.push_back(id.bytes);

    if (!own_.empty() && now_ms >= own_again_at_) {
        own_again_at_ = now_ms + own_again_ms;
        for (auto& [id, peer] : peers_) peer.own_next = 0;
        news_ = true;
    }
    if (news_ && (!batch_at_ || now_ms >= *batch_at_)) {
        news_ = false;
        for (auto& [id, peer] : peers_) {
            if (!has_news(peer)) continue;
            batch_at_ = now_ms + batch_ms;
            if (auto ids = next_batch(peer, mempool, now); !ids.empty()) due[id].inv = std::move(ids);
            if (has_news(peer)) news_ = true;
        }
    }
    if (!peers_.empty() && now_ms >= fees_at_) {
        fees_at_ = now_ms + fee_step_ms;
        const std::uint64_t least =
            synced_ ? mempool.least_fee(measured_bytes).units() / measured_bytes : no_fee_suffices;
        for (auto& [id, peer] : peers_)
            if (const auto fee = fee_to_tell(peer, least, now)) due[id].fee = fee;
    }

    std::vector<Due> out;
    out.reserve(due.size());
    for (auto& [peer, one] : due) {
        one.peer = peer;
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<Hash256> TransactionRelay::next_batch(Peer& peer, const chain::Mempool& mempool,
                                                  Instant now) const {
    const std::size_t room = peer.outgoing.available(now.steady_ms);
    std::vector<Hash256> out;
    const auto tell = [&](const WitnessId& id, bool own) {
        const Transaction* tx = mempool.find(id);
        if (!tx) return;
        if (!own && tx->fields().fee.units() < Uint128{peer.least_fee} * tx->size()) return;
        peer.known.insert(id);
        out.push_back(id.bytes);
    };
    while (peer.own_next && out.size() < room) {
        const auto own = own_.lower_bound(*peer.own_next);
        if (own == own_.end()) {
            peer.own_next.reset();
            break;
        }
        peer.own_next = own->first + 1;
        tell(own->second.id, true); // even if it knew it once, whatever fee it asks for
    }
    for (; !peer.queue.empty() && out.size() < room; peer.queue.pop_front())
        if (!peer.known.contains(peer.queue.front())) tell(peer.queue.front(), false);
    if (peer.walking && peer.queue.empty()) walk(peer, mempool, room, out);
    peer.outgoing.take(out.size(), now.steady_ms);
    return out;
}

/// Over what the mempool holds, a step each time: in the order of nonces, so that nothing comes as an orphan.
void TransactionRelay::walk(Peer& peer, const chain::Mempool& mempool, std::size_t room,
                            std::vector<Hash256>& out) {
    const auto step = mempool.after(peer.walked, walk_step);
    const Transaction* last = nullptr;
    for (const Transaction* tx : step) {
        if (out.size() >= room) break;
        last = tx;
        const WitnessId& id = tx->witness_id();
        if (peer.known.contains(id) || tx->fields().fee.units() < Uint128{peer.least_fee} * tx->size())
            continue;
        peer.known.insert(id);
        out.push_back(id.bytes);
    }
    const bool ended = step.size() < walk_step && (step.empty() || last == step.back());
    if (ended) {
        peer.walking = std::exchange(peer.walk_twice, false);
        peer.walked.reset();
    } else if (last) {
        peer.walked = chain::MempoolPlace{(*last).sender(), last->fields().nonce};
    }
}

/// Told when it moved by more than a quarter.
std::optional<std::uint64_t> TransactionRelay::fee_to_tell(Peer& peer, std::uint64_t least, Instant now) {
    if (!peer.told_fee && least <= usual_fee) return std::nullopt;
    const std::uint64_t told = peer.told_fee.value_or(usual_fee);
    const std::uint64_t moved = least > told ? least - told : told - least;
    if (moved <= told / 4 || peer.fees_out.take(1, now.steady_ms) == 0) return std::nullopt;
    peer.told_fee = least;
    return least;
}

bool TransactionRelay::has_news(const Peer& peer) {
    return peer.own_next || !peer.queue.empty() || peer.walking;
}

std::optional<std::uint64_t> TransactionRelay::wake_at() const {
    std::optional<std::uint64_t> out;
    const auto at = [&](std::optional<std::uint64_t> when) {
        if (when && (!out || *when < *out)) out = when;
    };
    at(requests_.wake_at());
    at(orphans_.wake_at());
    if (!own_.empty() && !peers_.empty()) at(own_again_at_);
    if (!peers_.empty()) at(fees_at_);
    if (news_ && !peers_.empty()) at(batch_at_.value_or(0));
    return out;
}

} // namespace cairn::net
