// Four elements of the field at once, one in each 64-bit lane of AVX2 registers, in ten limbs of 26 and 25
// bits in turn (radix 2^25.5: Bernstein, "Curve25519: new Diffie-Hellman speed records", 2006; four products
// at a time as in Chou, "Sandy2x: new Curve25519 speed records", 2015). AVX2 multiplies 32 bits by 32, and
// limbs of 26 bits leave room to add before the next product. Values; variable time, for public data only.
//
// Two bounds are kept, of even limbs; those of odd limbs are half of them:
//   tight   < 2^26 + 2^19: what products are
//   loose   < 3·2^26 + 2^20: what products take: sums and differences of two tight ones. 19 times it is below
//           2^32, and a column of ten products below 2^63.
//
// Functions carry their instruction set with them: the file that includes this is compiled for any x86-64, so
// that nothing else in it, templates of the standard library among it, needs AVX2.
#pragma once

#include <crypto/ed25519/field.hpp>

#include <immintrin.h>
#include <utility>

// A function of four lanes; always inlined, as operands are ten registers and more.
#define CAIRN_AVX2_INLINE [[gnu::target("avx2"), gnu::always_inline]] inline

namespace cairn::crypto::ed25519::avx2 {

/// One 64-bit number in each lane.
struct Lanes {
    __m256i v;
};
CAIRN_AVX2_INLINE Lanes operator+(Lanes a, Lanes b) { return {_mm256_add_epi64(a.v, b.v)}; }
CAIRN_AVX2_INLINE Lanes operator-(Lanes a, Lanes b) { return {_mm256_sub_epi64(a.v, b.v)}; }
/// Of the lower halves.
CAIRN_AVX2_INLINE Lanes operator*(Lanes a, Lanes b) { return {_mm256_mul_epu32(a.v, b.v)}; }
CAIRN_AVX2_INLINE Lanes all(std::uint64_t value) {
    return {_mm256_set1_epi64x(static_cast<long long>(value))};
}

constexpr std::size_t limbs = 10;

/// Copied limb by limb, each as a register: copied as bytes, a limb would be stored in two halves and be
/// loaded as one, which processors do slowly.
class Four {
  public:
    Four() = default;
    CAIRN_AVX2_INLINE Four(const Four& other) { set(other, std::make_index_sequence<limbs>{}); }
    CAIRN_AVX2_INLINE Four& operator=(const Four& other) {
        set(other, std::make_index_sequence<limbs>{});
        return *this;
    }
    CAIRN_AVX2_INLINE Lanes& operator[](std::size_t at) { return limb_[at]; }
    CAIRN_AVX2_INLINE const Lanes& operator[](std::size_t at) const { return limb_[at]; }

