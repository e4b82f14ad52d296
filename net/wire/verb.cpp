#include <wire/verb.hpp>

#include <algorithm>
#include <array>

namespace cairn::net {
namespace {

// In the order of Verb.
constexpr std::array<std::string_view, 21> names{
    "HELLO", "OK",   "ERR",    "PING", "PONG", "GETHDR",  "HDR",  "INV",    "GET",  "TX", "BLK",
    "RELAY", "CBLK", "GETBTX", "BTX",  "FEE",  "GETADDR", "ADDR", "STATUS", "HELP", "BYE"};
static_assert(static_cast<std::size_t>(Verb::bye) + 1 == names.size());

/// What a compact block puts around its transactions: salt u64 and two counts u32.
constexpr std::size_t compact_frame_bytes = 16;

/// How many transactions the bytes of a block can hold, whatever the network allows.
std::size_t most_txs(const DecoderLimits& limits) {
    return std::min(limits.max_block_txs, limits.max_block_bytes / Transaction::envelope_bytes);
}

} // namespace

std::string_view name_of(Verb verb) { return names.at(static_cast<std::size_t>(verb)); }

std::optional<Verb> verb_of(std::string_view name) {
    const auto* const found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Verb>(found - names.begin());
}

std::size_t body_limit(Verb verb, const DecoderLimits& limits) {
    switch (verb) {
    case Verb::headers:
        return limits::headers * limits::sealed_header_bytes;
    case Verb::inv:
    case Verb::get:
        return limits::inv_ids * limits::id_bytes;
    case Verb::tx:
        return limits::tx_bytes;
    case Verb::block:
    case Verb::block_txs:
        return limits.max_block_bytes;
    // Each transaction of the block is there as 6 bytes, or whole with 4 more: never above the block by more.
    case Verb::compact_block:
        return limits.max_block_bytes + compact_frame_bytes + 4 * most_txs(limits);
    case Verb::get_block_txs:
        return 4 * most_txs(limits);
    case Verb::addr:
        return limits::addr_entries * limits::addr_entry_bytes;
    default:
        return 0;
    }
}

} // namespace cairn::net
