#include <protocol/own_payments.hpp>
#include <store/outbox.hpp>

#include <algorithm>
#include <utility>

namespace cairn::net {
namespace {

using chain::RefusalCode;

Uint128 cost_of(const Transaction& tx) { return total_out(tx.fields().body) + tx.fields().fee.units(); }

Amount saturated(Uint128 units) {
    return Amount::from_units(static_cast<std::uint64_t>(std::min<Uint128>(units, UINT64_MAX)));
}

Nonce confirmed_nonce(const chain::Chain& chain, const crypto::Address& sender) {
    const auto account = chain.account(sender);
    return account ? account->nonce : Nonce{};
}

} // namespace

// --- the entries ---

const Transaction* OwnPayments::find(const TxId& id) const {
    const auto place = places_.find(id);
    if (place == places_.end()) return nullptr;
    const Entry& found = senders_.at(place->second.first).entries.at(place->second.second);
    return found.confirmed ? nullptr : &found.tx;
}

const Transaction* OwnPayments::at(const crypto::Address& address, Nonce nonce) const {
    const auto found = senders_.find(address);
    if (found == senders_.end()) return nullptr;
    const auto one = found->second.entries.find(nonce);
    return one == found->second.entries.end() ? nullptr : &one->second.tx;
}

void OwnPayments::insert(const Transaction& tx) {
    const crypto::Address address = tx.sender();
    const Nonce nonce = tx.fields().nonce;
    if (const Transaction* replaced = at(address, nonce)) erase(replaced->id());
    Sender& sender = senders_[address];
    sender.entries.emplace(nonce, Entry{tx, std::nullopt});
    sender.nonces.insert(nonce);
    if (nonce >= sender.waits_from) sender.waiting += cost_of(tx);
    places_.insert_or_assign(tx.id(), std::pair(address, nonce));
    if (tx.fields().expiry != 0) expiries_.emplace(tx.fields().expiry, tx.id());
}

void OwnPayments::put(const Transaction& tx) {
    // Before the one it replaces goes: a crash between the two must leave one of them.
    outbox_.put(tx);
    const Transaction* replaced = at(tx.sender(), tx.fields().nonce);
    // Who has the former one may still confirm it: neither is here alone.
    if (replaced && outbox_.is_told(replaced->id())) outbox_.note_told(tx.id());
    insert(tx);
    changed_ = true;
}

void OwnPayments::erase(TxId id) {
    const auto place = places_.find(id);
    if (place == places_.end()) return;
    const auto [address, nonce] = place->second;
    const auto found = senders_.find(address);
    Sender& sender = found->second;
    const auto gone = sender.entries.find(nonce);
    const Transaction& tx = gone->second.tx;
    if (nonce >= sender.waits_from) sender.waiting -= cost_of(tx);
    if (tx.fields().expiry != 0) expiries_.erase({tx.fields().expiry, id});
    if (const auto height = gone->second.confirmed) burials_.erase({height->value, id});
    places_.erase(place);
    untaken_.erase(id);
    sender.nonces.erase(nonce);
    sender.entries.erase(gone);
    if (sender.entries.empty()) senders_.erase(found);
    outbox_.erase(id);
    changed_ = true;
}

void OwnPayments::note_place(const TxId& id, std::optional<Height> confirmed) {
    const auto place = places_.find(id);
    if (place == places_.end()) return;
    const auto& [address, nonce] = place->second;
    Sender& sender = senders_.at(address);
    Entry& one = sender.entries.at(nonce);
    if (one.confirmed) burials_.erase({one.confirmed->value, id});
    one.confirmed = confirmed;
    note_taken(id);
    if (confirmed) {
        burials_.emplace(confirmed->value, id);
    } else {
        sender.settled = std::min(sender.settled, nonce);
        note_told(id); // by the block that was taken back
    }
}

bool OwnPayments::note_told(const TxId& id) {
    if (!places_.contains(id) || outbox_.is_told(id)) return false;
    outbox_.note_told(id);
    changed_ = true;
    return true;
}

void OwnPayments::move_end(Sender& sender, Nonce waits_from) {
    const auto cost_between = [&sender](Nonce from, Nonce to) {
        Uint128 sum = 0;
        for (auto at = sender.entries.lower_bound(from); at != sender.entries.end() && at->first < to; ++at)
            sum += cost_of(at->second.tx);
        return sum;
    };
    if (sender.waits_from < waits_from)
        sender.waiting -= cost_between(sender.waits_from, waits_from);
    else
        sender.waiting += cost_between(waits_from, sender.waits_from);
    sender.waits_from = waits_from;
}

std::vector<TxId> OwnPayments::expired(Height next) const {
    std::vector<TxId> out;
    for (const auto& [expiry, id] : expiries_) {
        if (expiry >= next.value) break;
        if (find(id) != nullptr) out.push_back(id); // one that was confirmed in time stays until it is buried
    }
    return out;
}

std::vector<TxId> OwnPayments::buried(Height tip) const {
    std::vector<TxId> out;
    for (const auto& [height, id] : burials_) {
        if (std::uint64_t{height} + buried_after_ > tip.value) break;
        out.push_back(id);
    }
    return out;
}

/// Another payment took their nonce.
std::vector<TxId> OwnPayments::overtaken(const chain::Chain& chain) {
    std::vector<TxId> out;
    for (auto& [address, sender] : senders_) {
        const Nonce confirmed = confirmed_nonce(chain, address);
        for (auto at = sender.entries.lower_bound(sender.settled);
             at != sender.entries.end() && at->first < confirmed; ++at)
            if (!at->second.confirmed) out.push_back(at->second.tx.id());
        sender.settled = confirmed;
    }
    return out;
}

// --- into the mempool ---

void OwnPayments::let_in(const crypto::Address& address, const chain::Chain& chain, chain::Mempool& mempool) {
    const auto found = senders_.find(address);
    if (found == senders_.end()) return;
    Sender& sender = found->second;
    const Nonce confirmed = confirmed_nonce(chain, address);
    Nonce next = mempool.next_nonce(address, confirmed);
    for (auto at = sender.entries.find(next); at != sender.entries.end() && at->first == next; ++at) {
        // Signed by us and kept under a checksum: the signature holds.
        const auto admitted = mempool.admit(at->second.tx, chain.accounts(), chain.height().next(), true);
        if (!admitted) break; // the later ones have a gap before them
        note_evicted(admitted->evicted);
        next = next.next();
    }
    move_end(sender, next);
}

void OwnPayments::let_all_in(const chain::Chain& chain, chain::Mempool& mempool) {
    for (const auto& [address, sender] : senders_) let_in(address, chain, mempool);
}

/// What the mempool gave up for a better one waits again.
void OwnPayments::note_evicted(const std::vector<TxId>& evicted) {
    for (const TxId& id : evicted) {
        const auto place = places_.find(id);
        if (place == places_.end()) continue;
        untaken_.erase(id);
        Sender& sender = senders_.at(place->second.first);
        if (place->second.second < sender.waits_from) move_end(sender, place->second.second);
    }
}

/// The mempool's own end tells: one that a payment of the same nonce replaced leaves no gap in it.
bool OwnPayments::note_gone(const std::vector<TxId>& gone, const chain::Chain& chain,
                            const chain::Mempool& mempool) {
    bool any = false;
    for (const TxId& id : gone) {
        const auto place = places_.find(id);
        if (place == places_.end()) continue;
        untaken_.erase(id);
        const crypto::Address& address = place->second.first;
        move_end(senders_.at(address), mempool.next_nonce(address, confirmed_nonce(chain, address)));
        any = true;
    }
    return any;
}

void OwnPayments::open(const chain::Chain& chain, chain::Mempool& mempool) {
    // Two of one nonce: a crash came before the replaced one was erased. The later one stays.
    for (const Transaction& tx : outbox_.all()) insert(tx);
    std::vector<TxId> used; // their nonces are
    for (const auto& [id, place] : places_)
        if (place.second < confirmed_nonce(chain, place.first)) used.push_back(id);
    const auto heights = chain.heights_of(used);
    for (std::size_t i = 0; i < used.size(); ++i)
        if (heights[i] && chain.height().value - heights[i]->value < buried_after_)
            note_place(used[i], heights[i]);
        else
            erase(used[i]); // buried, or another payment took its nonce
    for (const TxId& id : expired(chain.height().next())) erase(id);
    let_all_in(chain, mempool);
}

std::optional<chain::Refusal> OwnPayments::check_funds(const Transaction& tx, const Account& account,
                                                       const chain::Mempool& mempool) const {
    const crypto::Address address = tx.sender();
    Uint128 taken = mempool.pending(address).outgoing.units();
    if (const auto found = senders_.find(address); found != senders_.end()) taken += found->second.waiting;
    if (const Transaction* replaced = at(address, tx.fields().nonce))
        taken -= std::min(taken, cost_of(*replaced));
    if (taken + cost_of(tx) <= account.balance.units()) return std::nullopt;
    const Uint128 left = account.balance.units() > taken ? account.balance.units() - taken : 0;
    return chain::Refusal{RefusalCode::insufficient_funds, {}, {}, saturated(cost_of(tx)), saturated(left)};
}

std::optional<chain::Refusal> OwnPayments::check_waiting(const Transaction& tx, const chain::Chain& chain,
                                                         const chain::Mempool& mempool,
                                                         bool signature_checked) const {
    if (places_.contains(tx.id())) return chain::Refusal{RefusalCode::already_known, {}, {}, {}, {}};
    const crypto::Address address = tx.sender();
    const auto account = chain.account(address);
    if (!account) return chain::Refusal{RefusalCode::unknown_sender, {}, {}, {}, {}};
    const Nonce next = next_nonce(address, mempool.next_nonce(address, account->nonce));
    const Nonce nonce = tx.fields().nonce;
    if (nonce > next) return chain::Refusal{RefusalCode::nonce_gap, {}, next, {}, {}};

    if (auto refusal = check_funds(tx, *account, mempool)) return refusal;
    const Transaction* replaced = at(address, nonce); // which waits: the mempool is short of its nonce
    const Amount fee = tx.fields().fee;
    if (const Amount least = mempool.least_fee(tx.size()); fee < least)
        return chain::Refusal{RefusalCode::fee_too_low, {}, {}, least, {}};
    if (replaced)
        if (const Amount least = chain::least_replacement_fee(replaced->fields().fee, tx.size()); fee < least)
            return chain::Refusal{RefusalCode::replacement_fee_too_low, {}, {}, least, {}};
    if (const auto least = chain::short_new_account(chain.network(), tx, chain.accounts()))
        return chain::Refusal{RefusalCode::new_account_too_small, {}, {}, *least, {}};
    if (!signature_checked && !consensus::check_signature(chain.network(), tx))
        return chain::Refusal{
            RefusalCode::rule, consensus::RuleError{consensus::RuleCode::signature, 0}, {}, {}, {}};
    return std::nullopt;
}

Result<OwnPayments::Admitted, chain::Refusal> OwnPayments::submit(const Transaction& tx,
                                                                  const chain::Chain& chain,
                                                                  chain::Mempool& mempool,
                                                                  bool signature_checked) {
    // The mempool knows nothing of what waits, which must stay covered when this one goes before it.
    if (!waiting_outgoing(tx.sender()).is_zero() && !places_.contains(tx.id()))
        if (const auto account = chain.account(tx.sender()); account && tx.fields().nonce >= account->nonce)
            if (auto refusal = check_funds(tx, *account, mempool)) return fail(*refusal);
    const auto admission = mempool.admit(tx, chain.accounts(), chain.height().next(), signature_checked);
    if (admission) {
        put(tx);
        untaken_.insert(tx.id());
        note_evicted(admission->evicted);
        let_in(tx.sender(), chain, mempool); // what waited for this one
        return Admitted{false, admission->replaced};
    }
    // A gap in the mempool alone is none here: what comes before may wait.
    const auto why = admission.error().code;
    if (why != RefusalCode::nonce_too_far && why != RefusalCode::nonce_gap) return fail(admission.error());
    if (auto refusal = check_waiting(tx, chain, mempool, signature_checked)) return fail(*refusal);
    const crypto::Address sender = tx.sender();
    const Transaction* old = at(sender, tx.fields().nonce);
    const auto replaced = old ? std::optional(old->id()) : std::nullopt;
    put(tx);
    let_in(sender, chain, mempool);
    return Admitted{tx.fields().nonce >= senders_.at(sender).waits_from, replaced};
}

bool OwnPayments::forget(const TxId& id, chain::Mempool& mempool) {
    const auto place = places_.find(id);
    if (place == places_.end() || outbox_.is_told(id)) return false;
    mempool.remove(id);
    // With it the mempool gave up the later ones of its sender.
    Sender& sender = senders_.at(place->second.first);
    if (place->second.second < sender.waits_from) move_end(sender, place->second.second);
    erase(id);
    return true;
}

bool OwnPayments::fold(const chain::Events& events, const chain::Chain& chain, chain::Mempool& mempool) {
    if (senders_.empty()) return std::exchange(changed_, false);
    for (const chain::Event& event : events) {
        if (const auto* up = std::get_if<chain::BlockConnected>(&event)) {
            for (const Transaction& tx : up->block->transactions) note_place(tx.id(), up->info.height());
        } else if (const auto* down = std::get_if<chain::BlockDisconnected>(&event)) {
            for (const Transaction& tx : down->block->transactions) note_place(tx.id(), std::nullopt);
        }
    }
    drop(overtaken(chain), PaymentDropped::Why::overtaken);
    drop(expired(chain.height().next()), PaymentDropped::Why::expired);
    for (const TxId& id : buried(chain.height())) erase(id);
    let_all_in(chain, mempool);
    return std::exchange(changed_, false);
}

void OwnPayments::drop(const std::vector<TxId>& ids, PaymentDropped::Why why) {
    for (const TxId& id : ids) {
        const auto place = places_.find(id);
        if (place == places_.end()) continue;
        dropped_.push_back({*at(place->second.first, place->second.second), why});
        erase(id);
    }
}

// --- queries ---

std::vector<Transaction> OwnPayments::pending() const {
    std::vector<Transaction> out;
    out.reserve(places_.size());
    for (const auto& [address, sender] : senders_)
        for (const auto& [nonce, one] : sender.entries)
            if (!one.confirmed) out.push_back(one.tx);
    return out;
}

Nonce OwnPayments::next_nonce(const crypto::Address& sender, Nonce from) const {
    const auto found = senders_.find(sender);
    return found == senders_.end() ? from : found->second.nonces.first_missing(from);
}

Amount OwnPayments::waiting_outgoing(const crypto::Address& sender) const {
    const auto found = senders_.find(sender);
    return found == senders_.end() ? Amount{} : saturated(found->second.waiting);
}

} // namespace cairn::net