  private:
    template <std::size_t... I> CAIRN_AVX2_INLINE void set(const Four& other, std::index_sequence<I...>) {
        ((limb_[I].v = other.limb_[I].v), ...);
    }
    std::array<Lanes, limbs> limb_;
};

namespace detail {

constexpr int bits_of(std::size_t limb) { return limb % 2 == 0 ? 26 : 25; }

/// 2p, limb by limb: what differences are taken from.
constexpr std::uint64_t twice_p(std::size_t limb) {
    return limb == 0 ? (1ULL << 27) - 38 : (2ULL << bits_of(limb)) - 2;
}

/// What limb I holds above its bits goes to the next; above the last it returns at the bottom times 19.
template <std::size_t I> CAIRN_AVX2_INLINE void carry(Four& h) {
    const Lanes high{_mm256_srli_epi64(h[I].v, bits_of(I))};
    h[I].v = _mm256_and_si256(h[I].v, all((1ULL << bits_of(I)) - 1).v);
    if constexpr (I + 1 < limbs) {
        h[I + 1] = h[I + 1] + high;
    } else { // up to 39 bits: too wide for the multiplier
        h[0] = h[0] + high + Lanes{_mm256_slli_epi64(high.v, 1)} + Lanes{_mm256_slli_epi64(high.v, 4)};
    }
}

/// Columns < 2^63 + 2^39 to a tight value: two chains side by side, from 0 and from 4.
CAIRN_AVX2_INLINE Four carried(Four h) {
    carry<0>(h);
    carry<4>(h);
    carry<1>(h);
    carry<5>(h);
    carry<2>(h);
    carry<6>(h);
    carry<3>(h);
    carry<7>(h);
    carry<4>(h);
    carry<8>(h);
    carry<9>(h);
    carry<0>(h);
    return h;
}

template <std::size_t... I> CAIRN_AVX2_INLINE Four nineteen_times(const Four& a, std::index_sequence<I...>) {
    Four out;
    ((out[I] = a[I] * all(19)), ...);
    return out;
}
template <std::size_t... I> CAIRN_AVX2_INLINE void clear(Four& h, std::index_sequence<I...>) {
    ((h[I] = all(0)), ...);
}

/// Row I of the schoolbook product: limb I of `a` by every limb of `b`, into ten columns. 19 times where the
/// weight passes 2^255; twice where two odd limbs meet, which lose half a bit each.
template <std::size_t I, std::size_t... K>
CAIRN_AVX2_INLINE void add_row(Four& h, const Four& a, const Four& b, const Four& b19,
                               std::index_sequence<K...>) {
    const Lanes once = a[I];
    const Lanes doubled = I % 2 == 1 ? once + once : once; // for odd limbs of b
    ((h[K] = h[K] + ((K + limbs - I) % 2 == 1 ? doubled : once) * (K < I ? b19[K + limbs - I] : b[K - I])),
     ...);
}

template <std::size_t... I>
CAIRN_AVX2_INLINE Four product(const Four& a, const Four& b, std::index_sequence<I...> all_limbs) {
    const Four b19 = nineteen_times(b, all_limbs);
    Four h;
    clear(h, all_limbs);
    (add_row<I>(h, a, b, b19, all_limbs), ...);
    return carried(h);
}

/// Limbs I and J ≥ I of a square: where they are two, their product stands in it twice.
template <std::size_t I, std::size_t J>
CAIRN_AVX2_INLINE void add_pair(Four& h, Lanes once, Lanes twice, Lanes four_times, Lanes b) {
    constexpr bool both_odd = I % 2 == 1 && J % 2 == 1;
    const Lanes factor = I == J ? (both_odd ? twice : once) : (both_odd ? four_times : twice);
    h[(I + J) % limbs] = h[(I + J) % limbs] + factor * b;
}
template <std::size_t I, std::size_t... K>
CAIRN_AVX2_INLINE void add_square_row(Four& h, const Four& a, const Four& a19, std::index_sequence<K...>) {
    const Lanes twice = a[I] + a[I];
    const Lanes four_times = twice + twice;
    (add_pair<I, I + K>(h, a[I], twice, four_times, 2 * I + K >= limbs ? a19[I + K] : a[I + K]), ...);
}

template <std::size_t... I>
CAIRN_AVX2_INLINE Four squared(const Four& a, std::index_sequence<I...> all_limbs) {
    const Four a19 = nineteen_times(a, all_limbs);
    Four h;
    clear(h, all_limbs);
    (add_square_row<I>(h, a, a19, std::make_index_sequence<limbs - I>{}), ...);
    return carried(h);
}

} // namespace detail

/// Lane by lane; takes loose, gives tight.
CAIRN_AVX2_INLINE Four operator*(const Four& a, const Four& b) {
    return detail::product(a, b, std::make_index_sequence<limbs>{});
}
CAIRN_AVX2_INLINE Four square(const Four& a) { return detail::squared(a, std::make_index_sequence<limbs>{}); }

/// Halves of the limbs of field.hpp: of tight values, tight.
CAIRN_AVX2_INLINE Four lanes_of(const Field& a, const Field& b, const Field& c, const Field& d) {
    Four out;
    for (std::size_t i = 0; i < a.limb.size(); ++i) {
        const __m256i whole =
            _mm256_set_epi64x(static_cast<long long>(d.limb[i]), static_cast<long long>(c.limb[i]),
                              static_cast<long long>(b.limb[i]), static_cast<long long>(a.limb[i]));
        out[2 * i].v = _mm256_and_si256(whole, all((1ULL << 26) - 1).v);
        out[2 * i + 1].v = _mm256_srli_epi64(whole, 26);
    }
    return out;
}

/// The element in each lane, in limbs < 2^54: loose there.
CAIRN_AVX2_INLINE std::array<Field, 4> fields_of(const Four& a) {
    std::array<Field, 4> out;
    for (std::size_t i = 0; i < out[0].limb.size(); ++i) {
        const Lanes whole = a[2 * i] + Lanes{_mm256_slli_epi64(a[2 * i + 1].v, 26)};
        alignas(32) std::array<std::uint64_t, 4> words;
        _mm256_store_si256(reinterpret_cast<__m256i*>(words.data()), whole.v);
        for (std::size_t lane = 0; lane < out.size(); ++lane) out[lane].limb[i] = words[lane];
    }
    return out;
}

} // namespace cairn::crypto::ed25519::avx2
