// The formulas behind point.hpp, in the coordinates that make each cheapest. A doubling needs no T and gives
// none, so a run of them goes through projective coordinates, and T is computed only before an addition
// (Hisil, Wong, Carter, Dawson 2008, section 4.3). M stands for a product, S for a square.
#pragma once

#include <crypto/ed25519/point.hpp>

namespace cairn::crypto::ed25519 {

/// x = X/Z, y = Y/Z.
struct Projective {
    Field x;
    Field y;
    Field z;
};

/// What the formulas leave: x = E/G, y = H/F, before the products that bring both to one denominator.
struct Completed {
    Field e;
    Field f;
    Field g;
    Field h;
};

/// The second operand of an addition, prepared: Y + X, Y - X, 2Z, 2d·T.
struct Prepared {
    Field sum;
    Field difference;
    Field twice_z;
    Field t2d;
};

/// The same of a point with Z = 1, which saves a product.
struct PreparedAffine {
    Field sum;
    Field difference;
    Field t2d;
};

inline constexpr Field twice_d{
    {0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff}};

/// 3M.
inline Projective to_projective(const Completed& c) { return {c.e * c.f, c.g * c.h, c.f * c.g}; }
/// 4M.
inline Point to_extended(const Completed& c) { return {c.e * c.f, c.g * c.h, c.f * c.g, c.e * c.h}; }

inline Prepared prepared(const Point& a) { return {a.y + a.x, a.y - a.x, a.z + a.z, a.t * twice_d}; }

/// One inversion.
inline PreparedAffine prepared_affine(const Point& a) {
    const Field inverse_z = inverse(a.z);
    const Field x = a.x * inverse_z;
    const Field y = a.y * inverse_z;
    return {y + x, y - x, x * y * twice_d};
}

/// Section 4.4 (dbl-2008-hwcd) with a = -1, and all four of E, F, G, H negated or not so that no negation is
/// left: 4S. Of 2·Z² + X² - Y² the subtraction comes last, to stay loose.
inline Completed twice(const Projective& p) {
    const Field xx = square(p.x);
    const Field yy = square(p.y);
    const Field zz = square(p.z);
    const Field h = yy + xx;
    return {square(p.x + p.y) - h, (zz + zz + xx) - yy, yy - xx, h};
}

namespace detail {

/// Section 3.1 with k = 2d (add-2008-hwcd-3), from its four products on.
inline Completed added(const Field& a, const Field& b, const Field& c, const Field& d) {
    return {b - a, d - c, d + c, b + a};
}

} // namespace detail

/// 4M.
inline Completed sum(const Point& p, const Prepared& q) {
    return detail::added((p.y - p.x) * q.difference, (p.y + p.x) * q.sum, p.t * q.t2d, p.z * q.twice_z);
}
/// p + (-q): -q has x and t negated, so sum and difference change places and c its sign. 4M.
inline Completed difference(const Point& p, const Prepared& q) {
    const Completed s =
        detail::added((p.y - p.x) * q.sum, (p.y + p.x) * q.difference, p.t * q.t2d, p.z * q.twice_z);
    return {s.e, s.g, s.f, s.h};
}
/// 3M.
inline Completed sum(const Point& p, const PreparedAffine& q) {
    return detail::added((p.y - p.x) * q.difference, (p.y + p.x) * q.sum, p.t * q.t2d, p.z + p.z);
}
inline Completed difference(const Point& p, const PreparedAffine& q) {
    const Completed s =
        detail::added((p.y - p.x) * q.sum, (p.y + p.x) * q.difference, p.t * q.t2d, p.z + p.z);
    return {s.e, s.g, s.f, s.h};
}

} // namespace cairn::crypto::ed25519
