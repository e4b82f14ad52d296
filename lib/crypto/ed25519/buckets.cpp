#include <crypto/ed25519/buckets.hpp>
#include <crypto/ed25519/formulas.hpp>

#include <optional>
#include <vector>

namespace cairn::crypto::ed25519 {
namespace {

/// A point, ready to be added, and as it is for a bucket that it comes to first.
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

class PortableBuckets final : public Buckets {
  public:
    PortableBuckets(std::span<const Point> points, unsigned width)
        : sums_((std::size_t{1} << (width - 1)) + 1), filled_(sums_.size()) {
        entries_.reserve(points.size());
        for (const Point& point : points) entries_.push_back(entry_of(point));
    }

    Point sum(std::span<const std::int16_t> digits) override {
        for (std::size_t i = 0; i < digits.size(); ++i)
            if (digits[i] != 0) add(digits[i], entries_[i]);
        return weighted_sum();
    }

  private:
    void add(int digit, const Entry& entry) {
        const auto at = static_cast<std::size_t>(digit < 0 ? -digit : digit);
        Point& bucket = sums_[at];
        if (filled_[at] == 0) {
            bucket = digit < 0 ? -entry.point : entry.point;
            filled_[at] = 1;
            return;
        }
        bucket = to_extended(digit < 0 ? difference(bucket, entry.ready) : ed25519::sum(bucket, entry.ready));
    }

    /// And empties them.
    Point weighted_sum() {
        std::optional<Point> running;
        std::optional<Point> total;
        for (std::size_t at = sums_.size(); at-- > 1;) {
            if (filled_[at] != 0) running = running ? *running + sums_[at] : sums_[at];
            filled_[at] = 0;
            if (running) total = total ? *total + *running : *running;
        }
        return total.value_or(identity);
    }

    std::vector<Entry> entries_;
    std::vector<Point> sums_; ///< by the digit's absolute value; the first is never used
    std::vector<std::uint8_t> filled_;
};

} // namespace

std::unique_ptr<Buckets> make_buckets(std::span<const Point> points, unsigned width, Form form) {
#ifdef __x86_64__
    if (form == Form::avx2) return avx2::make_buckets(points, width);
#else
    static_cast<void>(form);
#endif
    return std::make_unique<PortableBuckets>(points, width);
}

} // namespace cairn::crypto::ed25519
