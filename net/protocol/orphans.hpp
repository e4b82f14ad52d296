// Transactions whose predecessors are missing: the gap before their nonce is all that is wrong with them, and
// their signature holds. Every peer has a share of its own, charged for what it brought; nobody's orphans
// ever displace another's. Owned by TransactionRelay.
#pragma once

#include <model/transaction.hpp>
#include <protocol/peer_id.hpp>

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace cairn::net {

class Orphans {
  public:
    static constexpr std::size_t max_bytes = 400'000; ///< of memory, a peer
    static constexpr std::uint64_t lifetime_ms = 300'000;

    /// Not held yet. How many older ones of the same peer had to give way.
    std::size_t add(PeerId owner, const Transaction& tx, std::uint64_t now_ms);
    /// Another peer has it too, and is charged too: it stays as long as one of them keeps it. nullopt where
    /// it is not held; else as add().
    std::optional<std::size_t> add_owner(PeerId owner, const WitnessId& id);
    void remove_peer(PeerId owner);
    void erase(const WitnessId& id);
    void expire(std::uint64_t now_ms);
    std::optional<std::uint64_t> wake_at() const; ///< when the first expires

    bool holds(const WitnessId& id) const { return orphans_.contains(id); }
    std::vector<Transaction> of(const crypto::Address& sender) const; ///< by nonce
    std::size_t count() const { return orphans_.size(); }
    std::size_t bytes(PeerId owner) const;

  private:
    struct Orphan {
        Transaction tx;
        crypto::Address sender;
        std::size_t memory = 0;
        std::uint64_t arrival = 0; ///< its own for each
        std::uint64_t expires_ms = 0;
        std::set<PeerId> owners;
    };
    struct Share {
        std::map<std::uint64_t, WitnessId> held; ///< by arrival
        std::size_t bytes = 0;
    };
    using Place = std::tuple<crypto::Address, Nonce, WitnessId>;

    static Place place_of(const Orphan& orphan);
    std::size_t charge(PeerId owner, Orphan& orphan);
    void release(PeerId owner, const WitnessId& id);

    std::map<WitnessId, Orphan> orphans_;
    std::set<Place> by_sender_;
    std::map<std::uint64_t, WitnessId> by_arrival_;
    std::map<PeerId, Share> shares_; ///< none that is empty
    std::uint64_t arrivals_ = 0;
};

} // namespace cairn::net
