#include <protocol/own_payments.hpp>
#include <store/outbox.hpp>

namespace cairn::net {
namespace {

crypto::Address sender_of(const Transaction& tx) { return crypto::address_of(tx.fields().sender); }

Uint128 cost_of(const Transaction& tx) { return total_out(tx.fields().body) + tx.fields().fee.units(); }

bool is_expired(const Transaction& tx, Height next) {
    return tx.fields().expiry != 0 && tx.fields().expiry < next.value;
}

} // namespace

OwnPayments::Entry* OwnPayments::entry(const TxId& id) {
    const auto place = places_.find(id);
    if (place == places_.end()) return nullptr;
    return &by_sender_.at(place->second.first).at(place->second.second);
}

const Transaction* OwnPayments::find(const TxId& id) const {
    const auto place = places_.find(id);
    if (place == places_.end()) return nullptr;
    const Entry& found = by_sender_.at(place->second.first).at(place->second.second);
    return found.confirmed ? nullptr : &found.tx;
}

void OwnPayments::put(const Transaction& tx, bool waits) {
    const crypto::Address sender = sender_of(tx);
    const Nonce nonce = tx.fields().nonce;
    // Before the one it replaces goes: a crash between the two must leave one of them.
    outbox_.put(tx);
    auto& slot = by_sender_[sender];
    if (const auto old = slot.find(nonce); old != slot.end()) erase(old->second.tx.id()); // replaced
    by_sender_[sender].emplace(nonce, Entry{tx, waits, std::nullopt});
    places_.emplace(tx.id(), std::pair(sender, nonce));
    changed_ = true;
}

void OwnPayments::erase(TxId id) {
    const auto place = places_.find(id);
    if (place == places_.end()) return;
    const auto [sender, nonce] = place->second;
    places_.erase(place);
    auto slot = by_sender_.find(sender);
    slot->second.erase(nonce);
    if (slot->second.empty()) by_sender_.erase(slot);
    outbox_.erase(id);
    changed_ = true;
}

void OwnPayments::open(const chain::Chain& chain, chain::Mempool& mempool) {
    for (const Transaction& tx : outbox_.all()) {
        const crypto::Address sender = sender_of(tx);
        // Two of one nonce: a crash came before the replaced one was erased.
        if (auto& slot = by_sender_[sender]; slot.contains(tx.fields().nonce))
            erase(slot.at(tx.fields().nonce).tx.id());
        by_sender_[sender].insert_or_assign(tx.fields().nonce, Entry{tx, true, std::nullopt});
        places_.insert_or_assign(tx.id(), std::pair(sender, tx.fields().nonce));
    }
    std::vector<TxId> gone;
    for (auto& [sender, entries] : by_sender_) {
        const auto account = chain.account(sender);
        const Nonce next = account ? account->nonce : Nonce{};
        for (auto& [nonce, one] : entries) {
            if (nonce >= next) {
                if (is_expired(one.tx, chain.height().next())) gone.push_back(one.tx.id());
                continue;
            }
            const auto location = chain.transaction(one.tx.id());
            if (location && location->confirmations <= buried_after) {
                one.confirmed = location->block.height();
                one.waits = false;
            } else {
                gone.push_back(one.tx.id()); // buried, or another payment took its nonce
            }
        }
    }
    for (const TxId& id : gone) erase(id);
    let_in(chain, mempool);
}

std::optional<chain::Refusal> OwnPayments::check_waiting(const Transaction& tx, const chain::Chain& chain,
                                                         const chain::Mempool& mempool) const {
    using chain::RefusalCode;
    const crypto::Address sender = sender_of(tx);
    const auto account = chain.account(sender);
    if (!account) return chain::Refusal{RefusalCode::unknown_sender, {}, {}, {}, {}};
    const Nonce next = next_nonce(sender, mempool.next_nonce(sender, account->nonce));
    const auto slot = by_sender_.find(sender);
    const bool replaces = slot != by_sender_.end() && slot->second.contains(tx.fields().nonce);
    if (tx.fields().nonce > next) return chain::Refusal{RefusalCode::nonce_gap, {}, next, {}, {}};
    Uint128 taken =
        static_cast<Uint128>(mempool.pending(sender).outgoing.units()) + waiting_outgoing(sender).units();
    if (replaces) {
        const Transaction& old = slot->second.at(tx.fields().nonce).tx;
        const std::uint64_t step = old.fields().fee.units() / 10 + 1;
        const Amount needed = Amount::from_units(old.fields().fee.units() + step);
        if (tx.fields().fee < needed)
            return chain::Refusal{RefusalCode::replacement_fee_too_low, {}, {}, needed, {}};
        taken -= cost_of(old);
    }
    if (taken + cost_of(tx) > account->balance.units()) {
        const Uint128 left = account->balance.units() > taken ? account->balance.units() - taken : 0;
        const Uint128 cost = std::min<Uint128>(cost_of(tx), UINT64_MAX);
        return chain::Refusal{RefusalCode::insufficient_funds,
                              {},
                              {},
                              Amount::from_units(static_cast<std::uint64_t>(cost)),
                              Amount::from_units(static_cast<std::uint64_t>(left))};
    }
    if (const Amount least = mempool.least_fee(tx.size()); tx.fields().fee < least)
        return chain::Refusal{RefusalCode::fee_too_low, {}, {}, least, {}};
    if (!consensus::check_signature(chain.network(), tx))
        return chain::Refusal{
            RefusalCode::rule, consensus::RuleError{consensus::RuleCode::signature, 0}, {}, {}, {}};
    return std::nullopt;
}

Result<OwnPayments::Admitted, chain::Refusal>
OwnPayments::submit(const Transaction& tx, const chain::Chain& chain, chain::Mempool& mempool) {
    const auto admission = mempool.admit(tx, chain.accounts(), chain.height().next());
    if (admission) {
        put(tx, false);
        return Admitted{false, admission->replaced};
    }
    // A gap in the mempool alone is none here: what comes before may wait.
    const auto why = admission.error().code;
    if (why != chain::RefusalCode::nonce_too_far && why != chain::RefusalCode::nonce_gap)
        return fail(admission.error());
    if (auto refusal = check_waiting(tx, chain, mempool)) return fail(*refusal);
    put(tx, true);
    return Admitted{true, std::nullopt};
}

bool OwnPayments::forget(const TxId& id, chain::Mempool& mempool) {
    const bool ours = entry(id) != nullptr;
    mempool.remove(id);
    erase(id);
    return ours;
}

void OwnPayments::let_in(const chain::Chain& chain, chain::Mempool& mempool) {
    for (auto& [sender, entries] : by_sender_)
        for (auto& [nonce, one] : entries) {
            if (one.confirmed || mempool.find(one.tx.id()) != nullptr) continue;
            // Signed by us and kept under a checksum: the signature holds.
            one.waits = !mempool.admit(one.tx, chain.accounts(), chain.height().next(), true).has_value();
            if (one.waits) break; // the later ones have a gap before them
        }
}

bool OwnPayments::fold(const chain::Events& events, const chain::Chain& chain, chain::Mempool& mempool) {
    if (by_sender_.empty()) return std::exchange(changed_, false);
    for (const chain::Event& event : events) {
        if (const auto* up = std::get_if<chain::BlockConnected>(&event)) {
            for (const Transaction& tx : up->block->transactions)
                if (Entry* one = entry(tx.id())) one->confirmed = up->info.height();
        } else if (const auto* down = std::get_if<chain::BlockDisconnected>(&event)) {
            for (const Transaction& tx : down->block->transactions)
                if (Entry* one = entry(tx.id())) one->confirmed.reset();
        }
    }
    std::vector<TxId> gone;
    for (const auto& [sender, entries] : by_sender_) {
        const auto account = chain.account(sender);
        for (const auto& [nonce, one] : entries) {
            const bool done = one.confirmed ? chain.height().value >= one.confirmed->value + buried_after
                                            : (account && nonce < account->nonce) ||
                                                  is_expired(one.tx, chain.height().next());
            if (done) gone.push_back(one.tx.id());
        }
    }
    for (const TxId& id : gone) erase(id);
    let_in(chain, mempool);
    return std::exchange(changed_, false);
}

std::vector<Transaction> OwnPayments::pending() const {
    std::vector<Transaction> out;
    for (const auto& [sender, entries] : by_sender_)
        for (const auto& [nonce, one] : entries)
            if (!one.confirmed) out.push_back(one.tx);
    return out;
}

Nonce OwnPayments::next_nonce(const crypto::Address& sender, Nonce from) const {
    const auto slot = by_sender_.find(sender);
    if (slot == by_sender_.end()) return from;
    for (auto at = slot->second.find(from); at != slot->second.end() && at->first == from; ++at)
        from = from.next();
    return from;
}

Amount OwnPayments::waiting_outgoing(const crypto::Address& sender) const {
    Uint128 sum = 0;
    if (const auto slot = by_sender_.find(sender); slot != by_sender_.end())
        for (const auto& [nonce, one] : slot->second)
            if (one.waits && !one.confirmed) sum += cost_of(one.tx);
    return Amount::from_units(static_cast<std::uint64_t>(std::min<Uint128>(sum, UINT64_MAX)));
}

} // namespace cairn::net
