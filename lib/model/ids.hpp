// Names of things: each its own type, so that none is taken for another.
#pragma once

#include <base/hex.hpp>
#include <crypto/hash.hpp>

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cairn {

using crypto::Hash256;

/// 32 bytes that name one kind of thing; shown as 64 lower-case hex digits in the order of the bytes.
template <typename Tag> struct Id {
    Hash256 bytes{};

    friend auto operator<=>(const Id&, const Id&) = default;
    std::string hex() const { return to_hex(bytes); }
    static std::optional<Id> from_hex(std::string_view text) {
        const auto bytes = array_from_hex<32>(text);
        return bytes ? std::optional(Id{*bytes}) : std::nullopt;
    }
    /// The first 8 bytes as a number: the key of the index, confirmed against the log.
    std::uint64_t prefix() const { return load_le<std::uint64_t>(bytes.data()); }
};

using BlockId = Id<struct BlockIdTag>;
using TxId = Id<struct TxIdTag>;           ///< of everything but the signature: what people see
using WitnessId = Id<struct WitnessIdTag>; ///< of the whole transaction: leaf of tx_root, what nodes ask for

/// Blocks above genesis.
struct Height {
    std::uint32_t value = 0;
    friend auto operator<=>(const Height&, const Height&) = default;
    Height next() const { return {value + 1}; }
};

/// Number of transactions an account has sent; the next one carries it.
struct Nonce {
    std::uint64_t value = 0;
    friend auto operator<=>(const Nonce&, const Nonce&) = default;
    Nonce next() const { return {value + 1}; }
};

/// Accounts are numbered in order of first credit, from 0.
struct AccountNumber {
    std::uint32_t value = 0;
    friend auto operator<=>(const AccountNumber&, const AccountNumber&) = default;
};

/// For unordered containers. Ids are hashes already, but an attacker picks them: mixed before use.
struct IdHash {
    template <typename T> std::size_t operator()(const T& id) const {
        auto word = load_le<std::uint64_t>(id.bytes.data() + 8);
        word ^= load_le<std::uint64_t>(id.bytes.data()) * 0x9e3779b97f4a7c15ULL;
        return static_cast<std::size_t>(word ^ (word >> 32));
    }
};

} // namespace cairn
