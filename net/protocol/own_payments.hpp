// The user's own transactions until they are buried: the durable outbox, and of it what waits beyond the
// mempool's window. Owned by the node.
#pragma once

#include <chain/chain.hpp>
#include <chain/mempool.hpp>

#include <map>
#include <optional>
#include <vector>

namespace cairn::store {
class Outbox;
} // namespace cairn::store

namespace cairn::net {

class OwnPayments {
  public:
    /// A confirmed payment leaves the outbox when its block is this deep: until then a reorganisation may
    /// free it.
    static constexpr std::uint32_t buried_after = 6;

    explicit OwnPayments(store::Outbox& outbox) : outbox_(outbox) {}

    /// Takes what an earlier run left into the mempool, where it is still of use.
    void open(const chain::Chain& chain, chain::Mempool& mempool);

    struct Admitted {
        bool waits = false; ///< beyond the window
        std::optional<TxId> replaced;
    };
    /// Into the mempool, or, beyond its window, among those that wait; and into the outbox.
    Result<Admitted, chain::Refusal> submit(const Transaction& tx, const chain::Chain& chain,
                                            chain::Mempool& mempool);
    /// True where it was one of ours.
    bool forget(const TxId& id, chain::Mempool& mempool);

    /// Follows the chain, after the mempool did: notes what was confirmed, drops what is buried, and lets in
    /// what waited. True where the outbox changed.
    bool fold(const chain::Events& events, const chain::Chain& chain, chain::Mempool& mempool);

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
        bool waits = false;
        std::optional<Height> confirmed;
    };
    using BySender = std::map<Nonce, Entry>;

    void put(const Transaction& tx, bool waits);
    void erase(TxId id); ///< a copy: callers pass the id of the entry that goes
    void let_in(const chain::Chain& chain, chain::Mempool& mempool);
    std::optional<chain::Refusal> check_waiting(const Transaction& tx, const chain::Chain& chain,
                                                const chain::Mempool& mempool) const;
    Entry* entry(const TxId& id);

    store::Outbox& outbox_;
    std::map<crypto::Address, BySender> by_sender_;
    std::map<TxId, std::pair<crypto::Address, Nonce>> places_;
    bool changed_ = false; ///< the outbox, since the last fold
};

} // namespace cairn::net
