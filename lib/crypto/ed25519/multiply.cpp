// a·A + b·B by Straus's method: both scalars in signed digits over one run of doublings (Straus 1964;
// Bernstein et al. 2011, section 5), with odd multiples of A made for the call, and of B, which never
// changes, made once.
#include <crypto/ed25519/formulas.hpp>
#include <crypto/ed25519/point.hpp>

namespace cairn::crypto::ed25519 {
namespace {

constexpr unsigned point_width = 5; // 8 odd multiples, made at every call
constexpr unsigned base_width = 8;  // 64 odd multiples, made once

constexpr std::size_t multiples(unsigned width) { return std::size_t{1} << (width - 2); }

using PointTable = std::array<Prepared, multiples(point_width)>;
using BaseTable = std::array<PreparedAffine, multiples(base_width)>;

/// 1, 3, 5, … 15 times the point.
PointTable odd_multiples(const Point& point) {
    PointTable table;
    table[0] = prepared(point);
    const Point twice_point = doubled(point);
    for (std::size_t i = 1; i < table.size(); ++i)
        table[i] = prepared(to_extended(sum(twice_point, table[i - 1])));
    return table;
}

PreparedAffine prepared_affine(const Point& point) {
    const Field inverse_z = inverse(point.z);
    const Field x = point.x * inverse_z;
    const Field y = point.y * inverse_z;
    return {y + x, y - x, x * y * twice_d};
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

Point multiply_add(const Scalar& a, const Point& point, const Scalar& b) {
    const SignedDigits a_digits = signed_digits(a, point_width);
    const SignedDigits b_digits = signed_digits(b, base_width);
    const PointTable point_table = odd_multiples(point);
    const BaseTable& of_base = base_table();

    std::size_t position = a_digits.size();
    while (position > 0 && a_digits[position - 1] == 0 && b_digits[position - 1] == 0) --position;

    Completed result{zero, one, one, one};
    while (position-- > 0) {
        result = twice(to_projective(result));
        add_digit(result, a_digits[position], point_table);
        add_digit(result, b_digits[position], of_base);
    }
    return to_extended(result);
}

} // namespace cairn::crypto::ed25519
