// The search with AVX2, eight nonces in the eight lanes of 32 bits: for processors without SHA instructions.
// What all nonces have in common is made once, as in kernel_sha_ni.cpp: rounds 0 … 7. Functions carry their
// instruction set with them.
#ifdef __x86_64__
#include <crypto/sha256_ni.hpp> // round_constants
#include <mining/runs.hpp>

#include <algorithm>

#define CAIRN_AVX2_INLINE [[gnu::target("avx2"), gnu::always_inline]] inline

namespace cairn::mining {
namespace {

constexpr std::size_t ways = 8;
constexpr std::uint32_t padding = 0x80000000; ///< the bit after a message

/// FIPS 180-4, 5.3.3.
constexpr std::array<std::uint32_t, 8> initial_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// The same word of eight messages.
struct Eight {
    __m256i v;
};
CAIRN_AVX2_INLINE Eight operator+(Eight a, Eight b) { return {_mm256_add_epi32(a.v, b.v)}; }
CAIRN_AVX2_INLINE Eight operator^(Eight a, Eight b) { return {_mm256_xor_si256(a.v, b.v)}; }
CAIRN_AVX2_INLINE Eight operator&(Eight a, Eight b) { return {_mm256_and_si256(a.v, b.v)}; }
CAIRN_AVX2_INLINE Eight all(std::uint32_t word) { return {_mm256_set1_epi32(static_cast<int>(word))}; }
template <int Bits> CAIRN_AVX2_INLINE Eight shifted(Eight a) { return {_mm256_srli_epi32(a.v, Bits)}; }
template <int Bits> CAIRN_AVX2_INLINE Eight rotated(Eight a) {
    return {_mm256_or_si256(_mm256_srli_epi32(a.v, Bits), _mm256_slli_epi32(a.v, 32 - Bits))};
}

/// A state and the 16 words of the schedule that are due, word t at t mod 16.
struct Messages {
    std::array<Eight, 8> state;
    std::array<Eight, 16> word;
};

/// FIPS 180-4, 4.1.2 and 6.2.2. Round T finds A at -T mod 8 of the state: so nothing needs to move.
template <std::size_t T> CAIRN_AVX2_INLINE void round(Messages& m) {
    constexpr auto at = [](std::size_t i) { return (i + 64 - T) % 8; };
    const Eight a = m.state[at(0)];
    const Eight b = m.state[at(1)];
    const Eight c = m.state[at(2)];
    const Eight e = m.state[at(4)];
    const Eight f = m.state[at(5)];
    const Eight g = m.state[at(6)];
    const Eight choice = (e & (f ^ g)) ^ g;
    const Eight majority = (a & b) ^ (c & (a ^ b));
    const Eight t1 = m.state[at(7)] + (rotated<6>(e) ^ rotated<11>(e) ^ rotated<25>(e)) + choice +
                     all(crypto::sha_ni::round_constants[T]) + m.word[T % 16];
    m.state[at(3)] = m.state[at(3)] + t1;
    m.state[at(7)] = t1 + (rotated<2>(a) ^ rotated<13>(a) ^ rotated<22>(a)) + majority;
}

template <std::size_t T> CAIRN_AVX2_INLINE void schedule(Messages& m) {
    const Eight near = m.word[(T - 2) % 16];
    const Eight far = m.word[(T - 15) % 16];
    m.word[T % 16] = (rotated<17>(near) ^ rotated<19>(near) ^ shifted<10>(near)) + m.word[(T - 7) % 16] +
                     (rotated<7>(far) ^ rotated<18>(far) ^ shifted<3>(far)) + m.word[T % 16];
}

template <std::size_t T> CAIRN_AVX2_INLINE void step(Messages& m) {
    if constexpr (T >= 16) schedule<T>(m);
    round<T>(m);
}
template <std::size_t First, std::size_t... T>
CAIRN_AVX2_INLINE void rounds(Messages& m, std::index_sequence<T...>) {
    (step<First + T>(m), ...);
}

/// Up to round 7 of the first message.
[[gnu::target("avx2")]] void begin(Messages& common, const Hash256& digest, std::uint32_t upper_nonce) {
    for (std::size_t i = 0; i < 8; ++i) {
        common.state[i] = all(initial_state[i]);
        std::uint32_t word = 0;
        for (std::size_t byte = 0; byte < 4; ++byte) word = word << 8 | digest[4 * i + byte];
        common.word[i] = all(word);
        common.word[i + 8] = all(0);
    }
    common.word[9] = all(__builtin_bswap32(upper_nonce));
    common.word[10] = all(padding);
    common.word[15] = all(40 * 8);
    rounds<0>(common, std::make_index_sequence<8>{});
}

/// The first words of the hashes of eight nonces.
[[gnu::target("avx2")]] void attempt(std::array<std::uint32_t, ways>& out, const Messages& common,
                                     std::uint32_t lower_nonce) {
    Messages m;
    for (std::size_t i = 0; i < 8; ++i) m.state[i].v = common.state[i].v;
    for (std::size_t i = 0; i < 16; ++i) m.word[i].v = common.word[i].v;
    const __m256i swap = _mm256_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15,
                                         8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    const Eight nonces = all(lower_nonce) + Eight{_mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0)};
    m.word[8].v = _mm256_shuffle_epi8(nonces.v, swap);
    rounds<8>(m, std::make_index_sequence<56>{});
    for (std::size_t i = 0; i < 8; ++i) { // the second message is the hash of the first
        m.word[i] = m.state[i] + all(initial_state[i]);
        m.word[i + 8] = all(0);
        m.state[i] = all(initial_state[i]);
    }
    m.word[8] = all(padding);
    m.word[15] = all(32 * 8);
    rounds<0>(m, std::make_index_sequence<64>{});
    const Eight first = m.state[0] + all(initial_state[0]);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.data()), first.v);
}

/// Of nonces with the same upper half.
[[gnu::target("avx2")]] std::optional<std::uint64_t> try_run(const Hash256& digest, const Uint256& target,
                                                             std::uint64_t first, std::uint64_t count) {
    const auto bound = static_cast<std::uint32_t>(target.limbs[3] >> 32);
    Messages common;
    begin(common, digest, static_cast<std::uint32_t>(first >> 32));
    std::array<std::uint32_t, ways> found;
    for (std::uint64_t done = 0; done < count; done += ways) {
        attempt(found, common, static_cast<std::uint32_t>(first + done));
        for (std::uint64_t i = 0; i < ways && done + i < count; ++i) {
            // Nearly every attempt ends at the first word; the few others are looked at in full.
            if (found[i] > bound) continue;
            if (const auto nonce = try_nonces_portable(digest, target, first + done + i, 1)) return nonce;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<std::uint64_t> try_nonces_avx2(const Hash256& digest, const Uint256& target,
                                             std::uint64_t first, std::uint64_t count) {
    return in_runs_of_one_half(try_run, digest, target, first, count);
}

} // namespace cairn::mining
#endif
