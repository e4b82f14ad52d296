// Random valid transactions and blocks on any accounts, from a seed: transfers to old and new accounts, to
// several at once, to oneself and to the producer, and documents. For one thread.
#pragma once

#include "support/builders.hpp"
#include <consensus/transition.hpp>

#include <map>
#include <utility>
#include <vector>

namespace cairn::test {

class RandomBlocks {
  public:
    /// Keys 0 … keys − 1 pay and are paid. `really_signed`: with signatures that hold; without, signatures
    /// are random bytes, which is much quicker and makes no difference to rules other than 8.
    RandomBlocks(const consensus::Network& network, std::uint64_t keys, bool really_signed)
        : network_(network), really_signed_(really_signed) {
        for (std::uint64_t i = 0; i < keys; ++i) {
            keys_.push_back(key_of(i));
            addresses_.push_back(address_of(keys_.back()));
        }
    }

    const crypto::Address& any_address(Random& random) const {
        return addresses_[random.below(addresses_.size())];
    }

    /// Up to `most` transactions that rule 9 accepts one after the other.
    std::vector<Transaction> transactions(const consensus::AccountsView& accounts, std::size_t most,
                                          Random& random) const {
        consensus::StateScratch scratch(network_, accounts);
        std::map<std::size_t, std::uint64_t> sent; // by key, in this block
        std::vector<Transaction> out;
        for (std::size_t tries = random.below(most + 1); tries > 0; --tries) {
            const std::size_t key = random.below(keys_.size());
            const auto number = accounts.find(addresses_[key]);
            const std::uint64_t nonce = (number ? accounts.at(*number).nonce.value : 0) + sent[key];
            const std::uint64_t owned = number ? accounts.at(*number).balance.units() : coins(1).units();
            Transaction tx = one(key, nonce, owned, random);
            if (scratch.apply(tx)) continue; // too poor, or not there yet
            ++sent[key];
            out.push_back(std::move(tx));
        }
        return out;
    }

  private:
    Transaction one(std::size_t key, std::uint64_t nonce, std::uint64_t owned, Random& random) const {
        const Amount fee = units(random.below(3) == 0 ? 0 : random.below(1000));
        Body body;
        if (random.below(8) == 0) {
            Bytes content(random.below(64));
            random.fill(content);
            body = document_of("title", content, random.below(2) == 0);
        } else {
            Transfer transfer;
            const std::uint64_t outputs = random.below(3) == 0 ? 1 + random.below(5) : 1;
            for (std::uint64_t i = 0; i < outputs; ++i)
                transfer.outputs.push_back(
                    {any_address(random), units(1 + random.below(owned / (2 * outputs) + 1)), "memo"});
            if (random.below(4) == 0) transfer.outputs.push_back(transfer.outputs.front());
            body = std::move(transfer);
        }
        TxFields fields = fields_of(network_, keys_[key], nonce, std::move(body), fee);
        fields.time = Time{random.next_u64()};
        if (really_signed_) return sign(std::move(fields), network_.id(), keys_[key]);
        crypto::Signature signature;
        random.fill(signature.bytes);
        return {std::move(fields), signature};
    }

    const consensus::Network& network_;
    bool really_signed_;
    std::vector<crypto::KeyPair> keys_;
    std::vector<crypto::Address> addresses_;
};

} // namespace cairn::test
