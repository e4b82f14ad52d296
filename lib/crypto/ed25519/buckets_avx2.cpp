// Buckets of points in lanes (point_avx2.hpp).
#ifdef __x86_64__
#include <crypto/ed25519/buckets.hpp>
#include <crypto/ed25519/point_avx2.hpp>

#include <vector>

namespace cairn::crypto::ed25519::avx2 {
namespace {

class Avx2Buckets final : public Buckets {
  public:
    [[gnu::target("avx2")]] Avx2Buckets(std::span<const Point> points, unsigned width)
        : ready_(points.size()), sums_((std::size_t{1} << (width - 1)) + 1), filled_(sums_.size()) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            const Point& a = points[i];
            pack(ready_[i], made_ready(lanes_of(a.x, a.y, a.t, a.z)));
        }
    }

    Point sum(std::span<const std::int16_t> digits) override {
        for (std::size_t i = 0; i < digits.size(); ++i)
            if (digits[i] != 0) add(digits[i], ready_[i]);
        return weighted_sum();
    }

  private:
    [[gnu::target("avx2")]] void add(int digit, const Packed& entry) {
        const auto at = static_cast<std::size_t>(digit < 0 ? -digit : digit);
        const __m256i mask =
            all(digit < 0 ? ~std::uint64_t{0} : 0).v; // the sign is anybody's guess: no branch
        const Four ready = negated_where(mask, entry, std::make_index_sequence<pairs>{});
        if (filled_[at] == 0) {
            filled_[at] = 1;
            pack(sums_[at], first_sum(ready, each_limb));
        } else {
            pack(sums_[at], avx2::sum(unpacked(sums_[at]), ready));
        }
    }

    /// And empties them.
    [[gnu::target("avx2")]] Point weighted_sum() {
        Four running = lanes_of(zero, one, zero, one);
        Four total = running;
        bool any = false;
        for (std::size_t at = sums_.size(); at-- > 1;) {
            if (filled_[at] != 0) running = avx2::sum(running, made_ready(unpacked(sums_[at])));
            any = any || filled_[at] != 0;
            filled_[at] = 0;
            if (any) total = avx2::sum(total, made_ready(running));
        }
        const auto [x, y, t, z] = fields_of(total);
        return {x * one, y * one, z * one, t * one}; // makes them tight
    }

    std::vector<Packed> ready_;
    std::vector<Packed> sums_; ///< by the digit's absolute value; the first is never used
    std::vector<std::uint8_t> filled_;
};

} // namespace

std::unique_ptr<Buckets> make_buckets(std::span<const Point> points, unsigned width) {
    return std::make_unique<Avx2Buckets>(points, width);
}

} // namespace cairn::crypto::ed25519::avx2
#endif
