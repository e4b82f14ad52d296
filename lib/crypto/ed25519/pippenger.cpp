// Pippenger's bucket method: Pippenger, "On the evaluation of powers and related problems", 1976, in the form
// of Bernstein, Doumen, Lange, Oosterwijk, "Faster batch forgery identification", 2012, section 4. For each
// digit position, the points whose digit is ±d are summed up in bucket d; then Σ d·bucket[d] is made of the
// running sums from the highest bucket down.
#include <crypto/ed25519/formulas.hpp>
#include <crypto/ed25519/multi_scalar.hpp>

#include <optional>
#include <vector>

namespace cairn::crypto::ed25519 {
namespace {

/// A term's point, ready to be added, and as it is for a bucket that it comes to first.
struct Entry {
    PreparedAffine ready;
    Point point;
};

Entry entry_of(const Point& point) {
    Point affine = point;
    if (point.z.limb != one.limb) {
        const Field inverse_z = inverse(point.z);
        affine = {point.x * inverse_z, point.y * inverse_z, one, point.t * inverse_z};
    }
    return {{affine.y + affine.x, affine.y - affine.x, affine.t * twice_d}, affine};
}

class Buckets {
  public:
    explicit Buckets(unsigned width) : sums_((std::size_t{1} << (width - 1)) + 1), filled_(sums_.size()) {}

    /// digit ≠ 0.
    void add(int digit, const Entry& entry) {
        const auto at = static_cast<std::size_t>(digit < 0 ? -digit : digit);
        Point& bucket = sums_[at];
        if (filled_[at] == 0) {
            bucket = digit < 0 ? -entry.point : entry.point;
            filled_[at] = 1;
            return;
        }
        bucket = to_extended(digit < 0 ? difference(bucket, entry.ready) : sum(bucket, entry.ready));
    }

    /// Σ d·bucket[d], nullopt for nothing; empties them.
    std::optional<Point> weighted_sum() {
        std::optional<Point> running;
        std::optional<Point> total;
        for (std::size_t at = sums_.size(); at-- > 1;) {
            if (filled_[at] != 0) running = running ? *running + sums_[at] : sums_[at];
            filled_[at] = 0;
            if (running) total = total ? *total + *running : *running;
        }
        return total;
    }

  private:
    std::vector<Point> sums_; ///< by the digit's absolute value; the first is never used
    std::vector<std::uint8_t> filled_;
};

} // namespace

Point pippenger(const Scalar& base, std::span<const Term> terms, unsigned width) {
    std::size_t windows = window_count(bit_length(base), width);
    for (const Term& term : terms) windows = std::max(windows, window_count(bit_length(term.scalar), width));

    const std::size_t row = terms.size() + 1;
    std::vector<Entry> entries;
    entries.reserve(row);
    std::vector<std::int16_t> digits(windows * row); // those of one position in a row
    for (const Term& term : terms) {
        signed_windows(term.scalar, width, digits.data() + entries.size(), windows, row);
        entries.push_back(entry_of(term.point));
    }
    signed_windows(base, width, digits.data() + entries.size(), windows, row);
    entries.push_back(entry_of(base_point));

    Buckets buckets(width);
    Point result = identity;
    for (std::size_t window = windows; window-- > 0;) {
        for (unsigned i = 0; i < width; ++i) result = doubled(result);
        const std::int16_t* digit = digits.data() + window * row;
        for (std::size_t i = 0; i < row; ++i)
            if (digit[i] != 0) buckets.add(digit[i], entries[i]);
        if (const auto sum = buckets.weighted_sum()) result = result + *sum;
    }
    return result;
}

} // namespace cairn::crypto::ed25519
