// The search with the SHA instructions, five nonces side by side (crypto/sha256_ni.hpp).
//
// The first message is digest ‖ nonce: words 0 … 7 are the same for all nonces, and word 9, the upper half of
// the nonce, for 2^32 of them. So rounds 0 … 7 and words 16 … 19 of the schedule are made once.
#ifdef __x86_64__
#include <crypto/sha256_ni.hpp>
#include <mining/runs.hpp>

#include <algorithm>

namespace cairn::mining {
namespace {

using namespace crypto::sha_ni;

/// With fewer the unit waits for its own results, with more the rest of the processor for the unit's
/// operands: measured, of 3 to 8.
constexpr std::size_t ways = 5;

constexpr std::uint32_t padding = 0x80000000; ///< the bit after a message

/// Up to round 7 of the first message, which is where nonces begin to differ.
[[gnu::target("sha,sse4.1")]] void begin(Lane& common, const Hash256& digest, std::uint32_t upper_nonce) {
    common.abef = initial_abef();
    common.cdgh = initial_cdgh();
    common.message[0] = words_at(digest.data());
    common.message[1] = words_at(digest.data() + 16);
    common.message[2] = words(0, __builtin_bswap32(upper_nonce), padding, 0);
    common.message[3] = words(0, 0, 0, 40 * 8);
    four_rounds<0>(common);
    four_rounds<1>(common);
    schedule<4>(common);
}

CAIRN_SHA_NI_INLINE void begin_first(Lane& lane, const Lane& common, std::uint32_t lower_nonce) {
    lane.abef = common.abef;
    lane.cdgh = common.cdgh;
    lane.message[0] = common.message[0];
    lane.message[1] = common.message[1];
    lane.message[2].v =
        _mm_insert_epi32(common.message[2].v, static_cast<int>(__builtin_bswap32(lower_nonce)), 0);
    lane.message[3] = common.message[3];
}

/// The second message is the hash of the first.
CAIRN_SHA_NI_INLINE void begin_second(Lane& lane) {
    const Digest first = in_order(lane.abef + initial_abef(), lane.cdgh + initial_cdgh());
    lane.abef = initial_abef();
    lane.cdgh = initial_cdgh();
    lane.message[0] = first.low;
    lane.message[1] = first.high;
    lane.message[2] = words(padding, 0, 0, 0);
    lane.message[3] = words(0, 0, 0, 32 * 8);
}

/// The first words of the hashes of `ways` nonces.
template <std::size_t... L>
CAIRN_SHA_NI_INLINE void attempt(std::array<std::uint32_t, ways>& out, const Lane& common,
                                 std::uint32_t lower_nonce, std::index_sequence<L...>) {
    std::array<Lane, ways> lanes;
    (begin_first(lanes[L], common, lower_nonce + static_cast<std::uint32_t>(L)), ...);
    rounds<2, 5>(lanes);
    (begin_second(lanes[L]), ...);
    rounds(lanes);
    ((out[L] = static_cast<std::uint32_t>(_mm_extract_epi32((lanes[L].abef + initial_abef()).v, 3))), ...);
}

/// Of nonces with the same upper half.
[[gnu::target("sha,sse4.1")]] std::optional<std::uint64_t>
try_run(const Hash256& digest, const Uint256& target, std::uint64_t first, std::uint64_t count) {
    const auto bound = static_cast<std::uint32_t>(target.limbs[3] >> 32);
    Lane common;
    begin(common, digest, static_cast<std::uint32_t>(first >> 32));
    std::array<std::uint32_t, ways> found;
    for (std::uint64_t done = 0; done < count; done += ways) {
        attempt(found, common, static_cast<std::uint32_t>(first + done), std::make_index_sequence<ways>{});
        for (std::uint64_t i = 0; i < ways && done + i < count; ++i) {
            // Nearly every attempt ends at the first word; the few others are looked at in full.
            if (found[i] > bound) continue;
            if (const auto nonce = try_nonces_portable(digest, target, first + done + i, 1)) return nonce;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<std::uint64_t> try_nonces_sha_ni(const Hash256& digest, const Uint256& target,
                                               std::uint64_t first, std::uint64_t count) {
    return in_runs_of_one_half(try_run, digest, target, first, count);
}

} // namespace cairn::mining
#endif
