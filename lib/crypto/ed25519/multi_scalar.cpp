// Which method for how many; and Straus's.
#include <crypto/ed25519/formulas.hpp>
#include <crypto/ed25519/multi_scalar.hpp>

#include <algorithm>
#include <vector>

namespace cairn::crypto::ed25519 {
namespace {

constexpr unsigned point_width = 5; // 8 odd multiples, made at every call
constexpr unsigned base_width = 8;  // 64 odd multiples, made once

constexpr std::size_t multiples(unsigned width) { return std::size_t{1} << (width - 2); }

using BaseTable = std::array<PreparedAffine, multiples(base_width)>;

/// A point's odd multiples 1, 3, 5, … 15, and which of them is added where.
struct Line {
    std::array<Prepared, multiples(point_width)> table;
    SignedDigits digits;
};

Line line_of(const Term& term) {
    Line line;
    line.digits = signed_digits(term.scalar, point_width);
    line.table[0] = prepared(term.point);
    const Point twice_point = doubled(term.point);
    for (std::size_t i = 1; i < line.table.size(); ++i)
        line.table[i] = prepared(to_extended(sum(twice_point, line.table[i - 1])));
    return line;
}

BaseTable make_base_table() {
    BaseTable table;
    const Prepared step = prepared(doubled(base_point));
    Point multiple = base_point;
    for (auto& entry : table) {
        entry = prepared_affine(multiple);
        multiple = to_extended(sum(multiple, step));
    }
    return table;
}

/// Made by the first caller, constant from then on.
const BaseTable& base_table() {
    static const BaseTable table = make_base_table();
    return table;
}

/// `digit` is odd or zero: the entry of its absolute value is added or taken away.
template <typename Table> void add_digit(Completed& sum_so_far, int digit, const Table& table) {
    if (digit > 0) sum_so_far = sum(to_extended(sum_so_far), table[static_cast<std::size_t>(digit) / 2]);
    if (digit < 0)
        sum_so_far = difference(to_extended(sum_so_far), table[static_cast<std::size_t>(-digit) / 2]);
}

} // namespace

// Straus: "Addition chains of vectors", 1964; with signed digits and the base point's table as Bernstein et
// al. 2011, section 5.
Point straus(const Scalar& base, std::span<const Term> terms, Form form) {
#ifdef __x86_64__
    if (form == Form::avx2) return avx2::straus(base, terms);
#else
    static_cast<void>(form);
#endif
    std::vector<Line> lines;
    lines.reserve(terms.size());
    std::size_t bits = bit_length(base);
    for (const Term& term : terms) {
        lines.push_back(line_of(term));
        bits = std::max<std::size_t>(bits, bit_length(term.scalar));
    }
    const SignedDigits base_digits = signed_digits(base, base_width);
    const BaseTable& of_base = base_table();

    Completed result{zero, one, one, one};
    for (std::size_t position = bits + 1; position-- > 0;) { // the last carry may stand above the highest bit
        result = twice(to_projective(result));
        for (const Line& line : lines) add_digit(result, line.digits[position], line.table);
        add_digit(result, base_digits[position], of_base);
    }
    return to_extended(result);
}

namespace {

/// In products of two field elements, a square counted as one.
struct Costs {
    std::size_t entry;  ///< Straus: of a point's table
    std::size_t digit;  ///< Straus: one bit in point_width + 1 has one
    std::size_t window; ///< Pippenger: one for each width of bits
    std::size_t bucket; ///< Pippenger: two additions of each, with their preparation
};
constexpr Costs portable_costs{9, 8, 7, 18};
constexpr Costs avx2_costs{5, 5, 4, 9}; ///< measured

} // namespace

unsigned best_width(std::span<const Term> terms, Form form) {
    constexpr std::size_t all_bits = 253;
    const Costs costs = form == Form::portable ? portable_costs : avx2_costs;
    std::size_t bits = all_bits; // of the base point, which both have
    for (const Term& term : terms) bits += bit_length(term.scalar);
    unsigned best = 0;
    std::size_t least =
        costs.entry * multiples(point_width) * terms.size() + costs.digit * bits / (point_width + 1);
    for (unsigned width = 4; width <= 12; ++width) {
        const std::size_t buckets = std::size_t{1} << (width - 1);
        const std::size_t cost =
            costs.window * bits / width + costs.bucket * buckets * window_count(all_bits, width);
        if (cost >= least) continue;
        least = cost;
        best = width;
    }
    return best;
}

Point multi_scalar(const Scalar& base, std::span<const Term> terms, Form form) {
    const unsigned width = best_width(terms, form);
    return width == 0 ? straus(base, terms, form) : pippenger(base, terms, width, form);
}

} // namespace cairn::crypto::ed25519
