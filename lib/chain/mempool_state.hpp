// What the parts of the mempool share: admission and queries (mempool.cpp), folding (mempool_fold.cpp).
#pragma once

#include <chain/mempool.hpp>
#include <chain/mempool_entries.hpp>

namespace cairn::chain {

struct Mempool::State {
    const consensus::Network& network;
    const MempoolOptions options;
    MempoolEntries entries;
    std::uint64_t arrivals = 0; ///< the number that the next arrival gets
    Height next{};              ///< of the block that is to come, as told last
};

/// The account of an address; nullopt where it has none.
inline std::optional<Account> account_of(const consensus::AccountsView& accounts,
                                         const crypto::Address& address) {
    const auto number = accounts.find(address);
    return number ? std::optional(accounts.at(*number)) : std::nullopt;
}

} // namespace cairn::chain
