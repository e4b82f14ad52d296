// What the parts of the mempool share: admission and queries (mempool.cpp), folding (mempool_fold.cpp).
#pragma once

#include <chain/mempool.hpp>
#include <chain/mempool_entries.hpp>

#include <set>

namespace cairn::chain {

struct Mempool::State {
    const consensus::Network& network;
    const MempoolOptions options;
    MempoolEntries entries;
    std::uint64_t arrivals = 0; ///< the number that the next arrival gets
    Height next{};              ///< of the block that is to come, as told last
};

/// Rule 9 on the outputs of one sender's transactions, taken in the order of their nonces: what the earlier
/// ones open, the later ones may add little to.
class Openings {
  public:
    Openings(const consensus::Network& network, const consensus::AccountsView& accounts)
        : least_(network.parameters().min_new_account), accounts_(accounts) {}
    /// The least amount that one of its outputs lacks; nullopt where all is well.
    std::optional<Amount> take(const Transaction& tx);

  private:
    const Amount least_;
    const consensus::AccountsView& accounts_;
    std::set<crypto::Address> opened_; ///< or paid as much as would have opened it
};

/// The nonce of the first of a queue that Openings refuses.
std::optional<std::uint64_t> first_short(const consensus::Network& network,
                                         const consensus::AccountsView& accounts,
                                         const MempoolEntries::Queue& queue);

/// The account of an address; nullopt where it has none.
inline std::optional<Account> account_of(const consensus::AccountsView& accounts,
                                         const crypto::Address& address) {
    const auto number = accounts.find(address);
    return number ? std::optional(accounts.at(*number)) : std::nullopt;
}

} // namespace cairn::chain
