// Where transactions, documents and the history of each account stand in the active chain: the index' lists
// under what came since its checkpoint. Owned by the chain.
#pragma once

#include <chain/recent_places.hpp>
#include <consensus/transition.hpp>
#include <store/index.hpp>

#include <optional>

namespace cairn::chain {

class PlaceTable {
  public:
    explicit PlaceTable(const store::Index& index) : index_(index) {}

    /// Enters a block's transactions. `effect`: what the block did.
    void connect(const Block& block, const consensus::BlockEffect& effect);
    /// Enters an allocation of the genesis.
    void allocate(AccountNumber account);
    /// Takes back all entries of this height, the tip's.
    void disconnect(Height height);

    /// Candidates, to be confirmed by the id.
    std::vector<store::TxPlace> transactions(const TxId& id) const;
    std::vector<store::TxPlace> documents(const Hash256& sha256) const;
    /// Below `before`, newest first, at most `limit`.
    std::vector<store::TxPlace> history(AccountNumber account, store::TxPlace before,
                                        std::size_t limit) const;

    void collect(store::Changes& into) const;
    void committed();

  private:
    const store::Index& index_;
    // Since the checkpoint.
    RecentPlaces<TxId> transactions_;
    RecentPlaces<Hash256> documents_;
    RecentPlaces<AccountNumber> history_;
    std::optional<Height> cut_; ///< places in the index from this height on are gone
};

} // namespace cairn::chain
