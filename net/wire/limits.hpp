// Every bound of the line protocol, with its reason. What is longer or more is refused before memory is
// taken.
#pragma once

#include <model/block.hpp>
#include <model/transaction.hpp>

#include <cstddef>
#include <cstdint>

namespace cairn::net::limits {

/// A line with its LF. Holds a locator or 12 ids (779 bytes) and their neighbours; a peer that never ends its
/// line costs this much.
inline constexpr std::size_t line_bytes = 1'024;
/// Ids in one line, as fields: 12 × 64 hex digits and their commas. A locator of geometric steps reaches back
/// over any chain that 32-bit heights allow to be of interest: 2^11 blocks and block 0.
inline constexpr std::size_t ids_in_line = 12;
/// HELLO ua: a name and a version; it is shown in tables.
inline constexpr std::size_t agent_chars = 32;
/// ERR msg: one reason.
inline constexpr std::size_t message_chars = 120;
/// Headers a HDR, asked for by GETHDR: 358,000 bytes under work, so that a chain of a year comes in about a
/// thousand requests.
inline constexpr std::uint32_t headers = 2'000;
/// Ids an INV, and a GET: ten seconds of a peer's allowance of 100 ids a second.
inline constexpr std::size_t inv_ids = 1'000;
/// TX: the greatest transaction (72,840 bytes) and room for later types.
inline constexpr std::size_t tx_bytes = std::size_t{96} * 1'024;
static_assert(tx_bytes >= Transaction::max_bytes);
/// Entries an ADDR, and the bytes of one: ip 16, port u16, seen u64. Enough to find the network, too few to
/// fill an address book.
inline constexpr std::size_t addr_entries = 100;
inline constexpr std::size_t addr_entry_bytes = 26;
inline constexpr std::size_t id_bytes = 32;
inline constexpr std::size_t short_id_bytes = 6;
/// A header with its seal, under work.
inline constexpr std::size_t sealed_header_bytes = Header::encoded_size + WorkSeal::encoded_size;

} // namespace cairn::net::limits

namespace cairn::net {

/// What the network's genesis bounds.
struct DecoderLimits {
    SealKind seal = SealKind::work;
    std::size_t max_block_bytes = 0;
    std::size_t max_block_txs = 0;
};

} // namespace cairn::net
