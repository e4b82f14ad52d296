// A mempool on a chain of one branch in memory. Keys 0 … 5 own 1,000 coins each.
#pragma once

#include "support/builders.hpp"
#include "support/ledger.hpp"
#include <chain/mempool.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace cairn::test {

class MempoolHarness {
  public:
    static constexpr std::uint64_t keys = 6;

    explicit MempoolHarness(chain::MempoolOptions options = {}, Amount min_new_account = {})
        : ledger(network_with(min_new_account)), pool(ledger.network(), options) {}

    const consensus::Network& network() const { return ledger.network(); }
    Height next() const { return ledger.tip().height.next(); }

    /// A payment of `amount` units from key to key; what else matters to the mempool is the fee.
    Transaction pay(std::uint64_t from, std::uint64_t nonce, std::uint64_t fee, std::uint64_t amount = 1,
                    std::uint64_t to = 0) const {
        return transfer(network(), key_of(from), nonce, address_of(to), units(amount), units(fee));
    }
    Transaction pay_until(std::uint32_t expiry, std::uint64_t from, std::uint64_t nonce,
                          std::uint64_t fee) const {
        const auto key = key_of(from);
        auto fields = fields_of(network(), key, nonce, Transfer{{{address_of(0), units(1), ""}}}, units(fee));
        fields.expiry = expiry;
        return sign(fields, network().id(), key);
    }

    Result<chain::Admission, chain::Refusal> admit(const Transaction& tx) {
        return pool.admit(tx, ledger.accounts(), next());
    }
    /// The refusal's code; nullopt where it was admitted.
    std::optional<chain::RefusalCode> refused(const Transaction& tx) {
        const auto result = admit(tx);
        return result ? std::nullopt : std::optional(result.error().code);
    }

    chain::Event connect(std::vector<Transaction> txs, std::uint64_t producer = 0) {
        const Block block = ledger.next(std::move(txs), address_of(producer));
        if (const auto error = ledger.push(block)) throw std::logic_error(consensus::name_of(error->code));
        return chain::BlockConnected{{}, std::make_shared<const Block>(block)};
    }
    chain::Event disconnect() {
        return chain::BlockDisconnected{{}, std::make_shared<const Block>(ledger.pop())};
    }
    void fold(const chain::Events& events) { pool.fold(events, ledger.accounts(), next()); }
    void mine(std::vector<Transaction> txs, std::uint64_t producer = 0) {
        const auto event = connect(std::move(txs), producer);
        fold({event});
    }

    Ledger ledger;
    chain::Mempool pool;

  private:
    static consensus::Network network_with(Amount min_new_account) {
        std::vector<consensus::Allocation> allocations;
        for (std::uint64_t i = 0; i < keys; ++i) allocations.push_back({address_of(i), coins(1000)});
        auto parameters = dev_parameters(std::move(allocations));
        parameters.min_new_account = min_new_account;
        return network_of(std::move(parameters));
    }
};

} // namespace cairn::test
