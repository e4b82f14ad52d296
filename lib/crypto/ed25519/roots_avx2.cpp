// Square roots, eight at a time: two vectors of four, in turn, so that one multiplies while the other
// carries.
#ifdef __x86_64__
#include <crypto/ed25519/field_avx2.hpp>
#include <crypto/ed25519/roots.hpp>

namespace cairn::crypto::ed25519::avx2 {
namespace {

struct Eight {
    Four first;
    Four second;
};

/// to = a·b
[[gnu::target("avx2"), gnu::noinline]] void multiply(Eight& to, const Eight& a, const Eight& b) {
    to.first = a.first * b.first;
    to.second = a.second * b.second;
}

/// to = a^(2^squarings)·b, squarings ≥ 1
[[gnu::target("avx2"), gnu::noinline]] void raise(Eight& to, const Eight& a, int squarings, const Eight& b) {
    to.first = square(a.first);
    to.second = square(a.second);
    for (int i = 1; i < squarings; ++i) {
        to.first = square(to.first);
        to.second = square(to.second);
    }
    multiply(to, to, b);
}

/// to = a^((p - 5) / 8), by the chain of ed25519::root_power.
[[gnu::target("avx2")]] void raise_to_root_power(Eight& to, const Eight& a) {
    Eight a2, a9, a11, ones5, ones10, ones20, ones40, ones50, ones100, ones200, ones250;
    multiply(a2, a, a);
    raise(a9, a2, 2, a);
    multiply(a11, a9, a2);
    raise(ones5, a11, 1, a9);
    raise(ones10, ones5, 5, ones5);
    raise(ones20, ones10, 10, ones10);
    raise(ones40, ones20, 20, ones20);
    raise(ones50, ones40, 10, ones10);
    raise(ones100, ones50, 50, ones50);
    raise(ones200, ones100, 100, ones100);
    raise(ones250, ones200, 50, ones50);
    raise(to, ones250, 2, a);
}

} // namespace

[[gnu::target("avx2")]] void root_candidates(std::span<const Ratio, 8> r, std::span<Field, 8> roots) {
    const Eight u{lanes_of(r[0].u, r[1].u, r[2].u, r[3].u), lanes_of(r[4].u, r[5].u, r[6].u, r[7].u)};
    const Eight v{lanes_of(r[0].v, r[1].v, r[2].v, r[3].v), lanes_of(r[4].v, r[5].v, r[6].v, r[7].v)};
    Eight v3, uv, uv3, uv7, power, root;
    raise(v3, v, 1, v);
    multiply(uv, u, v);
    multiply(uv3, u, v3);
    raise(uv7, v3, 1, uv);
    raise_to_root_power(power, uv7);
    multiply(root, power, uv3);
    const auto first = fields_of(root.first);
    const auto second = fields_of(root.second);
    for (std::size_t i = 0; i < 4; ++i) {
        roots[i] = first[i] * one; // makes it tight
        roots[i + 4] = second[i] * one;
    }
}

} // namespace cairn::crypto::ed25519::avx2
#endif
