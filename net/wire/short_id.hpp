// The six-byte names of transactions in a compact block: keyed by the block and the sender's salt, so that
// nobody can make two transactions collide for all peers.
#pragma once

#include <model/block.hpp>

#include <cstdint>

namespace cairn::net {

struct ShortIdKey {
    ByteArray<16> bytes{};
    friend bool operator==(const ShortIdKey&, const ShortIdKey&) = default;
};

/// The first 16 bytes of H(digest ‖ seal ‖ salt u64), digest = H("cairn/header" ‖ header).
ShortIdKey short_id_key(const SealedHeader& head, std::uint64_t salt);

/// The low 6 bytes of SipHash-2-4(wid), least significant first.
ByteArray<6> short_id(const ShortIdKey& key, const WitnessId& id);
/// The same as a number of 48 bits.
std::uint64_t short_number(const ShortIdKey& key, const WitnessId& id);

} // namespace cairn::net
