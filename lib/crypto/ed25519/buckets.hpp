// The inner part of Pippenger's method (pippenger.cpp): the sum of one digit position.
#pragma once

#include <crypto/ed25519/point.hpp>

#include <memory>
#include <span>

namespace cairn::crypto::ed25519 {

class Buckets {
  public:
    virtual ~Buckets() = default;
    /// Σ digit[i]·point[i] over the points it was made of, |digit[i]| ≤ 2^(width-1). The points whose digit
    /// is ±d are summed up in bucket d; then Σ d·bucket[d] is made of the running sums from the highest
    /// bucket down.
    virtual Point sum(std::span<const std::int16_t> digits) = 0;
};

std::unique_ptr<Buckets> make_buckets(std::span<const Point> points, unsigned width, Form form);

namespace avx2 {
std::unique_ptr<Buckets> make_buckets(std::span<const Point> points, unsigned width);
} // namespace avx2

} // namespace cairn::crypto::ed25519
