// A point with its four coordinates side by side in the lanes: an addition is two products of four (the
// formulas of formulas.hpp, in the parallel form of Hisil, Wong, Carter, Dawson 2008, section 4). Lanes of a
// point are X, Y, T, Z; of one that is ready to be added Y - X, Y + X, 2d·T, 2Z. Values; variable time, for
// public data only.
#pragma once

#include <crypto/ed25519/field_avx2.hpp>
#include <crypto/ed25519/formulas.hpp>

namespace cairn::crypto::ed25519::avx2 {

inline constexpr auto each_limb = std::make_index_sequence<limbs>{};
inline constexpr std::size_t pairs = limbs / 2;

/// Two limbs in the halves of each lane: half the memory.
struct alignas(32) Packed {
    std::array<Lanes, pairs> pair;
};

template <std::size_t... I>
CAIRN_AVX2_INLINE void pack(Packed& to, const Four& a, std::index_sequence<I...>) {
    ((to.pair[I].v = _mm256_or_si256(a[2 * I].v, _mm256_slli_epi64(a[2 * I + 1].v, 32))), ...);
}
CAIRN_AVX2_INLINE void pack(Packed& to, const Four& a) { pack(to, a, std::make_index_sequence<pairs>{}); }

template <std::size_t... I> CAIRN_AVX2_INLINE Four unpacked(const Lanes* pair, std::index_sequence<I...>) {
    Four out;
    ((out[2 * I].v = _mm256_and_si256(pair[I].v, all(0xffffffff).v)), ...);
    ((out[2 * I + 1].v = _mm256_srli_epi64(pair[I].v, 32)), ...);
    return out;
}
CAIRN_AVX2_INLINE Four unpacked(const Packed& from) {
    return unpacked(from.pair.data(), std::make_index_sequence<pairs>{});
}

/// 2p - b in the lanes of `Mask` (of 32 bits, so two for each), b in the others.
template <int Mask, std::size_t I> CAIRN_AVX2_INLINE Lanes negated_in(Lanes b) {
    return {_mm256_blend_epi32(b.v, (all(detail::twice_p(I)) - b).v, Mask)};
}

inline constexpr int lane0 = 0x03;
inline constexpr int lane1 = 0x0c;
inline constexpr int lane2 = 0x30;
inline constexpr int lane3 = 0xc0;
constexpr int order(int a, int b, int c, int d) { return a | b << 2 | c << 4 | d << 6; }

/// X, Y, T, Z to Y - X, Y + X, T, Z. Takes tight, gives loose.
template <std::size_t... I>
CAIRN_AVX2_INLINE Four with_difference_and_sum(const Four& a, std::index_sequence<I...>) {
    Four out;
    ((out[I].v = _mm256_add_epi64(
          _mm256_permute4x64_epi64(a[I].v, order(1, 0, 2, 3)),
          _mm256_blend_epi32((negated_in<lane0, I>(a[I]).v), _mm256_setzero_si256(), lane2 | lane3))),
     ...);
    return out;
}

/// A, B, C, D to E = B - A, H = B + A, F = D - C, G = D + C. Takes tight, gives loose.
template <std::size_t... I>
CAIRN_AVX2_INLINE Four differences_and_sums(const Four& a, std::index_sequence<I...>) {
    Four out;
    ((out[I] = Lanes{_mm256_shuffle_epi32(a[I].v, order(2, 3, 0, 1))} + negated_in<lane0 | lane2, I>(a[I])),
     ...);
    return out;
}

/// E, H, F, G to X = E·F, Y = G·H, T = E·H, Z = F·G.
template <std::size_t... I> CAIRN_AVX2_INLINE Four to_point(const Four& a, std::index_sequence<I...>) {
    Four left;
    Four right;
    ((left[I].v = _mm256_permute4x64_epi64(a[I].v, order(0, 3, 0, 2))), ...);
    ((right[I].v = _mm256_permute4x64_epi64(a[I].v, order(2, 1, 1, 3))), ...);
    return left * right;
}

CAIRN_AVX2_INLINE Four sum(const Four& a, const Four& ready) {
    const Four products = with_difference_and_sum(a, each_limb) * ready;
    return to_point(differences_and_sums(products, each_limb), each_limb);
}

/// The same where `a` is the identity: the products are the other's own, but for T.
template <std::size_t... I> CAIRN_AVX2_INLINE Four first_sum(const Four& ready, std::index_sequence<I...>) {
    Four products;
    ((products[I].v = _mm256_blend_epi32(ready[I].v, _mm256_setzero_si256(), lane2)), ...);
    return to_point(differences_and_sums(products, each_limb), each_limb);
}

CAIRN_AVX2_INLINE Four made_ready(const Four& a) {
    constexpr Field two{{2, 0, 0, 0, 0}};
    return with_difference_and_sum(a, each_limb) * lanes_of(one, one, twice_d, two);
}

/// The negative of a ready point where `mask` is all ones: Y - X and Y + X change places, T its sign.
template <std::size_t... I>
CAIRN_AVX2_INLINE Four negated_where(__m256i mask, const Packed& ready, std::index_sequence<I...>) {
    std::array<Lanes, pairs> out;
    ((out[I].v = _mm256_blendv_epi8(
          ready.pair[I].v,
          _mm256_blend_epi32(
              _mm256_permute4x64_epi64(ready.pair[I].v, order(1, 0, 2, 3)),
              _mm256_sub_epi32(all(detail::twice_p(2 * I) | detail::twice_p(2 * I + 1) << 32).v,
                               ready.pair[I].v),
              lane2),
          mask)),
     ...);
    return unpacked(out.data(), std::make_index_sequence<pairs>{});
}

/// X, Y, T, Z to X, Y, X + Y, Z. Takes tight, gives loose.
template <std::size_t... I> CAIRN_AVX2_INLINE Four with_sum(const Four& a, std::index_sequence<I...>) {
    Four out;
    ((out[I].v = _mm256_blend_epi32(a[I].v,
                                    _mm256_add_epi64(_mm256_permute4x64_epi64(a[I].v, order(0, 0, 0, 0)),
                                                     _mm256_permute4x64_epi64(a[I].v, order(1, 1, 1, 1))),
                                    lane2)),
     ...);
    return out;
}

/// The squares of X, Y, X + Y, Z to E = (X + Y)² - X² - Y², H = X² + Y², F = 2Z² + X² - Y², G = Y² - X².
template <std::size_t... I> CAIRN_AVX2_INLINE Four doubling_terms(const Four& a, std::index_sequence<I...>) {
    Four out;
    ((out[I].v = _mm256_blend_epi32(_mm256_permute4x64_epi64(a[I].v, order(2, 2, 3, 3)),
                                    _mm256_setzero_si256(), lane1 | lane3)),
     ...);
    ((out[I].v = _mm256_add_epi64(out[I].v, _mm256_blend_epi32(_mm256_setzero_si256(), out[I].v, lane2))),
     ...);
    ((out[I] = out[I] + negated_in<lane0 | lane3, I>({_mm256_permute4x64_epi64(a[I].v, order(0, 0, 0, 0))}) +
               negated_in<lane0 | lane2, I>({_mm256_permute4x64_epi64(a[I].v, order(1, 1, 1, 1))})),
     ...);
    return detail::carried(out);
}

CAIRN_AVX2_INLINE Four doubled(const Four& a) {
    return to_point(doubling_terms(square(with_sum(a, each_limb)), each_limb), each_limb);
}

} // namespace cairn::crypto::ed25519::avx2
