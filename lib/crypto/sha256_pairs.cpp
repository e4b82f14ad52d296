// SHA-256 of tag ‖ pair, 65 bytes: two compressions. The second block is one byte, the padding and the
// length: there are 256 such blocks, and their schedules are made once. So the second compression is its
// rounds alone, with registers for four side by side; the first has enough for two.
#include <crypto/form.hpp>
#include <crypto/sha256_pairs.hpp>

#include <algorithm>

#ifdef __x86_64__
#include <crypto/sha256_ni.hpp>

#include <bit>
#include <memory>
#endif

namespace cairn::crypto {
namespace {

#ifdef __x86_64__

using namespace sha_ni;

constexpr std::size_t message_size = 1 + 2 * sizeof(Hash256);
constexpr std::size_t most_ways = 4; ///< of the second block; more are no quicker (measured, to 8)

/// The words of the second block's schedule with the constants of the rounds added (FIPS 180-4, 6.2.2).
struct alignas(64) Schedule {
    std::array<std::uint32_t, 64> words;
};

Schedule schedule_of(Byte last) {
    std::array<std::uint32_t, 64> w{};
    w[0] = std::uint32_t{last} << 24 | 0x00800000;
    w[15] = message_size * 8;
    for (std::size_t t = 16; t < w.size(); ++t) {
        const std::uint32_t near = w[t - 2];
        const std::uint32_t far = w[t - 15];
        w[t] = (std::rotr(near, 17) ^ std::rotr(near, 19) ^ near >> 10) + w[t - 7] +
               (std::rotr(far, 7) ^ std::rotr(far, 18) ^ far >> 3) + w[t - 16];
    }
    Schedule out{};
    for (std::size_t t = 0; t < w.size(); ++t) out.words[t] = w[t] + round_constants[t];
    return out;
}

/// By the last byte of the pair; 64 KiB.
using Schedules = std::array<Schedule, 256>;

const Schedules& schedules() {
    static const std::unique_ptr<const Schedules> all = [] {
        auto out = std::make_unique<Schedules>();
        for (std::size_t i = 0; i < out->size(); ++i) (*out)[i] = schedule_of(static_cast<Byte>(i));
        return out;
    }();
    return *all;
}

/// A node between its two blocks.
struct Half {
    Words abef;
    Words cdgh;
    const Schedule* rest;
};

/// tag ‖ the pair but for its last byte.
CAIRN_SHA_NI_INLINE void load_first_block(Lane& lane, Byte tag, const Byte* pair) {
    const __m128i shifted = _mm_slli_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(pair)), 1);
    const __m128i first = _mm_or_si128(shifted, _mm_cvtsi32_si128(tag));
    lane.abef = initial_abef();
    lane.cdgh = initial_cdgh();
    lane.message = {big_endian(first), words_at(pair + 15), words_at(pair + 31), words_at(pair + 47)};
}

template <std::size_t N>
CAIRN_SHA_NI_INLINE void first_blocks(Byte tag, const Hash256* const* pairs, const Schedules& by_last,
                                      Half* halves) {
    std::array<Lane, N> lanes;
    for (std::size_t i = 0; i < N; ++i) load_first_block(lanes[i], tag, pairs[i][0].data());
    rounds(lanes);
    for (std::size_t i = 0; i < N; ++i)
        halves[i] = {lanes[i].abef + initial_abef(), lanes[i].cdgh + initial_cdgh(),
                     &by_last[pairs[i][1].back()]};
}

/// Rounds 4g … 4g + 3 with words that are there.
template <std::size_t G> CAIRN_SHA_NI_INLINE void four_rounds(Half& lane) {
    const __m128i w = _mm_load_si128(reinterpret_cast<const __m128i*>(&lane.rest->words[4 * G]));
    lane.cdgh.v = _mm_sha256rnds2_epu32(lane.cdgh.v, lane.abef.v, w);
    lane.abef.v = _mm_sha256rnds2_epu32(lane.abef.v, lane.cdgh.v, _mm_shuffle_epi32(w, 0x0e));
}
template <std::size_t G, std::size_t N, std::size_t... L>
CAIRN_SHA_NI_INLINE void four_rounds(std::array<Half, N>& lanes, std::index_sequence<L...>) {
    (four_rounds<G>(lanes[L]), ...);
}
template <std::size_t N, std::size_t... G>
CAIRN_SHA_NI_INLINE void all_rounds(std::array<Half, N>& lanes, std::index_sequence<G...>) {
    (four_rounds<G>(lanes, std::make_index_sequence<N>{}), ...);
}

template <std::size_t N>
[[gnu::target("sha,sse4.1")]] void hash_pairs(Byte tag, const Hash256* const* pairs, Hash256* const* out) {
    static_assert(N == 1 || N % 2 == 0);
    constexpr std::size_t at_once = std::min<std::size_t>(N, 2);
    const Schedules& by_last = schedules();
    std::array<Half, N> halves;
    for (std::size_t i = 0; i < N; i += at_once)
        first_blocks<at_once>(tag, pairs + i, by_last, halves.data() + i);
    std::array<Half, N> lanes = halves;
    all_rounds(lanes, std::make_index_sequence<16>{});
    for (std::size_t i = 0; i < N; ++i) {
        const Digest digest = in_order(lanes[i].abef + halves[i].abef, lanes[i].cdgh + halves[i].cdgh);
        store(*out[i], digest);
    }
}

void by_instructions(Byte tag, std::span<const Hash256* const> pairs, std::span<Hash256* const> out) {
    std::size_t done = 0;
    for (; out.size() - done >= most_ways; done += most_ways)
        hash_pairs<most_ways>(tag, &pairs[done], &out[done]);
    if (out.size() - done >= 2) {
        hash_pairs<2>(tag, &pairs[done], &out[done]);
        done += 2;
    }
    if (done < out.size()) hash_pairs<1>(tag, &pairs[done], &out[done]);
}

#endif

} // namespace

void sha256_pairs(Byte tag, std::span<const Hash256* const> pairs, std::span<Hash256* const> out) {
#ifdef __x86_64__
    static const bool has_instructions = has_sha_ni();
    if (has_instructions) return by_instructions(tag, pairs, out);
#endif
    for (std::size_t i = 0; i < out.size(); ++i) {
        ByteArray<1 + 2 * sizeof(Hash256)> message;
        message[0] = tag;
        std::memcpy(message.data() + 1, pairs[i][0].data(), sizeof(Hash256));
        std::memcpy(message.data() + 1 + sizeof(Hash256), pairs[i][1].data(), sizeof(Hash256));
        *out[i] = sha256(message);
    }
}

} // namespace cairn::crypto
