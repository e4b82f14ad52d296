// Values that tests build: keys that are always the same, payments, documents, networks with allocations.
// Everything is deterministic; nothing here is secret.
#pragma once

#include <consensus/parameters.hpp>
#include <crypto/hash.hpp>
#include <model/block.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cairn::test {

inline Amount units(std::uint64_t count) { return Amount::from_units(count); }
inline Amount coins(std::uint64_t count) { return Amount::from_units(count * Amount::units_per_coin); }

inline std::shared_ptr<const Block> shared(Block block) {
    return std::make_shared<const Block>(std::move(block));
}

/// Key number n: its seed is H("cairn/test/key" ‖ n u64).
inline crypto::KeyPair key_of(std::uint64_t n) {
    ByteArray<8> number;
    store_le(number.data(), n);
    const Hash256 seed = crypto::sha256({as_bytes("cairn/test/key"), number});
    return crypto::KeyPair::from_seed(crypto::SecretBytes(ByteView(seed)));
}

inline crypto::Address address_of(const crypto::KeyPair& key) { return crypto::address_of(key.public_key()); }
inline crypto::Address address_of(std::uint64_t n) { return address_of(key_of(n)); }

/// The dev network with a name of its own and coins for those who are named.
inline consensus::Parameters dev_parameters(std::vector<consensus::Allocation> allocations = {}) {
    consensus::Parameters out = consensus::dev_network().parameters();
    out.name = "test";
    out.ticker = "TST";
    out.prefix = "tst";
    out.allocations = std::move(allocations);
    return out;
}

inline consensus::Network network_of(consensus::Parameters parameters) {
    auto network = consensus::Network::make(std::move(parameters));
    if (!network) throw std::logic_error(network.error().key + " " + network.error().why);
    return std::move(*network);
}

/// Keys 0 … count − 1 own `each` coins.
inline consensus::Network funded_network(std::uint64_t count, Amount each = coins(1000)) {
    std::vector<consensus::Allocation> allocations;
    for (std::uint64_t i = 0; i < count; ++i) allocations.push_back({address_of(i), each});
    return network_of(dev_parameters(std::move(allocations)));
}

/// Fields of the right version and chain, for a test to change.
inline TxFields fields_of(const consensus::Network& network, const crypto::KeyPair& sender,
                          std::uint64_t nonce, Body body, Amount fee = {}) {
    TxFields out;
    out.chain = network.tag();
    out.sender = sender.public_key();
    out.nonce = Nonce{nonce};
    out.fee = fee;
    out.time = Time{1'795'219'200'000};
    out.body = std::move(body);
    return out;
}

inline Transaction transfer(const consensus::Network& network, const crypto::KeyPair& sender,
                            std::uint64_t nonce, std::vector<Output> outputs, Amount fee = {}) {
    return sign(fields_of(network, sender, nonce, Transfer{std::move(outputs)}, fee), network.id(), sender);
}

inline Transaction transfer(const consensus::Network& network, const crypto::KeyPair& sender,
                            std::uint64_t nonce, const crypto::Address& to, Amount amount, Amount fee = {}) {
    return transfer(network, sender, nonce, {Output{to, amount, ""}}, fee);
}

inline Document document_of(const std::string& title, ByteView content, bool whole = true) {
    Document out;
    out.sha256 = crypto::sha256(content);
    out.title = title;
    if (whole) out.content.assign(content.begin(), content.end());
    return out;
}

inline Transaction document(const consensus::Network& network, const crypto::KeyPair& sender,
                            std::uint64_t nonce, const std::string& title, ByteView content,
                            Amount fee = {}) {
    return sign(fields_of(network, sender, nonce, document_of(title, content), fee), network.id(), sender);
}

} // namespace cairn::test
