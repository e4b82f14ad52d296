// The user's own transactions until they are buried: the durable outbox, and of it what waits beyond the
// mempool's window. Owned by the node. Whatever is asked of one payment costs the logarithm of how many
// there are.
#pragma once

#include <chain/chain.hpp>
#include <chain/mempool.hpp>
#include <protocol/io.hpp>
#include <protocol/nonce_runs.hpp>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cairn::store {
class Outbox;
} // namespace cairn::store

namespace cairn::net {

class OwnPayments {
  public:
    /// A confirmed payment leaves the outbox when its block is `buried_after` deep: deeper than any
    /// reorganisation goes unasked (ChainOptions::max_reorg), which would free it, and the mempool forgets.
    OwnPayments(store::Outbox& outbox, std::uint32_t buried_after)
        : outbox_(outbox), buried_after_(buried_after) {}

    /// Takes what an earlier run left into the mempool, where it is still of use.
    void open(const chain::Chain& chain, chain::Mempool& mempool);

    struct Admitted {
        bool waits = false; ///< beyond the window
        std::optional<TxId> replaced;
    };
    /// Into the mempool, or, beyond its window, among those that wait; and into the outbox. What waits keeps
    /// the mempool's rules: with all that is pending it is covered by the balance, and it replaces one of the
    /// same nonce for as much more. `signature_checked`: rule 8 was found to hold elsewhere.
    Result<Admitted, chain::Refusal> submit(const Transaction& tx, const chain::Chain& chain,
                                            chain::Mempool& mempool, bool signature_checked = false);
    /// Takes it back, from the mempool too; false where others may have it, and nothing is done.
    bool forget(const TxId& id, chain::Mempool& mempool);

    /// Peers were told of it. True where it is one of ours and that is news.
    bool note_told(const TxId& id);
    /// One of them has it.
    void note_taken(const TxId& id) { untaken_.erase(id); }
    /// Some that came to the mempool in this run are here alone, as far as is known.
    bool any_untaken() const { return !untaken_.empty(); }

    /// Follows the chain, after the mempool did: notes what was confirmed, drops what is buried, and lets in
    /// what waited. True where the outbox changed.
    bool fold(const chain::Events& events, const chain::Chain& chain, chain::Mempool& mempool);

    /// These left the mempool for others' sake, replaced or evicted: those of ours that no longer stand there
    /// wait again. True where one of them was ours.
    bool note_gone(const std::vector<TxId>& gone, const chain::Chain& chain, const chain::Mempool& mempool);

    /// What fold() found to be of no use any more, since the last call: it is not sent again.
    std::vector<PaymentDropped> take_dropped() { return std::exchange(dropped_, {}); }

    /// Not confirmed, in order of sender and nonce.
    std::vector<Transaction> pending() const;
    const Transaction* find(const TxId& id) const;
    /// After all of `sender` that waits; `from` is the mempool's answer.
    Nonce next_nonce(const crypto::Address& sender, Nonce from) const;
    /// Amounts and fees of all of `sender` that waits.
    Amount waiting_outgoing(const crypto::Address& sender) const;

  private:
    struct Entry {
        Transaction tx;
        std::optional<Height> confirmed;
    };
    struct Sender {
        std::map<Nonce, Entry> entries; ///< never empty
        NonceRuns nonces;               ///< of the entries
        Nonce waits_from;               ///< what is below stands in the mempool, or was confirmed
        Nonce settled;                  ///< what is below is confirmed
        Uint128 waiting = 0;            ///< amounts and fees of the entries from there on
    };

    void put(const Transaction& tx);
    void insert(const Transaction& tx);
    void erase(TxId id); ///< a copy: callers pass the id of the entry that goes
    /// Of a block of this height, or of none any more.
    void note_place(const TxId& id, std::optional<Height> confirmed);
    /// Notes where the mempool's part of a sender ends.
    static void move_end(Sender& sender, Nonce waits_from);
    void let_in(const crypto::Address& address, const chain::Chain& chain, chain::Mempool& mempool);
    void let_all_in(const chain::Chain& chain, chain::Mempool& mempool);
    void note_evicted(const std::vector<TxId>& evicted);
    std::vector<TxId> expired(Height next) const;
    std::vector<TxId> buried(Height tip) const;
    std::vector<TxId> overtaken(const chain::Chain& chain);
    std::optional<chain::Refusal> check_funds(const Transaction& tx, const Account& account,
                                              const chain::Mempool& mempool) const;
    std::optional<chain::Refusal> check_waiting(const Transaction& tx, const chain::Chain& chain,
                                                const chain::Mempool& mempool, bool signature_checked) const;
    const Transaction* at(const crypto::Address& address, Nonce nonce) const;
    void drop(const std::vector<TxId>& ids, PaymentDropped::Why why);

    store::Outbox& outbox_;
    std::uint32_t buried_after_;
    std::map<crypto::Address, Sender> senders_;
    std::map<TxId, std::pair<crypto::Address, Nonce>> places_;
    std::set<std::pair<std::uint32_t, TxId>> expiries_; ///< of those that expire
    std::set<std::pair<std::uint32_t, TxId>> burials_;  ///< of those that are confirmed, by height
    std::set<TxId> untaken_;
    std::vector<PaymentDropped> dropped_;
    bool changed_ = false; ///< the outbox, since the last fold
};

} // namespace cairn::net
