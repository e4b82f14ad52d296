// Sums of multiples of points: what one signature and a batch of them come down to. Pure functions, safe from
// any thread; variable time, for public data only.
#pragma once

#include <crypto/ed25519/point.hpp>

#include <span>

namespace cairn::crypto::ed25519 {

/// One multiple: scalar·point. Points as `decode` gives them, with Z = 1, are the quickest.
struct Term {
    Scalar scalar;
    Point point;
};

/// base·B + Σ scalar·point, with B the base point, by whichever method below costs the fewest products.
Point multi_scalar(const Scalar& base, std::span<const Term> terms, Form form = best_form());

/// Straus's method: one run of doublings for all, and a table of odd multiples for each point.
Point straus(const Scalar& base, std::span<const Term> terms, Form form = best_form());

/// Pippenger's bucket method with digits of radix 2^width, 2 ≤ width ≤ 15: no tables, but 2^(width-1) buckets
/// to be summed up for each digit.
Point pippenger(const Scalar& base, std::span<const Term> terms, unsigned width, Form form = best_form());

/// The method and its width that multi_scalar takes: 0 is Straus's.
unsigned best_width(std::span<const Term> terms, Form form = best_form());

namespace avx2 {
Point straus(const Scalar& base, std::span<const Term> terms);
} // namespace avx2

} // namespace cairn::crypto::ed25519
