// Straus's method (multi_scalar.cpp) on points in lanes (point_avx2.hpp).
#ifdef __x86_64__
#include <crypto/ed25519/multi_scalar.hpp>
#include <crypto/ed25519/point_avx2.hpp>

#include <algorithm>
#include <vector>

namespace cairn::crypto::ed25519::avx2 {
namespace {

constexpr unsigned width = 5; // 8 odd multiples of each point

/// A point's odd multiples 1, 3, 5, … 15, and which of them is added where.
struct Line {
    std::array<Packed, std::size_t{1} << (width - 2)> table;
    SignedDigits digits;
};

[[gnu::target("avx2")]] void prepare(Line& line, const Term& term) {
    line.digits = signed_digits(term.scalar, width);
    const Point& a = term.point;
    const Four point = lanes_of(a.x, a.y, a.t, a.z);
    const Four twice_point = doubled(point);
    Four ready = made_ready(point);
    pack(line.table[0], ready);
    for (std::size_t i = 1; i < line.table.size(); ++i) {
        ready = made_ready(sum(twice_point, ready));
        pack(line.table[i], ready);
    }
}

/// `digit` is odd: the entry of its absolute value is added or taken away.
CAIRN_AVX2_INLINE void add_digit(Four& sum_so_far, int digit, const Line& line) {
    const auto at = static_cast<std::size_t>(digit < 0 ? -digit : digit) / 2;
    const __m256i mask = all(digit < 0 ? ~std::uint64_t{0} : 0).v;
    sum_so_far = sum(sum_so_far, negated_where(mask, line.table[at], std::make_index_sequence<pairs>{}));
}

/// A pass over all lines at one position, from the highest down.
[[gnu::target("avx2")]] void step(Packed& result, const std::vector<Line>& lines, std::size_t position) {
    Four here = doubled(unpacked(result));
    for (const Line& line : lines)
        if (line.digits[position] != 0) add_digit(here, line.digits[position], line);
    pack(result, here);
}

[[gnu::target("avx2")]] void set_identity(Packed& result) { pack(result, lanes_of(zero, one, zero, one)); }

[[gnu::target("avx2")]] Point point_of(const Packed& result) {
    const auto [x, y, t, z] = fields_of(unpacked(result));
    return {x * one, y * one, z * one, t * one}; // makes them tight
}

} // namespace

Point straus(const Scalar& base, std::span<const Term> terms) {
    std::vector<Line> lines(terms.size() + 1);
    prepare(lines.back(), {base, base_point});
    std::size_t bits = bit_length(base);
    for (std::size_t i = 0; i < terms.size(); ++i) {
        prepare(lines[i], terms[i]);
        bits = std::max<std::size_t>(bits, bit_length(terms[i].scalar));
    }
    Packed result;
    set_identity(result);
    for (std::size_t position = bits + 1; position-- > 0;) step(result, lines, position);
    return point_of(result);
}

} // namespace cairn::crypto::ed25519::avx2
#endif
