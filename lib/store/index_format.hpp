// Keys and values of the index (docs/STORAGE.md), for index.cpp and index_commit.cpp alone. Pure functions.
// A value that cannot be read throws DamagedStore.
#pragma once

#include <store/index.hpp>

namespace cairn::store {

/// The tables, by their number.
namespace tables {
inline constexpr TableNumber meta = 0;             // checkpoint_key → Checkpoint
inline constexpr TableNumber blocks = 1;           // arrival number → StoredBlock
inline constexpr TableNumber block_ids = 2;        // last 8 bytes of the id → arrival numbers
inline constexpr TableNumber active = 3;           // height / 256 → 256 arrival numbers
inline constexpr TableNumber accounts = 4;         // account number / 45 → 45 accounts
inline constexpr TableNumber addresses = 5;        // 8 bytes of the address → account numbers
inline constexpr TableNumber transactions = 6;     // runs of places by 8 bytes of the txid
inline constexpr TableNumber documents = 7;        // runs of places by 8 bytes of the hash
inline constexpr TableNumber histories = 8;        // runs of places by account number
inline constexpr TableNumber trees = 9;            // tree u8, tier u8, 0, page u32 and half u1 → 32 hashes
inline constexpr TableNumber reorganisations = 10; // 0, 1, 2, … → Reorganisation
inline constexpr TableNumber runs = 11;            // table u8, 0 (24 bits), run number u32 → Run
} // namespace tables

inline constexpr std::uint64_t checkpoint_key = 0;
// Values of at most 2,022 bytes stand in LMDB's own pages (4 KiB, two nodes at least), longer ones in pages
// of their own, which would be half empty.
inline constexpr std::uint32_t heights_per_page = 256; // 1,024 bytes
inline constexpr std::uint32_t accounts_per_page = 45; // 1,980 bytes
inline constexpr std::uint32_t hashes_per_value = 32;  // 1,024 bytes

Bytes encode(const Checkpoint& checkpoint, const BlockId& chain);
/// Throws ForeignStore too.
Checkpoint decode_checkpoint(ByteView bytes, const BlockId& chain);

Bytes encode(const StoredBlock& block);
StoredBlock decode_block_entry(ByteView bytes);

Bytes encode(const Reorganisation& entry);
Reorganisation decode_reorganisation(ByteView bytes);

/// Numbers u32, one after the other.
std::vector<std::uint32_t> decode_numbers(ByteView bytes);

/// The last 8 bytes: work makes the first ones zero.
std::uint64_t block_key(const BlockId& id);
std::uint64_t address_key(const crypto::Address& address);
std::uint64_t document_key(const Hash256& sha256);
std::uint64_t tree_key(Tree tree, std::uint8_t tier, std::uint32_t page, std::uint32_t half);

[[noreturn]] void damaged_entry(const char* what);

} // namespace cairn::store
