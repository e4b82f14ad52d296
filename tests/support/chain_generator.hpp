// Chains of any length for benchmarks and tests: a seed, N payments among M accounts, uniform or Zipf. The
// same seed gives the same bytes. Blocks are mined as they come, on a network with an easy target. For one
// thread.
#pragma once

#include "support/builders.hpp"
#include "support/ledger.hpp"
#include "support/memory_chain.hpp"
#include <mining/kernel.hpp>

#include <cmath>
#include <functional>
#include <utility>
#include <vector>

namespace cairn::test {

struct ChainPlan {
    std::uint64_t seed = 1;
    std::uint32_t payments = 1'000;
    std::uint32_t accounts = 100; ///< that pay and are paid; keys 0 … accounts − 1
    std::uint32_t payments_per_block = 2'000;
    bool zipf = false; ///< account k pays in proportion to 1 / (k + 1)
};

class ChainGenerator {
  public:
    using Sink = std::function<void(const Block&)>;

    ChainGenerator(consensus::Network network, ChainPlan plan)
        : network_(std::move(network)),
          plan_(plan),
          random_(plan.seed),
          chain_(network_, {0, 50'000, 2'000}) {
        for (std::uint32_t i = 0; i < plan.accounts; ++i) {
            keys_.push_back(key_of(i));
            addresses_.push_back(address_of(keys_.back()));
        }
        nonces_.resize(plan.accounts);
        if (plan.zipf) {
            double sum = 0;
            for (std::uint32_t i = 0; i < plan.accounts; ++i) weights_.push_back(sum += 1.0 / (i + 1));
        }
    }

    /// Blocks of heights 1 …: first some that fund the accounts, then the payments.
    void run(const Sink& sink) {
        fund(sink);
        for (std::uint32_t done = 0; done < plan_.payments;) {
            std::vector<Transaction> txs;
            for (; txs.size() < plan_.payments_per_block && done < plan_.payments; ++done)
                txs.push_back(payment());
            mine(txs, sink);
        }
    }

  private:
    std::uint32_t pick() {
        if (weights_.empty()) return static_cast<std::uint32_t>(random_.below(plan_.accounts));
        const double at = static_cast<double>(random_.next() >> 11) * 0x1p-53 * weights_.back();
        return static_cast<std::uint32_t>(std::upper_bound(weights_.begin(), weights_.end(), at) -
                                          weights_.begin());
    }

    Transaction payment() {
        const std::uint32_t from = pick();
        const std::uint32_t to = pick();
        const auto units = Amount::from_units(1 + random_.below(1'000));
        return transfer(network_, keys_[from], nonces_[from]++, addresses_[to], units,
                        Amount::from_units(200));
    }

    /// Account 0 mines, and shares with the others, 256 at a time.
    void fund(const Sink& sink) {
        for (int i = 0; i < 10; ++i) mine({}, sink);
        const Amount owned = chain_->account(addresses_[0])->balance;
        const Amount share = Amount::from_units(owned.units() / 2 / plan_.accounts);
        for (std::size_t first = 1; first < addresses_.size();) {
            std::vector<Transaction> txs;
            for (std::size_t size = 0; size < 500'000 && first < addresses_.size(); size += 256 * 29) {
                std::vector<Output> outputs;
                for (; outputs.size() < Transfer::max_outputs && first < addresses_.size(); ++first)
                    outputs.push_back({addresses_[first], share, ""});
                txs.push_back(transfer(network_, keys_[0], nonces_[0]++, std::move(outputs),
                                       Amount::from_units(20'000)));
            }
            mine(txs, sink);
        }
    }

    void mine(const std::vector<Transaction>& txs, const Sink& sink) {
        time_.unix_ms = std::max(time_.unix_ms, chain_->tip().time.unix_ms) + 1'000;
        Block block = chain_->make_template(addresses_[0], txs, time_);
        if (block.transactions.size() != txs.size())
            throw std::logic_error("a payment of the plan did not fit");
        cairn::test::mine(block);
        if (chain_->accept(shared(block), time_, {false, true}).outcome != chain::Outcome::connected)
            throw std::logic_error("a block of the plan was refused");
        sink(block);
        if (chain_->wants_checkpoint()) {
            chain_.sync();
            chain_->write_checkpoint();
        }
    }

    consensus::Network network_;
    ChainPlan plan_;
    Prng random_;
    MemoryChain chain_;
    std::vector<crypto::KeyPair> keys_;
    std::vector<crypto::Address> addresses_;
    std::vector<std::uint64_t> nonces_;
    std::vector<double> weights_;
    Time time_;
};

} // namespace cairn::test
