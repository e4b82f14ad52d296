// Points of edwards25519, -x² + y² = 1 + d·x²·y² over the field (RFC 8032, 5.1), in the coordinates and with
// the formulas of Hisil, Wong, Carter, Dawson: "Twisted Edwards curves revisited", 2008. The formulas are
// complete: they hold for every pair of points. Values; variable time, for public data only. All coordinates
// are tight (field.hpp).
#pragma once

#include <crypto/ed25519/field.hpp>
#include <crypto/ed25519/scalar.hpp>
#include <crypto/form.hpp>

#include <span>
#include <vector>

namespace cairn::crypto::ed25519 {

/// Extended coordinates: x = X/Z, y = Y/Z, T = X·Y/Z.
struct Point {
    Field x;
    Field y;
    Field z;
    Field t;
};

inline constexpr Point identity{zero, one, one, zero};

/// The base point B.
extern const Point base_point;

/// RFC 8032, 5.1.3, strictly: nullopt where the number is not below p, the point not on the curve, or the
/// sign of x = 0 set. So a point has one encoding only.
std::optional<Point> decode(const ByteArray<32>& bytes);
/// Of each.
std::vector<std::optional<Point>> decode_many(std::span<const ByteArray<32>> encodings,
                                              Form form = best_form());
/// RFC 8032, 5.1.2.
ByteArray<32> encode(const Point& point);

Point operator+(const Point& a, const Point& b);
Point operator-(const Point& a, const Point& b);
Point operator-(const Point& a);
Point doubled(const Point& a);

bool equal(const Point& a, const Point& b);
bool is_identity(const Point& a);
/// Of an order that divides 8, the cofactor: one of the eight points that 8 takes to the identity.
bool is_small_order(const Point& a);

/// is_small_order of the point that a canonical encoding stands for, told from the encoding alone.
bool encodes_small_order(const ByteArray<32>& bytes);

} // namespace cairn::crypto::ed25519
