// Pippenger's bucket method: Pippenger, "On the evaluation of powers and related problems", 1976, in the form
// of Bernstein, Doumen, Lange, Oosterwijk, "Faster batch forgery identification", 2012, section 4. Scalars
// become digits of radix 2^width; one sum for each position, from the highest down, with doublings between.
#include <crypto/ed25519/buckets.hpp>
#include <crypto/ed25519/multi_scalar.hpp>

#include <algorithm>
#include <vector>

namespace cairn::crypto::ed25519 {

Point pippenger(const Scalar& base, std::span<const Term> terms, unsigned width, Form form) {
    std::size_t windows = window_count(bit_length(base), width);
    for (const Term& term : terms) windows = std::max(windows, window_count(bit_length(term.scalar), width));

    const std::size_t row = terms.size() + 1;
    std::vector<Point> points;
    points.reserve(row);
    std::vector<std::int16_t> digits(windows * row); // those of one position in a row
    for (const Term& term : terms) {
        signed_windows(term.scalar, width, digits.data() + points.size(), windows, row);
        points.push_back(term.point);
    }
    signed_windows(base, width, digits.data() + points.size(), windows, row);
    points.push_back(base_point);

    const auto buckets = make_buckets(points, width, form);
    Point result = identity;
    for (std::size_t window = windows; window-- > 0;) {
        for (unsigned i = 0; i < width; ++i) result = doubled(result);
        result = result + buckets->sum(std::span(digits).subspan(window * row, row));
    }
    return result;
}

} // namespace cairn::crypto::ed25519
