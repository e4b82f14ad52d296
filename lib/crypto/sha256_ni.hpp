// The SHA-256 compression function (FIPS 180-4, 6.2.2) with the SHA instructions of x86-64 (Gulley, Gopal,
// Yap, Feghali, Guilford, Wolrich: "Intel SHA extensions", 2013), of several messages side by side: two
// rounds have a latency of 4 cycles, and another message's can begin after 2. For hashing many short messages
// and for the search for blocks.
//
// Functions carry their instruction set with them, as those of ed25519/field_avx2.hpp; callers ask
// has_sha_ni().
#pragma once

#include <base/bytes.hpp>

#include <immintrin.h>
#include <utility>

#define CAIRN_SHA_NI_INLINE [[gnu::target("sha,sse4.1"), gnu::always_inline]] inline

namespace cairn::crypto::sha_ni {

/// FIPS 180-4, 4.2.2.
alignas(16) inline constexpr std::array<std::uint32_t, 64> round_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// Four words of 32 bits; the first in the lowest lane.
struct Words {
    __m128i v;
};
CAIRN_SHA_NI_INLINE Words operator+(Words a, Words b) { return {_mm_add_epi32(a.v, b.v)}; }
CAIRN_SHA_NI_INLINE Words words(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return {
        _mm_set_epi32(static_cast<int>(d), static_cast<int>(c), static_cast<int>(b), static_cast<int>(a))};
}
/// 16 bytes as four words, big-endian.
CAIRN_SHA_NI_INLINE Words big_endian(__m128i bytes) {
    const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    return {_mm_shuffle_epi8(bytes, swap)};
}
CAIRN_SHA_NI_INLINE Words words_at(const Byte* bytes) {
    return big_endian(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)));
}

/// One message on its way: the state as the instructions want it, and the 16 words of the schedule that are
/// due.
struct Lane {
    Words abef; ///< F in the lowest lane
    Words cdgh;
    std::array<Words, 4> message; ///< words 4g … 4g + 3 at g mod 4
};

/// FIPS 180-4, 5.3.3.
CAIRN_SHA_NI_INLINE Words initial_abef() { return words(0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667); }
CAIRN_SHA_NI_INLINE Words initial_cdgh() { return words(0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372); }

/// Rounds 4g … 4g + 3.
template <std::size_t G> CAIRN_SHA_NI_INLINE void four_rounds(Lane& lane) {
    const __m128i k = _mm_load_si128(reinterpret_cast<const __m128i*>(&round_constants[4 * G]));
    const __m128i w = _mm_add_epi32(lane.message[G % 4].v, k);
    lane.cdgh.v = _mm_sha256rnds2_epu32(lane.cdgh.v, lane.abef.v, w);
    lane.abef.v = _mm_sha256rnds2_epu32(lane.abef.v, lane.cdgh.v, _mm_shuffle_epi32(w, 0x0e));
}

/// Words 4g … 4g + 3 of the schedule, g ≥ 4, in place of those 16 before.
template <std::size_t G> CAIRN_SHA_NI_INLINE void schedule(Lane& lane) {
    const __m128i last = lane.message[(G + 3) % 4].v;
    const __m128i seven_before = _mm_alignr_epi8(last, lane.message[(G + 2) % 4].v, 4);
    const __m128i sum =
        _mm_add_epi32(_mm_sha256msg1_epu32(lane.message[G % 4].v, lane.message[(G + 1) % 4].v), seven_before);
    lane.message[G % 4].v = _mm_sha256msg2_epu32(sum, last);
}

template <std::size_t G, std::size_t Scheduled> CAIRN_SHA_NI_INLINE void step(Lane& lane) {
    if constexpr (G >= Scheduled) schedule<G>(lane);
    four_rounds<G>(lane);
}
/// The same of all lanes, one after the other: measured quicker than all schedules before all rounds.
template <std::size_t G, std::size_t Scheduled, std::size_t N, std::size_t... L>
CAIRN_SHA_NI_INLINE void step(std::array<Lane, N>& lanes, std::index_sequence<L...>) {
    (step<G, Scheduled>(lanes[L]), ...);
}

/// Rounds 4·First … 63. `Scheduled`: the first group of words that is not there yet.
template <std::size_t First, std::size_t Scheduled, std::size_t N, std::size_t... G>
CAIRN_SHA_NI_INLINE void rounds_from(std::array<Lane, N>& lanes, std::index_sequence<G...>) {
    (step<First + G, Scheduled>(lanes, std::make_index_sequence<N>{}), ...);
}
template <std::size_t First = 0, std::size_t Scheduled = 4, std::size_t N>
CAIRN_SHA_NI_INLINE void rounds(std::array<Lane, N>& lanes) {
    rounds_from<First, Scheduled>(lanes, std::make_index_sequence<16 - First>{});
}

/// The eight words A … H, in order.
struct Digest {
    Words low;
    Words high;
};
CAIRN_SHA_NI_INLINE Digest in_order(Words abef, Words cdgh) {
    const __m128i ab_ef = _mm_shuffle_epi32(abef.v, 0x1b);
    const __m128i cd_gh = _mm_shuffle_epi32(cdgh.v, 0x1b);
    return {{_mm_unpacklo_epi64(ab_ef, cd_gh)}, {_mm_unpackhi_epi64(ab_ef, cd_gh)}};
}

/// The 32 bytes of the hash, big-endian.
CAIRN_SHA_NI_INLINE void store(ByteArray<32>& out, const Digest& digest) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out.data()), big_endian(digest.low.v).v);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out.data() + 16), big_endian(digest.high.v).v);
}

} // namespace cairn::crypto::sha_ni
