// What misbehaviour costs an address: the prices that Standing adds up.
#pragma once

#include <cstdint>

/// At 1,000 an address is slowed, at 10,000 dropped; 1 is forgiven a second. What
/// honest peers may do by mistake or by bad luck costs so little that it is forgiven.
namespace cairn::net::cost {
inline constexpr std::uint32_t excess_inv = 1; ///< an id beyond the token bucket
inline constexpr std::uint32_t unknown_get =
    1;                                        ///< an id that it was not told of, or one too many that is gone
inline constexpr std::uint32_t excess_tx = 5; ///< a transaction beyond the bucket that nobody asked for
inline constexpr std::uint32_t displaced_orphan = 5; ///< its share was full
inline constexpr std::uint32_t excess_fee = 10;      ///< FEE more often than once a minute
inline constexpr std::uint32_t repeated_get = 10;    ///< and 1 for every 256 bytes
inline constexpr std::uint32_t excess_page = 1;      ///< 4 KiB asked for, beyond a whole mempool at once
inline constexpr std::uint32_t broken_rule = 2'500;  ///< what no honest node passes on
inline constexpr std::uint32_t unknown_verb = 20;    ///< perhaps a later version, or a person at a keyboard
inline constexpr std::uint32_t excess_address = 1;   ///< an entry of ADDR beyond what is looked at
inline constexpr std::uint32_t excess_request = 5;   ///< a block or GETHDR beyond what may be unanswered
inline constexpr std::uint32_t excess_block_txs = 1; ///< GETBTX beyond the token bucket
inline constexpr std::uint32_t malformed = 100;
inline constexpr std::uint32_t unasked_compact = 200;
inline constexpr std::uint32_t slow = 5; ///< keeps blocks waiting, but sends
inline constexpr std::uint32_t stalled = 200;
inline constexpr std::uint32_t unshown_claim = 200; ///< it said that it has more, and left when asked for it
inline constexpr std::uint32_t too_many_requests = 500;
inline constexpr std::uint32_t broken_frame = 1'000;
inline constexpr std::uint32_t unasked_body = 1'000;
inline constexpr std::uint32_t bad_body = 2'000;       ///< of a header that may be sound
inline constexpr std::uint32_t invalid_block = 10'000; ///< work was done for what breaks a rule

} // namespace cairn::net::cost
