// The relay held in the hand, on a mempool in memory: no node, no sockets, time as told. For one thread.
#pragma once

#include "unit/chain/mempool_harness.hpp"
#include <protocol/transaction_relay.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace cairn::test {

using net::PeerId;
using net::TransactionRelay;

inline constexpr PeerId alice{1};
inline constexpr PeerId bob{2};
inline constexpr PeerId carol{3};
inline constexpr std::uint64_t relay_fee = 2'000;

class RelayHarness : public MempoolHarness {
  public:
    explicit RelayHarness(chain::MempoolOptions options = {}) : MempoolHarness(options), relay(network()) {}

    TransactionRelay::Pool state() { return {pool, ledger.accounts(), next()}; }
    Instant now() const { return {Time{}, ms}; }

    void join(PeerId peer, bool preferred = false) {
        relay.add_peer(peer, preferred, now());
        settle();
    }
    /// Until nothing is due, a second at most; what was to be sent is collected.
    void settle() { pass(1'000); }
    void pass(std::uint64_t span) {
        const std::uint64_t end = ms + span;
        for (auto at = relay.wake_at(); at && *at <= end; at = relay.wake_at()) {
            ms = std::max(ms, *at);
            const auto due = relay.flush(pool, now());
            for (const auto& one : due) take(one);
        }
        ms = end;
    }
    void take(const TransactionRelay::Due& due) {
        auto& to = sent[due.peer];
        to.get.insert(to.get.end(), due.get.begin(), due.get.end());
        to.inv.insert(to.inv.end(), due.inv.begin(), due.inv.end());
        if (due.fee) to.fee = due.fee;
        to.cost += due.cost;
    }
    /// What was sent to the peer since it was asked last.
    TransactionRelay::Due to(PeerId peer) {
        TransactionRelay::Due out = sent[peer];
        sent.erase(peer);
        return out;
    }
    std::uint32_t inv(PeerId peer, const std::vector<Hash256>& ids) {
        return relay.on_inv(peer, ids, pool, now());
    }
    std::uint32_t inv(PeerId peer, const Transaction& tx) { return inv(peer, {tx.witness_id().bytes}); }
    TransactionRelay::Taken tx(PeerId peer, const Transaction& what) {
        return relay.on_tx(peer, what, state(), now());
    }
    std::vector<TxId> fold_all(const chain::Events& events) {
        fold(events);
        return relay.fold(events, state(), now()).admitted;
    }

    TransactionRelay relay;
    std::map<PeerId, TransactionRelay::Due> sent;
    std::uint64_t ms = 1'000'000;
};

inline std::vector<Hash256> ids_of(std::initializer_list<Transaction> txs) {
    std::vector<Hash256> out;
    for (const Transaction& one : txs) out.push_back(one.witness_id().bytes);
    return out;
}

inline std::vector<Hash256> made_up(std::uint64_t count, std::uint64_t seed) {
    Prng random(seed);
    std::vector<Hash256> out(count);
    for (Hash256& id : out) random.fill(id);
    return out;
}

inline Transaction with_broken_signature(const Transaction& tx) {
    auto signature = tx.signature();
    signature.bytes[40] ^= 1;
    return {tx.fields(), signature};
}

} // namespace cairn::test
