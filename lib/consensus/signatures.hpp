// Rule 8 of many transactions at once (crypto/batch.hpp). The verdict on each is check_signature's. A
// SignatureBatches is owned by one thread: it keeps the keys it has seen.
#pragma once

#include <consensus/rules.hpp>
#include <crypto/batch.hpp>

#include <limits>
#include <span>
#include <vector>

namespace cairn::consensus {

class SignatureBatches {
  public:
    /// Of twice as many each is a twenty-fifth cheaper, and whoever ends a thread waits twice as long.
    static constexpr std::size_t largest = 4'096;

    /// `network` stays where it is. `seed` is a secret of the process. 208 bytes for each of `cached_keys`.
    SignatureBatches(const Network& network, const crypto::BatchSeed& seed, std::size_t cached_keys);

    /// check_signatures: the first offender.
    std::optional<RuleError> check(std::span<const Transaction> txs);
    /// The indices of those that offend, ascending; of more than `most` the first ones. In batches of
    /// `largest` at most.
    std::vector<std::size_t> find_refused(std::span<const Transaction* const> txs,
                                          std::size_t most = std::numeric_limits<std::size_t>::max());

  private:
    std::vector<std::size_t> find_in_batch(std::span<const Transaction* const> txs, std::size_t most);

    const Network& network_;
    crypto::BatchSeed seed_;
    crypto::KeyCache keys_;
};

} // namespace cairn::consensus
